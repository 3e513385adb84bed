package dev.tersor.jobs.upkeep;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import dev.tersor.jobs.table.Coverage;
import dev.tersor.jobs.table.DataFile;
import dev.tersor.jobs.table.KeyOnce;
import dev.tersor.jobs.table.Replaced;
import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.Table;
import dev.tersor.jobs.table.TableWriter;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * What compaction and expiry have in common. Both publish new files with what stays, then a list of
 * those that these replace. The files in it are deleted by name when the list is older than the
 * grace, which is longer than any run, so that nobody reads them any more.
 */
public final class Upkeep {
  /** Whose keys say which rows of a table a run stands on. */
  static final Map<Table, Table> KEYS_OF = new EnumMap<>(Table.class);

  static {
    for (Table table : List.of(Table.CELLS, Table.COMPRESSED)) {
      KEYS_OF.put(table, Table.CELLS);
    }
    KEYS_OF.put(Table.MODELS, Table.MODELS);
    KEYS_OF.put(Table.CODEBOOKS, Table.CODEBOOKS);
    KEYS_OF.put(Table.DEVICE, Table.DEVICE);
    KEYS_OF.put(Table.SEQUENCES, Table.SEQUENCES);
  }

  private final SparkSession session;
  private final ResultsFolder folder;
  private final Instant now;
  private final Instant young;

  /** Runs that have ended, and when what they wrote is theirs to the end. */
  private final Map<String, Long> ended = new HashMap<>();

  /**
   * @param grace how long files stay that others replace
   * @throws IOException if the store does not tell its time
   */
  public Upkeep(SparkSession session, ResultsFolder folder, Duration grace) throws IOException {
    this.session = session;
    this.folder = folder;
    this.now = folder.now();
    this.young = now.minus(grace);
    folder
        .rows(session, Table.RUNS)
        .select("run_id")
        .as(Encoders.STRING())
        .collectAsList()
        .forEach(run -> ended.put(run, Long.MAX_VALUE));
    // An upkeep has no row; what it wrote before one of its lists is whole.
    folder.replaced().forEach(list -> ended.merge(list.run(), list.modified(), Math::max));
  }

  /** When this upkeep began, by the clock of the store. */
  public Instant now() {
    return now;
  }

  /** Files of a table whose run has ended, or is so long ago that it cannot go on. */
  List<DataFile> settled(Table table) {
    return folder.files(table).stream()
        .filter(
            file ->
                file.modified() <= ended.getOrDefault(file.run(), Long.MIN_VALUE)
                    || file.modified() < young.toEpochMilli())
        .toList();
  }

  /**
   * Deletes the files of lists that are older than the grace, and drafts that are.
   *
   * @return how many files
   */
  public int clean() throws IOException {
    int deleted = folder.deleteDrafts(young);
    int before = folder.replacedFiles().size();
    for (Replaced list : folder.replaced()) {
      if (list.modified() <= young.toEpochMilli()) {
        folder.delete(list);
      }
    }
    deleted += before - folder.replacedFiles().size();
    return deleted;
  }

  /**
   * Publishes once more what an ended run stands on and only replaced files have: a run that ended
   * while rows expired, of which expiry knew nothing when it chose them.
   */
  public void restore(TableWriter tables) throws IOException {
    folder.refresh();
    List<DataFile> replaced = folder.replacedFiles();
    if (replaced.stream().noneMatch(file -> isMarked(file.table()))) {
      return;
    }
    Dataset<Row> runs =
        folder.rows(session, Table.RUNS).select("grid", "generation").distinct().cache();
    restore(tables, replaced, Table.GRIDS, runs.select("grid").distinct(), List.of("grid"));
    Dataset<Row> keys = folder.rows(session, Table.GRIDS).drop("generation").join(runs, "grid");
    for (Map.Entry<Table, Table> table : KEYS_OF.entrySet()) {
      Dataset<Row> asked =
          keys.filter(col("held_in").equalTo(table.getValue().label()))
              .select("key", "generation")
              .distinct();
      restore(tables, replaced, table.getKey(), asked, List.of("key", "generation"));
    }
    runs.unpersist();
    restoreRuns(tables, replaced);
  }

  /** Rows of runs, for those that went though rows that the run computed are there. */
  private void restoreRuns(TableWriter tables, List<DataFile> replaced) throws IOException {
    List<DataFile> files = replaced.stream().filter(file -> file.table() == Table.RUNS).toList();
    if (files.isEmpty()) {
      return;
    }
    Dataset<Row> computed =
        KEYS_OF.keySet().stream()
            .map(table -> folder.rows(session, table).select("run_id", "generation"))
            .reduce(Dataset::union)
            .orElseThrow();
    String[] by = {"run_id", "generation"};
    Dataset<Row> there = folder.rows(session, Table.RUNS).select("run_id", "generation");
    List<Row> lost =
        folder
            .rows(session, Table.RUNS, files)
            .join(computed.distinct(), by, "left_semi")
            .join(there, by, "left_anti")
            .withColumn("grid", lit(Coverage.EXPIRED))
            .collectAsList();
    Map<Integer, List<Row>> byGeneration =
        lost.stream().collect(Collectors.groupingBy(row -> row.<Integer>getAs("generation")));
    for (Map.Entry<Integer, List<Row>> some : byGeneration.entrySet()) {
      Dataset<Row> rows = session.createDataFrame(some.getValue(), some.getValue().get(0).schema());
      tables.write(rows.select(Table.RUNS.columns()).coalesce(1), Table.RUNS, some.getKey());
    }
  }

  private static boolean isMarked(Table table) {
    return table == Table.GRIDS || KEYS_OF.containsKey(table);
  }

  private void restore(
      TableWriter tables,
      List<DataFile> replaced,
      Table table,
      Dataset<Row> asked,
      List<String> columns)
      throws IOException {
    String[] by = columns.toArray(String[]::new);
    Column[] key = columns.stream().map(functions::col).toArray(Column[]::new);
    Map<Integer, List<DataFile>> byGeneration =
        replaced.stream()
            .filter(file -> file.table() == table)
            .collect(Collectors.groupingBy(DataFile::generation));
    for (Map.Entry<Integer, List<DataFile>> some : byGeneration.entrySet()) {
      Dataset<Row> gone = folder.rows(session, table, some.getValue());
      Dataset<Row> there = folder.rows(session, table).select(key).distinct();
      // Keys first: whole rows are not moved to find that none is lost.
      Dataset<Row> lost =
          gone.select(key)
              .distinct()
              .join(asked, by, "left_semi")
              .join(there, by, "left_anti")
              .cache();
      if (!lost.isEmpty()) {
        Dataset<Row> rows =
            KeyOnce.of(table, gone)
                .join(broadcast(lost.select(by[0])), new String[] {by[0]}, "left_semi");
        tables.rewrite(table, some.getKey(), rows.select(table.columns()).coalesce(1));
      }
      lost.unpersist();
    }
  }
}
