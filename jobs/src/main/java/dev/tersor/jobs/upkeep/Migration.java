package dev.tersor.jobs.upkeep;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import dev.tersor.jobs.table.KeyOnce;
import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.Table;
import dev.tersor.jobs.table.TableWriter;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * A folder of 0.1.0 as one of this version, in another place: what belongs to a cell is nested in
 * its row. The old one stays as it is. Started again it writes what is not there yet.
 */
public final class Migration {
  private final SparkSession session;
  private final ResultsFolder from;
  private final ResultsFolder to;
  private final TableWriter tables;

  /**
   * @param run id of this run, in whose files all rows will be
   */
  public Migration(SparkSession session, ResultsFolder from, ResultsFolder to, String run) {
    this.session = session;
    this.from = from;
    this.to = to;
    this.tables = new TableWriter(session, to, run);
  }

  /**
   * Writes all tables, the runs last.
   *
   * @return rows that were written, by table
   * @throws IOException if what was written is not what was read
   */
  public Map<Table, Long> run() throws IOException {
    Map<Table, Long> written = new LinkedHashMap<>();
    for (Table table :
        List.of(
            Table.COMPRESSED,
            Table.CELLS,
            Table.CODEBOOKS,
            Table.TRAINED,
            Table.MODELS,
            Table.GRIDS,
            Table.RUNS)) {
      String[] row = table.identity().toArray(String[]::new);
      Dataset<Row> there =
          to.rows(session, table)
              .select(Arrays.stream(row).map(functions::col).toArray(Column[]::new));
      Dataset<Row> rows = rows(table).join(there, row, "left_anti");
      long count = rows.count();
      if (count > 0) {
        tables.rewrite(table, 0, rows.select(table.columns()).coalesce(1));
        written.put(table, count);
      }
    }
    return written;
  }

  /** A failed cell and its later success were two rows; the one that counts goes over. */
  private Dataset<Row> rows(Table table) {
    Dataset<Row> rows = KeyOnce.first(table, from.table(session, table));
    if (table != Table.CELLS) {
      return rows;
    }
    return rows.drop("streams", "histograms", "stored")
        .join(nested(Table.STREAMS), new String[] {"key", "run_id"}, "left")
        .join(nested(Table.HISTOGRAMS), new String[] {"key", "run_id"}, "left")
        .join(
            from.table(session, Table.COMPRESSED)
                .select("key", "run_id")
                .distinct()
                .withColumn("stored", lit(true)),
            new String[] {"key", "run_id"},
            "left")
        .withColumn(
            "stored",
            functions.when(col("verified"), functions.coalesce(col("stored"), lit(false))));
  }

  /** Rows that belong to a cell, as an array of the column that they have in it. */
  private Dataset<Row> nested(Table table) {
    Column[] own =
        Arrays.stream(table.schema().fieldNames())
            .filter(name -> Table.CELLS.schema().getFieldIndex(name).isEmpty())
            .map(functions::col)
            .toArray(Column[]::new);
    return from.table(session, table)
        .groupBy("key", "run_id")
        .agg(functions.array_sort(functions.collect_list(functions.struct(own))).as(table.label()));
  }
}
