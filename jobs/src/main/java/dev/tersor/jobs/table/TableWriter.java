package dev.tersor.jobs.table;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/** Rows of one run on their way into a results folder: staged, then committed by wave. */
public final class TableWriter {
  /** Bytes of containers that are written at once. */
  private static final int CONTAINER_GROUP = 1 << 24;

  private final SparkSession session;
  private final ResultsFolder folder;
  private final String run;

  public TableWriter(SparkSession session, ResultsFolder folder, String run) {
    this.session = session;
    this.folder = folder;
    this.run = run;
  }

  /** Stages rows of a table for a wave, beside those that were staged for it before. */
  public void stage(Dataset<Row> rows, String wave, Table table) {
    var writer = rows.write().mode(SaveMode.Append);
    if (table.isByModel()) {
      writer = writer.partitionBy("model");
    }
    if (table == Table.COMPRESSED) {
      // A page a row: one container is read, or found damaged, without its neighbours.
      writer =
          writer
              .option("parquet.page.row.count.limit", 1)
              // A row group is held in memory until it is full, and looked at after every row.
              .option("parquet.block.size", CONTAINER_GROUP)
              .option("parquet.page.size.row.check.min", 1)
              .option("parquet.page.size.row.check.max", 16)
              .option("parquet.enable.dictionary#container", false)
              .option("parquet.column.statistics.enabled#container", false);
    }
    writer.parquet(folder.staged(run, wave, table).toString());
  }

  /**
   * Commits the last wave of a run.
   *
   * @param models rows of the models table; one that it holds already is left out, and so is a
   *     second of a key
   * @param facts of the run's own row
   * @param covered what else the run stands on
   */
  public void finish(List<Row> models, RowBuilder facts, Coverage covered, String wave)
      throws IOException {
    Set<String> held =
        new HashSet<>(
            folder
                .table(session, Table.MODELS)
                .select("key")
                .as(Encoders.STRING())
                .collectAsList());
    covered.add(Table.MODELS, models.stream().map(row -> row.getString(0)).toList());
    stage(models.stream().filter(row -> held.add(row.getString(0))).toList(), wave, Table.MODELS);
    String grid = covered.id();
    boolean known =
        !folder
            .table(session, Table.GRIDS)
            .filter(functions.col("grid").equalTo(grid))
            .limit(1)
            .isEmpty();
    stage(known ? List.of() : covered.rows(), wave, Table.GRIDS);
    facts
        .set("grid", grid)
        .set("after_snapshot", folder.snapshot().map(Snapshot::snapshot).orElse(0L));
    stage(List.of(facts.build()), wave, Table.RUNS);
    commit(wave);
  }

  private void stage(List<Row> rows, String wave, Table table) {
    if (!rows.isEmpty()) {
      stage(session.createDataFrame(rows, table.schema()).coalesce(1), wave, table);
    }
  }

  /** Commits what was staged for a wave. */
  public void commit(String wave) throws IOException {
    folder.commit(run, wave);
  }
}
