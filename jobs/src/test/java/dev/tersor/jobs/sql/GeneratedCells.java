package dev.tersor.jobs.sql;

import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.Table;
import dev.tersor.jobs.table.TableWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;

/**
 * Results of a sweep that never was: 30,000 cells of 10 models with 20 tensors, 5 sparsities, 3 bit
 * widths and 10 encodings, and the totals of their models. Figures are drawn from a hash.
 */
final class GeneratedCells {
  private GeneratedCells() {}

  static void write(SparkSession spark, String path) throws IOException {
    Map<String, String> cell = new HashMap<>();
    cell.put("key", "sha2(string(id), 256)");
    cell.put("run_id", "'20260101-000000-abcdef'");
    cell.put("model", "concat('net', id % 10)");
    cell.put("tensor", "concat('layer', id div 10 % 20)");
    cell.put("segment", "0");
    Map<String, String> model = new HashMap<>();
    cell.put("kind", "'fc'");
    cell.put("shape", "concat('1000x', id div 10 % 20 + 1)");
    cell.put("layout", "'as-stored'");
    cell.put("params", "1000 * (id div 10 % 20 + 1)");
    cell.put("macs", "1000 * (id div 10 % 20 + 1)");
    cell.put("weights_source", "'synthetic'");
    cell.put("weights_hash", "concat('hash', id % 10)");
    cell.put("pruning", "'tensor'");
    cell.put("sparsity_target", "(id div 200 % 5) / 5D");
    cell.put("sparsity", "(id div 200 % 5) / 5D");
    cell.put("bits", "int(2 + id div 1000 % 3)");
    cell.put("codebook", "'uniform'");
    cell.put("encoding", "concat('recipe', id div 3000, '/packed')");
    cell.put("recipe", "concat('recipe', id div 3000, '/packed')");
    String bytes = "100 * (id div 10 % 20 + 1) + pmod(hash(id), 1000)";
    cell.put("payload_bytes", bytes);
    cell.put("total_bytes", "150 + " + bytes);
    for (String part :
        List.of("index_bytes", "codebook_bytes", "table_bytes", "header_bytes", "padding_bytes")) {
      cell.put(part, "10");
      model.put(part, "10 * count");
    }
    cell.put("value_bytes", "110 + " + bytes);
    cell.put("floor_bytes", "90D * (id div 10 % 20 + 1)");
    cell.put("floor_packed_bytes", "95D * (id div 10 % 20 + 1)");
    cell.put("mean_square", "1D");
    cell.put("mse", "(1 + pmod(hash(id), 7)) / 1024D");
    cell.put("access", "if(id div 3000 < 5, 'parallel', 'sequential')");
    cell.put("verified", "id % 997 <> 0");
    cell.put("error", "if(id % 997 = 0, 'generated', NULL)");
    Dataset<Row> cells = of(spark.range(30_000).toDF(), Table.CELLS, cell);
    cells.createOrReplaceTempView("generated");
    model.put("key", "concat_ws(' ', encoding, sparsity_target, bits)");
    model.put("verified", "true");
    model.put("ratio_fp32", "4D * params / total_bytes");
    model.put("ratio_packed", "params * bits / 8D / total_bytes");
    model.put("bits_per_weight", "8D * total_bytes / params");
    Dataset<Row> totals =
        spark.sql(
            """
            SELECT model, encoding, access, sparsity_target, bits, codebook, pruning, weights_source,
                   weights_hash, sum(params) AS params, sum(total_bytes) AS total_bytes,
                   sum(payload_bytes) AS payload_bytes, sum(floor_bytes) AS floor_bytes,
                   sum(floor_packed_bytes) AS floor_packed_bytes, sum(value_bytes) AS value_bytes,
                   count(*) AS count
            FROM generated GROUP BY ALL
            """);
    for (String column : totals.columns()) {
      model.putIfAbsent(column, column);
    }
    ResultsFolder folder = ResultsFolder.create(path, spark.sparkContext().hadoopConfiguration());
    TableWriter writer = new TableWriter(spark, folder, "20260101-000000-abcdef");
    writer.write(cells, Table.CELLS);
    writer.write(of(totals, Table.MODELS, model), Table.MODELS);
  }

  /** Rows of a table whose columns are expressions, and null where there is none. */
  static Dataset<Row> of(Dataset<Row> rows, Table table, Map<String, String> columns) {
    List<String> expressions = new ArrayList<>();
    for (StructField field : table.schema().fields()) {
      expressions.add(
          "CAST(%s AS %s) AS %s"
              .formatted(
                  columns.getOrDefault(field.name(), "NULL"),
                  field.dataType().sql(),
                  field.name()));
    }
    return rows.selectExpr(expressions.toArray(new String[0]));
  }
}
