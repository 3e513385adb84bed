package dev.tersor.jobs.report;

import dev.tersor.jobs.config.Pruning;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;

/**
 * What a row of a console table is: a model at one setting, as it is printed.
 *
 * @param source where the weights come from
 * @param sparsity the target, and what goes where that is not single weights of each tensor
 * @param codes bits and codebook
 */
record SettingLabel(String model, String source, String sparsity, String codes) {
  // Targets that are no number, for sorting and printing.
  private static final double ASIS = -1;
  private static final double PAPER = -2;

  static SettingLabel of(Row row) {
    return new SettingLabel(
        row.getAs("model"),
        row.getAs("weights_source"),
        sparsity(row),
        bits(row) + " " + row.getAs("codebook"));
  }

  /** Rows of the models table by setting, in the order of models and settings, and by encoding. */
  static Map<SettingLabel, Map<String, Row>> group(List<Row> models) {
    List<Row> sorted = new ArrayList<>(models);
    sorted.sort(
        Comparator.comparing((Row row) -> row.<String>getAs("model"))
            .thenComparing(SettingLabel::target)
            .thenComparing(SettingLabel::bits)
            .thenComparing(row -> row.<String>getAs("codebook")));
    Map<SettingLabel, Map<String, Row>> settings = new LinkedHashMap<>();
    for (Row row : sorted) {
      settings
          .computeIfAbsent(of(row), key -> new LinkedHashMap<>())
          .put(row.getAs("encoding"), row);
    }
    return settings;
  }

  private static double target(Row row) {
    Double target = row.getAs("sparsity_target");
    if (target != null) {
      return target;
    }
    return row.getAs("pruning").equals(Pruning.Scope.PAPER.label()) ? PAPER : ASIS;
  }

  private static String bits(Row row) {
    return row.isNullAt(row.fieldIndex("bits"))
        ? row.getAs("setting")
        : row.<Integer>getAs("bits").toString();
  }

  private static String sparsity(Row row) {
    double target = target(row);
    if (target < 0) {
      return target == PAPER ? "paper" : "asis";
    }
    String pruning = row.getAs("pruning");
    boolean isTensor = pruning.equals(Pruning.Scope.TENSOR.label());
    return percent(target) + (isTensor ? "" : " " + pruning);
  }

  /** The sparsity with what was reached where whole layers go: that can be far from the target. */
  static String reached(Row row) {
    boolean isLayer = row.<String>getAs("pruning").startsWith(Pruning.Scope.LAYER.label());
    return sparsity(row) + (isLayer ? " (" + percent(row.<Double>getAs("sparsity")) + ")" : "");
  }

  private static String percent(double share) {
    return Math.round(1000 * share) / 10.0 + " %";
  }
}
