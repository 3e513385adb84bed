package dev.tersor.jobs.table;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
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

  private KeyOnce() {}

  /**
   * @param rows of the table, with their generation
   * @return those that count, in the columns of the table
   */
  public static Dataset<Row> of(Table table, Dataset<Row> rows) {
    Dataset<Row> placeable = rows.withColumn("file", col("_metadata.file_path"));
    if (table != Table.COMPRESSED) {
      return placed(table, placeable).filter("place = 1").select(table.columns());
    }
    // Containers are not moved to be told apart: those that do not count are found, and left out.
    placeable = placeable.withColumn("row", col("_metadata.row_index"));
    Dataset<Row> others =
        placed(table, placeable.select("model", "key", "run_id", "file", "row"))
            .filter("place > 1")
            .select("file", "row");
    return placeable
        .join(broadcast(others), new String[] {"file", "row"}, "left_anti")
        .select(table.columns());
  }

  private static Dataset<Row> placed(Table table, Dataset<Row> rows) {
    List<Column> order = new ArrayList<>();
    if (table.has("verified")) {
      order.add(col("verified").desc());
    }
    if (table == Table.RUNS) {
      order.add(col("finished").desc());
    }
    if (table.has("run_id")) {
      order.add(col("run_id"));
    }
    // A task that was done twice leaves two rows of one run.
    order.add(col("file"));
    Column[] identity = table.identity().stream().map(functions::col).toArray(Column[]::new);
    return rows.withColumn(
        "place",
        row_number().over(Window.partitionBy(identity).orderBy(order.toArray(Column[]::new))));
  }
}
