package dev.tersor.jobs.report;

import dev.tersor.jobs.plan.Setting;
import org.apache.spark.sql.Row;

/**
 * A setting of a model, as a page names it.
 *
 * @param key tells settings apart in the queries
 * @param label sparsity, bits and codebook: {@code 50.0 %, 8 bits uniform}
 * @param encodings how many have a verified result
 */
record ModelSetting(String key, String model, String label, long encodings) {
  /**
   * @param isOfSeveralWeights whether the model's weights changed under its name, so that the label
   *     has to say which
   */
  static ModelSetting of(Row row, boolean isOfSeveralWeights) {
    return new ModelSetting(
        row.getAs("setting_key"),
        row.getAs("model"),
        label(row, isOfSeveralWeights),
        row.<Long>getAs("encodings"));
  }

  /** Sparsity, bits and codebook of a row. */
  static String label(Row row, boolean isOfSeveralWeights) {
    String hash = row.getAs("weights_hash");
    return Setting.of(row).label()
        + (isOfSeveralWeights ? ", weights " + hash.substring(0, Math.min(6, hash.length())) : "");
  }
}
