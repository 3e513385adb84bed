package dev.tersor.jobs.table;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A closed Parquet file of a table, {@code TABLE/run=G-ID/NAME.parquet} in the results folder.
 *
 * @param path in the results folder
 * @param generation G: a run that starts anew begins the next one
 * @param run ID of the run that wrote it, which need not have computed its rows
 * @param modified milliseconds by the clock of the store
 */
public record DataFile(
    Table table, String path, int generation, String run, long bytes, long modified) {
  private static final Pattern HOME = Pattern.compile("run=(\\d{1,9})-([^/]+)");
  private static final Pattern NAME = Pattern.compile("[^_./][^/]*\\.parquet");

  /** A file by its path under the table's folder; none if it is not one of a run's. */
  static Optional<DataFile> of(Table table, String under, long bytes, long modified) {
    int slash = under.indexOf('/');
    Matcher home = HOME.matcher(slash < 0 ? "" : under.substring(0, slash));
    if (!home.matches() || !NAME.matcher(under.substring(slash + 1)).matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new DataFile(
            table,
            table.label() + "/" + under,
            Integer.parseInt(home.group(1)),
            home.group(2),
            bytes,
            modified));
  }

  /** Folder of a run's files, under that of their table. */
  static String home(int generation, String run) {
    return "run=" + generation + "-" + run;
  }
}
