package dev.tersor.jobs.report;

import dev.tersor.jobs.config.BitWidth;
import dev.tersor.jobs.config.Pruning;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.apache.spark.sql.Row;

/**
 * What a model is pruned and quantised by, as a page names it.
 *
 * @param key tells settings apart in the queries
 * @param label sparsity, bits and codebook: {@code 50 %, 8 bits uniform}
 * @param encodings how many have a verified result
 */
record Setting(String key, String model, String label, long encodings) {
  /**
   * @param isOfSeveralWeights whether the model's weights changed under its name, so that the label
   *     has to say which
   */
  static Setting of(Row row, boolean isOfSeveralWeights) {
    return new Setting(
        row.getAs("setting_key"),
        row.getAs("model"),
        label(row, isOfSeveralWeights),
        row.<Long>getAs("encodings"));
  }

  /** Sparsity, bits and codebook of a row. */
  static String label(Row row, boolean isOfSeveralWeights) {
    String pruning = row.getAs("pruning");
    Double target = row.getAs("sparsity_target");
    String sparsity =
        target == null
            ? pruning.equals(Pruning.Scope.PAPER.label()) ? "paper's sparsity" : "as is"
            : percent(target) + (pruning.equals(Pruning.Scope.TENSOR.label()) ? "" : " " + pruning);
    String hash = row.getAs("weights_hash");
    return sparsity
        + ", "
        + bits(row)
        + (isOfSeveralWeights ? ", weights " + hash.substring(0, Math.min(6, hash.length())) : "");
  }

  private static String bits(Row row) {
    String codebook = row.getAs("codebook");
    if (row.getAs("setting") != null) {
      return row.getAs("setting") + "'s bits " + codebook;
    }
    Integer bits = row.getAs("bits");
    if (bits == null) {
      return "bits of each tensor";
    }
    return bits == BitWidth.LOSSLESS.fixed()
        ? "not quantised"
        : bits + (bits == 1 ? " bit " : " bits ") + codebook;
  }

  private static String percent(double share) {
    return BigDecimal.valueOf(100 * share)
            .setScale(2, RoundingMode.HALF_EVEN)
            .stripTrailingZeros()
            .toPlainString()
        + " %";
  }
}
