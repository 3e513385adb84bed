package dev.tersor.jobs.run;

import static org.apache.spark.sql.functions.array_join;
import static org.apache.spark.sql.functions.array_sort;
import static org.apache.spark.sql.functions.ceil;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.collect_set;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_distinct;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.log10;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.sha2;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import dev.tersor.jobs.table.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The models table: totals over the swept tensors of a model, from its cells. A model with a failed
 * cell has the totals of the others, and is not verified.
 */
final class Models {
  private static final String[] SUMS = {
    "payload_bytes",
    "total_bytes",
    "value_bytes",
    "index_bytes",
    "codebook_bytes",
    "table_bytes",
    "padding_bytes",
    "header_bytes",
    "floor_bytes",
    "floor_packed_bytes"
  };

  private Models() {}

  static Dataset<Row> of(Dataset<Row> cells, String run) {
    // A cell that failed in one run and was verified in a later one counts once, as verified.
    Dataset<Row> once =
        cells
            .withColumn("ok", max(col("verified")).over(window()))
            .filter("verified or not ok")
            .dropDuplicates("key");
    List<Column> totals = new ArrayList<>();
    for (String column : SUMS) {
      totals.add(sum(column).alias(column));
    }
    totals.add(sum("params").alias("params"));
    totals.add(count_distinct(col("tensor")).alias("tensors"));
    totals.add(count("key").alias("segments"));
    totals.add(first("access", true).alias("access"));
    totals.add(
        array_join(array_sort(collect_set(col("weights_source"))), "+").alias("weights_source"));
    totals.add(sum(col("sparsity").multiply(col("params"))).alias("zeros"));
    totals.add(sum(col("mse").multiply(col("params"))).alias("squared_error"));
    totals.add(sum(coalesce(expr("mse * params * pow(10, sqnr_db / 10)"), lit(0))).alias("power"));
    totals.add(sum(when(col("verified"), 0L).otherwise(1L)).alias("failed"));
    totals.add(sha2(array_join(array_sort(collect_list(col("key"))), ","), 256).alias("key"));
    Column weights = col("params").cast("double");
    Dataset<Row> grouped =
        once.groupBy("model", "pruning", "sparsity_target", "bits", "codebook", "encoding")
            .agg(totals.get(0), totals.subList(1, totals.size()).toArray(new Column[0]))
            .withColumn("key", expr("substring(key, 1, 32)"))
            .withColumn("run_id", lit(run))
            .withColumn("sparsity", col("zeros").divide(weights))
            .withColumn("bits_per_weight", col("total_bytes").multiply(8).divide(weights))
            .withColumn("ratio_fp32", weights.multiply(4).divide(col("total_bytes")))
            .withColumn(
                "ratio_packed",
                ceil(weights.multiply(col("bits")).divide(8)).divide(col("total_bytes")))
            .withColumn("mse", col("squared_error").divide(weights))
            .withColumn(
                "sqnr_db",
                when(
                    col("squared_error").gt(0),
                    log10(col("power").divide(col("squared_error"))).multiply(10)))
            .withColumn("verified", col("failed").equalTo(0))
            .withColumn("top1_accuracy", lit(null).cast("double"));
    return grouped.select(
        Arrays.stream(Table.MODELS.schema().fields())
            .map(field -> col(field.name()).cast(field.dataType()).alias(field.name()))
            .toArray(Column[]::new));
  }

  private static org.apache.spark.sql.expressions.WindowSpec window() {
    return org.apache.spark.sql.expressions.Window.partitionBy("key");
  }
}
