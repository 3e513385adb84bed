package dev.tersor.jobs.report;

import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.Table;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * What a page says of counts on a board.
 *
 * @param totals of models, by sparsity and recipe, of the bits and the codebook that have most
 *     rows; those with something that could not be counted have no counts
 * @param tensors of these models, at the least and the greatest sparsity of each
 * @param missing why counts are not there, and how many
 */
record DeviceReport(List<Row> totals, List<Row> tensors, List<Row> missing) {
  private static final int MAX_TENSORS = 4000;
  private static final int MAX_ERRORS = 10;

  /** Each result once: one that is counted goes before one that is not, and a later before it. */
  private static final String ROWS =
      """
      SELECT * FROM (
        SELECT *, row_number() OVER (PARTITION BY model, weights_hash, tensor, segment, pruning, sparsity_target, bits, codebook, encoding
                                     ORDER BY verified DESC, run_id DESC, key) AS place
        FROM report_given_device)
      WHERE place = 1""";

  /** The bits and codebook of a model that has most rows. */
  private static final String FOCUS =
      """
      SELECT d.* FROM report_device d LEFT SEMI JOIN (
        SELECT * FROM (
          SELECT model, pruning, bits, codebook, row_number() OVER (PARTITION BY model ORDER BY count(*) DESC, bits DESC, codebook, pruning) AS n
          FROM report_device WHERE sparsity_target IS NOT NULL GROUP BY model, pruning, bits, codebook)
        WHERE n = 1) f
      ON d.model = f.model AND d.pruning = f.pruning AND d.bits = f.bits AND d.codebook = f.codebook
      WHERE d.sparsity_target IS NOT NULL""";

  private static final String TOTALS =
      """
      SELECT model, array_join(array_sort(collect_set(weights_source)), '+') AS source, first(bits) AS bits, first(codebook) AS codebook,
             sparsity_target, encoding, sum(params) AS params, bool_and(verified) AS verified,
             sum(device_instructions) / sum(params) AS each, sum(plain_instructions) / sum(params) AS plain,
             sum(lanes_per_weight * params) / sum(params) AS lanes, sum(flash_bytes) AS bytes,
             max(stack_bytes) AS stack, max(code_bytes + vector_code_bytes) AS code
      FROM report_device_focus GROUP BY model, weights_hash, sparsity_target, encoding
      ORDER BY model, sparsity_target, encoding""";

  private static final String TENSORS =
      """
      SELECT model, tensor, encoding, sparsity_target, sum(params) AS params, sum(device_instructions) / sum(params) AS each
      FROM (SELECT *, min(sparsity_target) OVER (PARTITION BY model) AS least, max(sparsity_target) OVER (PARTITION BY model) AS most
            FROM report_device_focus WHERE verified AND sparsity_target BETWEEN 0.3 AND 0.7)
      WHERE sparsity_target IN (least, most)
      GROUP BY model, weights_hash, tensor, encoding, sparsity_target ORDER BY model, tensor, encoding, sparsity_target LIMIT :most""";

  private static final String MISSING =
      """
      SELECT error, count(*) AS rows FROM report_device WHERE NOT verified
      GROUP BY error ORDER BY rows DESC, error LIMIT :most""";

  /**
   * Asks the table.
   *
   * @param models names; empty for all
   * @param run null for all
   */
  static DeviceReport of(
      SparkSession session, ResultsFolder folder, List<String> models, String run) {
    if (folder.isEarlier() || folder.files(Table.DEVICE).isEmpty()) {
      return new DeviceReport(List.of(), List.of(), List.of());
    }
    Dataset<Row> given = ReportViews.of(session, folder, Table.DEVICE, run);
    if (!models.isEmpty()) {
      given = given.filter(functions.col("model").isin(models.toArray()));
    }
    if (run != null) {
      given = given.filter(functions.col("run_id").equalTo(run));
    }
    given.createOrReplaceTempView("report_given_device");
    session.sql(ROWS).createOrReplaceTempView("report_device");
    session.sql(FOCUS).createOrReplaceTempView("report_device_focus");
    return new DeviceReport(
        session.sql(TOTALS).collectAsList(),
        session.sql(TENSORS, Map.of("most", MAX_TENSORS)).collectAsList(),
        session.sql(MISSING, Map.of("most", MAX_ERRORS)).collectAsList());
  }

  boolean isEmpty() {
    return totals.isEmpty() && missing.isEmpty();
  }

  List<String> models() {
    return totals.stream().map(row -> row.<String>getAs("model")).distinct().toList();
  }

  /** Totals of a model. */
  List<Row> of(String model) {
    return of(model, totals);
  }

  /** Tensors of a model. */
  List<Row> tensorsOf(String model) {
    return of(model, tensors);
  }

  private static List<Row> of(String model, List<Row> rows) {
    return rows.stream().filter(row -> row.getAs("model").equals(model)).toList();
  }
}
