package dev.tersor.jobs.it;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.sha2;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Tables as plain Spark reads them, without what differs from run to run. */
final class Tables {
  private Tables() {}

  /** Rows of the tables as text, sorted: all columns but run ids and times. */
  static Map<String, List<String>> read(SparkSession spark, String out) {
    Map<String, List<String>> tables = new TreeMap<>();
    for (String table : List.of("cells", "streams", "compressed", "models")) {
      Dataset<Row> rows =
          spark
              .read()
              .parquet(out + "/" + table)
              .drop(
                  "run_id",
                  "encode_ns_per_weight",
                  "decode_ns_per_weight",
                  "copy_ns_per_weight",
                  "prune_ns_per_weight",
                  "fit_ns_per_weight",
                  "unit_ns_per_weight");
      if (table.equals("compressed")) {
        rows = rows.withColumn("container", sha2(col("container"), 256));
      }
      tables.put(table, rows.collectAsList().stream().map(Row::toString).sorted().toList());
    }
    return tables;
  }
}
