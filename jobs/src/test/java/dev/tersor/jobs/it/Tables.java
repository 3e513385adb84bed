package dev.tersor.jobs.it;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.sha2;

import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.Table;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Tables with each fact once, without what differs from run to run. */
final class Tables {
  private Tables() {}

  /** Rows of the tables as text, sorted: all columns but run ids and times. */
  static Map<String, List<String>> read(SparkSession spark, String out) {
    ResultsFolder folder = ResultsFolder.open(out, spark.sparkContext().hadoopConfiguration());
    Map<String, List<String>> tables = new TreeMap<>();
    for (Table table : List.of(Table.CELLS, Table.STREAMS, Table.COMPRESSED, Table.MODELS)) {
      Dataset<Row> rows =
          folder
              .table(spark, table)
              .drop(
                  "run_id",
                  "encode_ns_per_weight",
                  "decode_ns_per_weight",
                  "copy_ns_per_weight",
                  "prune_ns_per_weight",
                  "fit_ns_per_weight",
                  "unit_ns_per_weight");
      if (table == Table.COMPRESSED) {
        rows = rows.withColumn("container", sha2(col("container"), 256));
      }
      tables.put(table.label(), rows.collectAsList().stream().map(Row::toString).sorted().toList());
    }
    return tables;
  }
}
