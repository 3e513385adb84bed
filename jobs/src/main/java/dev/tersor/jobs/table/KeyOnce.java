package dev.tersor.jobs.table;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.functions;

/**
 * Each fact of a generation once, whoever found it: a verified row before one that failed, and of
 * equals the one of the run that sorts first.
 */
public final class KeyOnce {
  static final String GENERATION = "generation";

  /** Where a row lies; {@code file} is a column of networks. */
  public static final String FILE = "_file";

  public static final String ROW = "_row";

  /** A task that was done twice leaves two rows of one run. */
  private static final Column[] PLACE = {col(FILE), col(ROW)};

  private KeyOnce() {}

  /**
   * @param rows of files of the table, with their generation
   * @return those that count, in the columns of the table
   */
  public static Dataset<Row> of(Table table, Dataset<Row> rows) {
    return once(table, traced(rows));
  }

  /**
   * Rows with where they lie: {@link #FILE}, {@link #ROW}.
   *
   * @param rows of files, as they are read
   */
  public static Dataset<Row> traced(Dataset<Row> rows) {
    return rows.withColumn(FILE, col("_metadata.file_path"))
        .withColumn(ROW, col("_metadata.row_index"));
  }

  /**
   * @param traced rows of the table
   * @return those that count, in the columns of the table
   */
  public static Dataset<Row> once(Table table, Dataset<Row> traced) {
    if (table != Table.COMPRESSED) {
      return first(table, traced, PLACE).select(table.columns());
    }
    // Containers are not moved to be told apart: those that do not count are found, and left out.
    Dataset<Row> others =
        traced
            .select("model", "key", "run_id", FILE, ROW)
            .withColumn("place", place(table, PLACE))
            .filter("place > 1")
            .select(FILE, ROW);
    return traced
        .join(broadcast(others), new String[] {FILE, ROW}, "left_anti")
        .select(table.columns());
  }

  /**
   * Of each key the row that counts.
   *
   * @param last what tells rows apart that are alike otherwise
   */
  public static Dataset<Row> first(Table table, Dataset<Row> rows, Column... last) {
    return rows.withColumn("place", place(table, last)).filter("place = 1").drop("place");
  }

  /** A number for each row of a key, from 1 on, which is that of the one that counts. */
  private static Column place(Table table, Column... last) {
    List<Column> order = new ArrayList<>();
    if (table.has("verified")) {
      order.add(col("verified").desc());
    }
    if (table == Table.RUNS) {
      // What a run said of itself goes before what an expiry said of it.
      order.add(coalesce(col("grid").equalTo(Coverage.EXPIRED), lit(false)));
      order.add(col("finished").desc());
    }
    if (table.has("run_id")) {
      order.add(col("run_id"));
    }
    order.addAll(List.of(last));
    // A window wants an order, where any row will do.
    order.add(col(table.identity().get(0)));
    Column[] identity = table.identity().stream().map(functions::col).toArray(Column[]::new);
    return row_number().over(Window.partitionBy(identity).orderBy(order.toArray(Column[]::new)));
  }
}
