package dev.tersor.jobs.report;

import dev.tersor.jobs.plan.Setting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;

/**
 * Rows of the models table of one model at one setting, by encoding.
 *
 * @param source where the weights come from
 * @param setting without an encoding
 */
record SettingRows(String model, String source, Setting setting, Map<String, Row> byEncoding) {
  /** In the order of models and settings. */
  static List<SettingRows> of(List<Row> models) {
    Map<List<Object>, SettingRows> all = new LinkedHashMap<>();
    for (Row row : models) {
      String model = row.getAs("model");
      String source = row.getAs("weights_source");
      Setting setting = Setting.of(row).weights();
      all.computeIfAbsent(
              List.of(model, source, setting),
              key -> new SettingRows(model, source, setting, new LinkedHashMap<>()))
          .byEncoding
          .put(row.getAs("encoding"), row);
    }
    List<SettingRows> sorted = new ArrayList<>(all.values());
    sorted.sort(
        Comparator.comparing(SettingRows::model)
            .thenComparing(SettingRows::setting, Setting.ORDER));
    return sorted;
  }

  /**
   * The sparsity with what was reached where layers or heads go: that can be far from the target.
   */
  String reached(Row row) {
    boolean isCoarse = setting.pruning().scope().isCoarse();
    return setting.target()
        + (isCoarse ? " (" + Setting.percent(row.<Double>getAs("sparsity")) + ")" : "");
  }
}
