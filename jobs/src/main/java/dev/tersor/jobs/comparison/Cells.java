package dev.tersor.jobs.comparison;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.struct;

import dev.tersor.jobs.comparison.Metric.Kind;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The cells of two states side by side: the columns of {@link RunState#CELL}, {@code before} and
 * {@code after} with the figures of each, {@code status}, and {@code changes} with what became of
 * each figure.
 */
final class Cells {
  private static final List<String> FIGURES =
      List.of(
          "key",
          "run_id",
          "version",
          "weights_source",
          "weights_hash",
          "shape",
          "params",
          "recipe",
          "access",
          "total_bytes",
          "payload_bytes",
          "value_bytes",
          "index_bytes",
          "codebook_bytes",
          "table_bytes",
          "padding_bytes",
          "header_bytes",
          "bits_per_weight",
          "ratio_fp32",
          "ratio_packed",
          "sparsity",
          "mse",
          "encode_ns_per_weight",
          "decode_ns_per_weight",
          "copy_ns_per_weight",
          "product_ns",
          "dense_product_ns",
          "timing_runs",
          "verified",
          "error");

  private static final String STATUS =
      "CASE WHEN before IS NULL THEN 'new' WHEN after IS NULL THEN 'vanished'"
          + " WHEN before.run_id = after.run_id AND before.key = after.key THEN 'held'"
          + " WHEN %s THEN 'other-weights'"
          + " WHEN before.verified AND after.verified THEN 'compared'"
          + " WHEN before.verified THEN 'failed'"
          + " WHEN after.verified THEN 'mended' ELSE 'failing' END";

  private Cells() {}

  static Dataset<Row> of(
      SparkSession session, RunState before, RunState after, Comparison.Options options) {
    String otherWeights =
        options.sameWeights() ? "before.weights_hash <> after.weights_hash" : "false";
    String changes = Metric.changes(options.tolerances());
    List<Column> columns = new ArrayList<>();
    RunState.CELL.forEach(
        name -> columns.add(coalesce(col("one." + name), col("other." + name)).as(name)));
    columns.add(col("before"));
    columns.add(col("after"));
    return figures(before.cells(session), "before")
        .as("one")
        .join(
            figures(after.cells(session), "after").as("other"),
            RunState.sameCell("one", "other"),
            "full_outer")
        .select(columns.toArray(Column[]::new))
        .withColumn("status", expr(STATUS.formatted(otherWeights)))
        .withColumn("changes", expr("if(status = 'compared', " + changes + ", NULL)"))
        .withColumn("regressions", expr(regressions(options)))
        .withColumn(
            "is_better",
            expr(
                "status = 'mended' OR (status = 'compared'"
                    + " AND exists(changes, c -> c.worse < -c.tolerance))"));
  }

  private static Dataset<Row> figures(Dataset<Row> cells, String side) {
    List<Column> columns = new ArrayList<>(List.of(RunState.columns(RunState.CELL)));
    columns.add(struct(RunState.columns(FIGURES)).as(side));
    return cells.select(columns.toArray(Column[]::new));
  }

  /** What counts, as an array of changes; empty where nothing does. */
  private static String regressions(Comparison.Options options) {
    return "CASE status WHEN 'failed' THEN array("
        + missing(Kind.FAILED, options)
        + ") WHEN 'vanished' THEN "
        + (options.ignoreVanished() ? "array()" : "array(" + missing(Kind.VANISHED, options) + ")")
        + " WHEN 'compared' THEN filter(changes, c -> c.worse > c.tolerance) ELSE array() END";
  }

  private static String missing(Kind kind, Comparison.Options options) {
    return kind.change("verified", "NULL", "NULL", "double('Infinity')", options.tolerances());
  }
}
