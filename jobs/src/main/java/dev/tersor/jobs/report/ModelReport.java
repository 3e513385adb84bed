package dev.tersor.jobs.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.spark.sql.Row;

/**
 * What a page says of one model.
 *
 * @param facts counts, sources, accuracy of the dense network
 * @param settings those that are shown one by one, in order
 * @param focus the one of them that is shown in most detail; null where there is none
 * @param allSettings how many there are
 * @param totals rows of models at the settings that are shown, with a mark of the front of size
 *     against decode speed
 * @param points of size against accuracy, or against the error of the weights, at all settings
 * @param gaps of each encoding to order-0 entropy, over all settings
 * @param smallest the smallest encoding of each layer, and of all layers (tensor is null), at each
 *     setting that is shown
 * @param layers bits a weight of each layer in each encoding, at the setting in focus
 */
record ModelReport(
    Row facts,
    List<ModelSetting> settings,
    ModelSetting focus,
    long allSettings,
    List<Row> totals,
    List<Row> points,
    List<Row> gaps,
    List<Row> smallest,
    List<Row> layers) {
  static final int MAX_SETTINGS = 6;
  static final int MAX_ENCODINGS = 32;
  static final int MAX_LAYERS = 120;
  static final int MAX_HEAT_ENCODINGS = 14;

  /** Points that fall on one spot of so many are drawn once. */
  static final int SPOTS_ACROSS = 110;

  static final int SPOTS_DOWN = 70;

  private static final String SHOWN = "model IN (SELECT model FROM report_shown)";

  private static final String SETTINGS =
      "SELECT * FROM report_settings WHERE shown AND " + SHOWN + " ORDER BY model, n";

  private static final String TOTALS =
      """
      SELECT *, verified AND copies < coalesce(min(if(verified, copies, NULL)) OVER (
                  PARTITION BY setting_key ORDER BY total_bytes, copies, encoding ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), double('inf'))
                AS on_front
      FROM (SELECT t.*, t.decode_ns_per_weight / nullif(t.copy_ns_per_weight, 0) AS copies, e.n AS place_of_encoding, s.n AS place_of_setting
            FROM report_totals t
            JOIN report_settings s ON s.setting_key = t.setting_key AND s.shown
            LEFT JOIN report_encodings e ON e.model = t.model AND e.encoding = t.encoding
            WHERE NOT t.is_file AND coalesce(e.n, 0) <= :encodings)
      WHERE """
          + " "
          + SHOWN
          + " ORDER BY model, place_of_setting, total_bytes NULLS LAST, encoding";

  /**
   * Errors on test images where they were measured, else the noise of the weights: that of a
   * setting, since all its encodings decode to the same weights. On a front is what nothing smaller
   * of its kind equals.
   */
  private static final String POINTS =
      """
      WITH measured AS (
        SELECT t.*, h.is_accuracy, if(h.is_accuracy, top1, max(sqnr_db) OVER (PARTITION BY t.setting_key, is_file)) AS y, row_number() OVER (PARTITION BY t.setting_key ORDER BY t.encoding) AS one
        FROM (SELECT model, setting_key, encoding, total_bytes, context_total, floor_bytes, params, is_file, weights_hash, pruning, sparsity_target,
                     bits, setting, codebook, images, top1, sqnr_db FROM report_totals WHERE verified) t
        JOIN (SELECT model, count(top1) > 0 AS is_accuracy FROM report_totals GROUP BY model) h ON h.model = t.model),
      points AS (
        SELECT *, if(is_file, 'file', 'cells') AS kind, double(total_bytes) AS x FROM measured
        UNION ALL SELECT *, 'floor' AS kind, floor_bytes AS x FROM measured WHERE one = 1 AND NOT is_file
        UNION ALL SELECT *, 'context' AS kind, double(context_total.bytes) AS x FROM measured
          WHERE one = 1 AND NOT is_file AND context_total IS NOT NULL),
      fronts AS (
        SELECT *, y > coalesce(max(y) OVER (PARTITION BY model, kind ORDER BY x, y DESC, encoding, setting_key
                                            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), double('-inf')) AS on_front,
               if(is_accuracy, -ln(greatest(1 - y, 0.5D / images)), y) AS height
        FROM points WHERE y IS NOT NULL AND x > 0),
      spots AS (
        SELECT *, row_number() OVER (
          PARTITION BY model, kind, on_front, round(:across * (ln(x) - least_x) / nullif(most_x - least_x, 0)),
                       round(:down * (height - least_y) / nullif(most_y - least_y, 0))
          ORDER BY x, encoding, setting_key) AS on_spot
        FROM (SELECT *, min(ln(x)) OVER (PARTITION BY model) AS least_x, max(ln(x)) OVER (PARTITION BY model) AS most_x,
                     min(height) OVER (PARTITION BY model) AS least_y, max(height) OVER (PARTITION BY model) AS most_y FROM fronts))
      SELECT model, kind, setting_key, encoding, weights_hash, pruning, sparsity_target, bits, setting, codebook, is_accuracy, images, x, y, params,
             on_front, 0L AS encodings
      FROM spots WHERE (on_front OR (on_spot = 1 AND kind NOT IN ('floor', 'context'))) AND """
          + " "
          + SHOWN
          + " ORDER BY model, kind, x, y DESC, encoding";

  private static final String GAPS =
      """
      SELECT t.model, t.encoding, min(t.access) AS access, count(*) AS settings,
             exp(avg(ln(t.payload_bytes / t.floor_bytes))) AS payload_to_floor, min(t.payload_bytes / t.floor_bytes) AS least,
             max(t.payload_bytes / t.floor_bytes) AS most, exp(avg(ln(t.total_bytes / t.floor_bytes))) AS total_to_floor,
             exp(avg(ln(t.payload_bytes / t.floor_packed_bytes))) AS payload_to_packed_floor
      FROM report_totals t JOIN report_encodings e ON e.model = t.model AND e.encoding = t.encoding
      WHERE t.verified AND NOT t.is_file AND t.floor_bytes > 0 AND t.payload_bytes > 0 AND t.floor_packed_bytes > 0 AND e.n <= :encodings
      GROUP BY t.model, t.encoding ORDER BY model, payload_to_floor, encoding""";

  // Of all layers the context model has a size where each of them has one.
  private static final String SMALLEST =
      """
      WITH best AS (
        SELECT * FROM (
          SELECT *, row_number() OVER (PARTITION BY setting_key, tensor ORDER BY total_bytes, encoding) AS place,
                 dense_rank() OVER (PARTITION BY model ORDER BY params DESC, tensor) AS rank,
                 min(if(is_context, total_bytes, NULL)) OVER (PARTITION BY setting_key, tensor) AS context_bytes
          FROM report_layers WHERE verified)
        WHERE place = 1)
      SELECT model, setting_key, tensor, min(kind) AS kind, min(shape) AS shape, min(encoding) AS encoding, count(*) AS layers,
             sum(params) AS params, sum(kept) AS kept, sum(fillers) AS fillers, sum(total_bytes) AS total_bytes, sum(value_bytes) AS value_bytes,
             sum(index_bytes) AS index_bytes, sum(table_bytes) AS table_bytes, sum(floor_bytes) AS floor_bytes,
             if(count(context_bytes) = count(*), sum(context_bytes), NULL) AS context_bytes, min(rank) AS rank
      FROM best GROUP BY GROUPING SETS ((model, setting_key, tensor), (model, setting_key))
      HAVING tensor IS NULL OR min(rank) <= :layers""";

  private static final String LAYERS =
      """
      SELECT * FROM (
        SELECT l.*, e.n, dense_rank() OVER (PARTITION BY l.model ORDER BY l.params DESC, l.tensor) AS rank
        FROM report_layers l
        JOIN report_settings s ON s.setting_key = l.setting_key AND s.focus
        JOIN report_encodings e ON e.model = l.model AND e.encoding = l.encoding
        WHERE e.n <= :encodings)
      WHERE rank <= :layers""";

  /** The models of these facts, in this order. */
  static List<ModelReport> of(ReportViews views, List<Row> facts) {
    List<Row> settings = views.ask(SETTINGS, Map.of());
    List<Row> totals = views.ask(TOTALS, Map.of("encodings", MAX_ENCODINGS));
    List<Row> points = views.ask(POINTS, Map.of("across", SPOTS_ACROSS, "down", SPOTS_DOWN));
    List<Row> gaps = views.ask(GAPS, Map.of("encodings", MAX_ENCODINGS));
    List<Row> smallest = views.ask(SMALLEST, Map.of("layers", MAX_LAYERS));
    List<Row> layers =
        views.ask(LAYERS, Map.of("encodings", MAX_HEAT_ENCODINGS, "layers", MAX_LAYERS));
    List<ModelReport> models = new ArrayList<>();
    for (Row fact : facts) {
      Function<List<Row>, List<Row>> own =
          rows ->
              rows.stream()
                  .filter(row -> row.<String>getAs("model").equals(fact.getAs("model")))
                  .toList();
      List<Row> ownSettings = own.apply(settings);
      models.add(
          new ModelReport(
              fact,
              ownSettings.stream().map(row -> ModelSetting.of(row, isOfSeveral(row))).toList(),
              ownSettings.stream()
                  .filter(row -> row.<Boolean>getAs("focus"))
                  .findFirst()
                  .map(row -> ModelSetting.of(row, isOfSeveral(row)))
                  .orElse(null),
              ownSettings.isEmpty() ? 0 : ownSettings.get(0).<Long>getAs("settings"),
              own.apply(totals),
              own.apply(points),
              own.apply(gaps),
              own.apply(smallest),
              own.apply(layers)));
    }
    return models;
  }

  private static boolean isOfSeveral(Row setting) {
    return setting.<Long>getAs("hashes") > 1;
  }

  String name() {
    return facts.getAs("model");
  }

  /** Rows of a setting, in their order. */
  static List<Row> of(ModelSetting setting, List<Row> rows) {
    return rows.stream()
        .filter(row -> row.<String>getAs("setting_key").equals(setting.key()))
        .toList();
  }

  /** Whether the accuracy of any setting was measured. */
  boolean isEvaluated() {
    return !points.isEmpty() && points.get(0).<Boolean>getAs("is_accuracy");
  }

  /** Whether any of the weights were drawn instead of trained. */
  boolean isSynthetic() {
    return sources().contains("synthetic");
  }

  /** Where the weights come from. */
  List<String> sources() {
    return facts.getList(facts.fieldIndex("sources"));
  }
}
