package dev.tersor.jobs.table;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/** Rows of one run on their way into a results folder: in closed files of its own. */
public final class TableWriter {
  private static final String PROTOCOL = "spark.sql.sources.commitProtocolClass";

  /** Bytes of containers that are written at once. */
  private static final int CONTAINER_GROUP = 1 << 24;

  /** Files of a table that a run leaves. */
  private static final int MOST_FILES = 4;

  private final SparkSession session;
  private final ResultsFolder folder;
  private final String run;

  public TableWriter(SparkSession session, ResultsFolder folder, String run) {
    this.session = session;
    this.folder = folder;
    this.run = run;
  }

  /** Publishes rows of a table, a file for each partition, as each is whole. */
  public void write(Dataset<Row> rows, Table table) {
    write(rows, table, folder.generation());
  }

  /** The same, in a generation that need not be the current one. */
  public void write(Dataset<Row> rows, Table table, int generation) {
    var writer = rows.write().mode(SaveMode.Append);
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
    String before = session.conf().get(PROTOCOL);
    session.conf().set(PROTOCOL, ClosedFiles.class.getName());
    try {
      writer.parquet(folder.home(table, generation, run).toString());
    } finally {
      session.conf().set(PROTOCOL, before);
      folder.refresh();
    }
  }

  /** Publishes rows of a table in one file; nothing if there are none. */
  public void write(List<Row> rows, Table table) {
    if (!rows.isEmpty()) {
      write(session.createDataFrame(rows, table.schema()).coalesce(1), table);
    }
  }

  /**
   * Publishes what a run has at its end.
   *
   * @param models rows of the models table; one that its generation holds already is left out, and
   *     so is a second of a key
   * @param facts of the run's own row
   * @param covered what else the run stands on
   */
  public void finish(List<Row> models, RowBuilder facts, Coverage covered) throws IOException {
    Set<String> held = keys(Table.MODELS);
    covered.add(Table.MODELS, models.stream().map(row -> row.getString(0)).toList());
    boolean hadSome = models.stream().anyMatch(row -> held.contains(row.getString(0)));
    write(models.stream().filter(row -> held.add(row.getString(0))).toList(), Table.MODELS);
    // Before the run has ended for others, who may put its files together from then on.
    merge();
    String grid = covered.id();
    boolean known = isKnown(grid);
    write(known ? List.of() : covered.rows(), Table.GRIDS);
    write(List.of(facts.set("grid", grid).build()), Table.RUNS);
    // What only runs had that expire meanwhile goes with them; now that this run is there, expiry
    // keeps it.
    write(known && !isKnown(grid) ? covered.rows() : List.of(), Table.GRIDS);
    Set<String> there = hadSome ? keys(Table.MODELS) : held;
    write(models.stream().filter(row -> there.add(row.getString(0))).toList(), Table.MODELS);
  }

  /** The keys that the generation has of a table, in whatever state. */
  public Set<String> keys(Table table) throws IOException {
    folder.refresh();
    return folder.reading(
        () ->
            new HashSet<>(
                folder
                    .ofGeneration(session, table)
                    .select("key")
                    .as(Encoders.STRING())
                    .collectAsList()));
  }

  private boolean isKnown(String grid) throws IOException {
    folder.refresh();
    return folder.reading(
        () ->
            !folder
                .rows(session, Table.GRIDS)
                .filter(functions.col("grid").equalTo(grid))
                .limit(1)
                .isEmpty());
  }

  /** Makes at most four files of those that the run has of each table. */
  private void merge() throws IOException {
    for (Table table : Table.values()) {
      List<DataFile> own =
          folder.files(table).stream()
              .filter(file -> file.run().equals(run) && file.generation() == folder.generation())
              .toList();
      if (own.size() > MOST_FILES) {
        rewrite(table, own, MOST_FILES);
        folder.delete(own);
      }
    }
  }

  /**
   * Publishes the rows of files of one generation again, each fact once, in fewer files.
   *
   * @return the new files
   * @throws IOException if those do not hold the same rows
   */
  public List<DataFile> rewrite(Table table, List<DataFile> files, int into) throws IOException {
    Dataset<Row> rows = KeyOnce.of(table, folder.known(session, table, files));
    return rewrite(table, files.get(0).generation(), rows.coalesce(into));
  }

  /**
   * Publishes rows, and compares what is read of them again: a task that Spark tries twice may
   * leave its rows twice.
   *
   * @param rows each fact once
   * @return the new files
   * @throws IOException if those do not hold the same rows
   */
  public List<DataFile> rewrite(Table table, int generation, Dataset<Row> rows) throws IOException {
    List<DataFile> before = folder.own(table, generation, run);
    write(rows, table, generation);
    Set<String> known = before.stream().map(DataFile::path).collect(Collectors.toSet());
    List<DataFile> written =
        folder.own(table, generation, run).stream()
            .filter(file -> !known.contains(file.path()))
            .toList();
    RowHash asked = RowHash.of(rows);
    RowHash found = RowHash.of(KeyOnce.of(table, folder.rows(session, table, written)));
    if (!found.equals(asked)) {
      folder.delete(written);
      throw new IOException(
          "rows of "
              + table.label()
              + " would change where they are written again: "
              + asked
              + " became "
              + found
              + "; the files stay as they are");
    }
    return written;
  }
}
