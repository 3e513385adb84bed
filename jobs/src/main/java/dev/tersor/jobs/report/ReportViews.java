package dev.tersor.jobs.report;

import dev.tersor.jobs.plan.Setting;
import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.Table;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * The tables of a results folder as a report needs them: rows of the models or the run that was
 * asked for, each result once, with a name for the setting that it is of. docs/reference/tables.md,
 * "Reading them", says why a result can be there twice.
 */
final class ReportViews implements AutoCloseable {
  /** A name for what a row is a result of; null is not a value, so it is left out. */
  private static final String SETTING_KEY =
      "to_json(struct(model, weights_hash, " + Setting.SQL + ")) AS setting_key";

  // A network file says nothing of the weights before they were quantised.
  private static final String SCOPE_MODELS =
      "SELECT *, " + SETTING_KEY + ", verified AND mean_square IS NULL AS is_file FROM %s";

  private static final String SCOPE_CELLS = "SELECT *, " + SETTING_KEY + " FROM %s";

  /** What a run computed, and of its settings and encodings the cells that it found. */
  private static final String CELLS_OF_RUN =
      """
      SELECT c.* FROM report_all_cells c LEFT SEMI JOIN (
        SELECT setting_key, encoding FROM report_scope_models WHERE NOT is_file
        UNION SELECT setting_key, encoding FROM report_all_cells WHERE run_id = :run) r
      ON c.setting_key = r.setting_key AND c.encoding = r.encoding""";

  private static final String CELLS =
      """
      SELECT * FROM (
        SELECT model, weights_hash, weights_source, setting_key, encoding, tensor, segment, kind, shape, params, sparsity,
               %s, total_bytes, value_bytes, index_bytes, codebook_bytes, table_bytes, header_bytes, floor_bytes,
               padding_elements, verified, error,
               row_number() OVER (PARTITION BY setting_key, encoding, tensor, segment
                                  ORDER BY verified DESC, timing_runs DESC NULLS LAST, run_id DESC, key) AS place
        FROM report_scope_cells)
      WHERE place = 1"""
          .formatted(Setting.SQL);

  /**
   * An accuracy is that of a setting: every encoding of it decodes to the same weights. So is the
   * smallest context model.
   */
  private static final String TOTALS =
      """
      WITH accuracies AS (
        SELECT setting_key, max_by(struct(top1_accuracy AS top1, dense_top1_accuracy AS dense_top1, test_set, test_images), run_id) AS found
        FROM report_scope_models WHERE top1_accuracy IS NOT NULL GROUP BY setting_key)
      SELECT m.*, a.found.top1, a.found.dense_top1, a.found.test_set AS images_of, a.found.test_images AS images,
             min(if(m.verified AND NOT m.is_file AND m.is_context, struct(m.payload_bytes AS bytes, m.encoding AS encoding), NULL))
               OVER (PARTITION BY m.setting_key) AS context_payload,
             min(if(m.verified AND NOT m.is_file AND m.is_context, struct(m.total_bytes AS bytes, m.encoding AS encoding), NULL))
               OVER (PARTITION BY m.setting_key) AS context_total
      FROM (SELECT *, %s AS is_context, row_number() OVER (PARTITION BY setting_key, encoding
                                         ORDER BY verified DESC, timing_runs DESC NULLS LAST, run_id DESC, key) AS place
            FROM report_scope_models) m
      LEFT JOIN accuracies a ON a.setting_key = m.setting_key
      WHERE m.place = 1"""
          .formatted(ContextModels.sql("encoding"));

  /**
   * Settings in order, with their number; :most of each model are shown one by one, spread evenly.
   * The one with the most encodings, nearest the middle, is in focus.
   */
  private static final String SETTINGS =
      """
      SELECT *, shown AND row_number() OVER (PARTITION BY model ORDER BY shown DESC, encodings DESC, abs(2 * n - settings - 1), n) = 1 AS focus
      FROM (SELECT *, settings <= :most OR floor(n * :most / settings) > floor((n - 1) * :most / settings) AS shown FROM (
        SELECT *, count(*) OVER (PARTITION BY model) AS settings, size(collect_set(weights_hash) OVER (PARTITION BY model)) + 0L AS hashes,
               row_number() OVER (PARTITION BY model ORDER BY pruning, sparsity_target NULLS FIRST, bits NULLS LAST, setting, codebook, weights_hash) AS n
        FROM (SELECT model, setting_key, weights_hash, pruning, sparsity_target, bits, setting, codebook,
                     count(DISTINCT if(verified, encoding, NULL)) AS encodings
              FROM (SELECT model, setting_key, weights_hash, pruning, sparsity_target, bits, setting, codebook, encoding, verified FROM report_cells
                    UNION ALL
                    SELECT model, setting_key, weights_hash, pruning, sparsity_target, bits, setting, codebook, encoding, verified
                    FROM report_totals WHERE NOT is_file)
              GROUP BY model, setting_key, weights_hash, pruning, sparsity_target, bits, setting, codebook)))""";

  /** Encodings by their size over order-0 entropy, the smallest first. */
  private static final String ENCODINGS =
      """
      SELECT model, encoding, row_number() OVER (PARTITION BY model ORDER BY to_floor NULLS LAST, encoding) AS n,
             count(*) OVER (PARTITION BY model) AS encodings
      FROM (SELECT model, encoding, sum(total_bytes) / sum(if(verified, floor_bytes, NULL)) AS to_floor
            FROM report_cells GROUP BY model, encoding)""";

  /** Each tensor at each setting that is shown, in each encoding. */
  private static final String LAYERS =
      """
      SELECT c.model, c.setting_key, c.encoding, c.tensor, first(c.kind) AS kind, first(c.shape) AS shape,
             sum(c.params) AS params, bool_and(c.verified) AS verified, sum(c.total_bytes) AS total_bytes,
             sum(c.value_bytes) AS value_bytes, sum(c.index_bytes) AS index_bytes,
             sum(c.codebook_bytes + c.table_bytes) AS table_bytes, sum(c.floor_bytes) AS floor_bytes,
             %s AS is_context, sum((1 - c.sparsity) * c.params) AS kept, coalesce(sum(c.padding_elements), 0L) AS fillers
      FROM report_cells c JOIN report_settings s ON s.setting_key = c.setting_key AND s.shown
      GROUP BY c.model, c.setting_key, c.encoding, c.tensor"""
          .formatted(ContextModels.sql("c.encoding"));

  /** Counts of each model, and the accuracy of its dense network. */
  private static final String FACTS =
      """
      SELECT coalesce(c.model, t.model) AS model, coalesce(cells, 0L) AS cells, coalesce(failed, 0L) AS failed, tensors, params,
               array_sort(array_union(coalesce(c.sources, array()), coalesce(t.sources, array()))) AS sources,
               found.dense_top1, found.images_of, found.images, coalesce(files, 0L) AS files, coalesce(totals, 0L) AS totals,
               timing_runs, coalesce(encodings, 0L) AS encodings
        FROM (SELECT model, sum(cells) AS cells, sum(failed) AS failed, max(tensors) AS tensors, max(params) AS params,
                     array_distinct(flatten(collect_list(sources))) AS sources
              FROM (SELECT model, weights_hash, sum(cells) AS cells, sum(failed) AS failed, count(DISTINCT tensor) AS tensors,
                           sum(params) AS params, flatten(collect_list(sources)) AS sources
                    FROM (SELECT model, weights_hash, tensor, segment, first(params) AS params, count(*) AS cells,
                                 count_if(NOT verified) AS failed, collect_set(weights_source) AS sources
                          FROM report_cells GROUP BY model, weights_hash, tensor, segment)
                    GROUP BY model, weights_hash)
              GROUP BY model) c
        FULL OUTER JOIN
             (SELECT model, max_by(struct(dense_top1, images_of, images), concat(int(images IS NOT NULL), int(dense_top1 IS NOT NULL), run_id)) AS found,
                     count_if(is_file) AS files, count_if(NOT is_file) AS totals, min(timing_runs) AS timing_runs,
                     array_distinct(flatten(collect_list(split(weights_source, '[+]')))) AS sources
              FROM report_totals GROUP BY model) t ON c.model = t.model
        LEFT JOIN (SELECT model AS of, max(encodings) AS encodings FROM report_encodings GROUP BY model) e ON e.of = c.model""";

  private static final String SHOWN =
      "SELECT model FROM report_facts ORDER BY cells DESC, files DESC, model LIMIT :most";

  private final SparkSession session;

  /**
   * @param models those that are asked for; empty for all
   * @param run the run that is asked for; null for all
   * @param most models that are shown
   * @param settings the most of a model that are shown one by one
   */
  ReportViews(
      SparkSession session,
      ResultsFolder folder,
      List<String> models,
      String run,
      int most,
      int settings) {
    this.session = session;
    // What is counted has a row for each cell at most: two hundred tasks a step only take time, and
    // so does planning anew after each step.
    session.conf().set("spark.sql.shuffle.partitions", session.sparkContext().defaultParallelism());
    session.conf().set("spark.sql.adaptive.enabled", "false");
    // Nor does it pay to generate, compile and warm up classes for each of its queries: of the 32
    // seconds that a report of 4,248 cells took, they were two thirds.
    session.conf().set("spark.sql.codegen.wholeStage", "false");
    session.conf().set("spark.sql.codegen.factoryMode", "NO_CODEGEN");
    scoped(folder, Table.MODELS, models, run).createOrReplaceTempView("report_given_models");
    scoped(folder, Table.CELLS, models, run).createOrReplaceTempView("report_given_cells");
    (run == null ? folder.table(session, Table.RUNS) : folder.runs(session))
        .createOrReplaceTempView("report_runs");
    Dataset<Row> totals = session.sql(SCOPE_MODELS.formatted("report_given_models"));
    Dataset<Row> cells = session.sql(SCOPE_CELLS.formatted("report_given_cells"));
    if (run != null) {
      totals = totals.filter(functions.col("run_id").equalTo(run));
      cells.createOrReplaceTempView("report_all_cells");
    }
    totals.createOrReplaceTempView("report_scope_models");
    if (run != null) {
      cells = session.sql(CELLS_OF_RUN, Map.of("run", run));
    }
    cells.createOrReplaceTempView("report_scope_cells");
    kept("report_cells", CELLS);
    kept("report_totals", TOTALS);
    counted("report_settings", SETTINGS, Map.of("most", settings));
    counted("report_encodings", ENCODINGS, Map.of());
    kept("report_layers", LAYERS);
    counted("report_facts", FACTS, Map.of());
    counted("report_shown", SHOWN, Map.of("most", most));
  }

  /** The rows of a table that a report is of: where a run is asked for, it may be of any time. */
  static Dataset<Row> of(SparkSession session, ResultsFolder folder, Table table, String run) {
    return run == null ? folder.shown(session, table) : folder.rows(session, table);
  }

  private Dataset<Row> scoped(ResultsFolder folder, Table table, List<String> models, String run) {
    // Equal results are told apart by their settings below.
    Dataset<Row> rows = of(session, folder, table, run);
    return models.isEmpty() ? rows : rows.filter(functions.col("model").isin(models.toArray()));
  }

  /** A view of as many rows as there are cells or layers: where Spark has them, computed once. */
  private void kept(String view, String sql) {
    session.sql(sql).cache().createOrReplaceTempView(view);
  }

  /**
   * A view of few rows, here. Queries over views over views are planned as one, and take longer to
   * plan than to run.
   */
  private void counted(String view, String sql, Map<String, Object> values) {
    Dataset<Row> rows = session.sql(sql, values);
    session.createDataFrame(rows.collectAsList(), rows.schema()).createOrReplaceTempView(view);
  }

  /** The answer to a query over the views. */
  List<Row> ask(String sql, Map<String, Object> values) {
    return session.sql(sql, values).collectAsList();
  }

  @Override
  public void close() {
    for (String view : List.of("report_layers", "report_totals", "report_cells")) {
      session.catalog().uncacheTable(view);
    }
  }
}
