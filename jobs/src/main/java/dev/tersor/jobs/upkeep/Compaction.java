package dev.tersor.jobs.upkeep;

import dev.tersor.jobs.table.DataFile;
import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.RunInfo;
import dev.tersor.jobs.table.Snapshot;
import dev.tersor.jobs.table.Table;
import dev.tersor.jobs.table.TableWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;

/**
 * Small files of tables into few. Rows and columns stay as they are, which is checked before the
 * new files take the place of the old ones; those go to {@code _old}.
 */
public final class Compaction {
  /**
   * What was done to a table.
   *
   * @param files that were put together
   * @param into files that hold their rows now
   */
  public record Result(Table table, int files, long bytes, int into, long intoBytes, long rows) {}

  private final SparkSession session;
  private final ResultsFolder folder;
  private final RunInfo info;
  private final TableWriter tables;

  public Compaction(SparkSession session, ResultsFolder folder, RunInfo info) {
    this.session = session;
    this.folder = folder;
    this.info = info;
    this.tables = new TableWriter(session, folder, info.id());
  }

  /**
   * Compacts every table, a commit each.
   *
   * @param targetBytes what a file is to have at least, about
   * @throws IOException if the new files do not hold the rows of the old ones, which stay then
   */
  public List<Result> run(long targetBytes) throws IOException {
    List<Result> results = new ArrayList<>();
    for (Table table : Table.values()) {
      Map<String, List<DataFile>> small = small(table, targetBytes);
      if (!small.isEmpty()) {
        results.add(compact(table, small, info.wave(results.size()), targetBytes));
      }
    }
    return results;
  }

  /** The files of each partition that are worth putting together. */
  private Map<String, List<DataFile>> small(Table table, long targetBytes) {
    Map<String, List<DataFile>> partitions = new TreeMap<>();
    for (DataFile file : folder.snapshot().map(s -> s.files(table)).orElse(List.of())) {
      if (file.bytes() < targetBytes / 2) {
        String partition = file.path().substring(0, file.path().lastIndexOf('/'));
        partitions.computeIfAbsent(partition, key -> new ArrayList<>()).add(file);
      }
    }
    partitions.values().removeIf(files -> files.size() < 2);
    return partitions;
  }

  private Result compact(
      Table table, Map<String, List<DataFile>> partitions, String wave, long targetBytes)
      throws IOException {
    List<DataFile> replaced = new ArrayList<>();
    for (List<DataFile> files : partitions.values()) {
      long bytes = files.stream().mapToLong(DataFile::bytes).sum();
      int into = (int) Math.max(1, bytes / targetBytes);
      tables.stage(folder.files(session, table, files).coalesce(into), wave, table);
      replaced.addAll(files);
    }
    RowHash before = RowHash.of(folder.files(session, table, replaced));
    RowHash after = RowHash.of(folder.stagedRows(session, info.id(), wave, table));
    if (!after.equals(before)) {
      throw new IOException(
          "compaction of "
              + table.label()
              + " would change its rows: "
              + before
              + " became "
              + after
              + "; the files stay as they are");
    }
    folder.replace(info.id(), wave, replaced);
    List<DataFile> written =
        folder.snapshot().map(Snapshot::files).orElseThrow().stream()
            .filter(file -> file.path().contains("/" + wave + "-"))
            .toList();
    return new Result(
        table,
        replaced.size(),
        replaced.stream().mapToLong(DataFile::bytes).sum(),
        written.size(),
        written.stream().mapToLong(DataFile::bytes).sum(),
        before.rows());
  }
}
