package dev.tersor.jobs.evaluate;

import dev.tersor.jobs.table.RowBuilder;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What evaluations found, by setting. */
public final class Accuracies {
  /** What a model was evaluated on. */
  record Basis(String testSet, long images, String key) {}

  private final Map<String, Basis> bases = new HashMap<>();
  private final Map<String, Double> dense = new HashMap<>();
  private final Map<Setting, Double> top1 = new HashMap<>();

  /** Of what no model was evaluated. */
  public static Accuracies none() {
    return new Accuracies();
  }

  void putBasis(String model, Basis basis) {
    bases.put(model, basis);
  }

  void putDense(String model, double accuracy) {
    dense.put(model, accuracy);
  }

  void put(Setting setting, double accuracy) {
    top1.put(setting, accuracy);
  }

  boolean hasDense(String model) {
    return dense.containsKey(model);
  }

  boolean has(Setting setting) {
    return top1.containsKey(setting);
  }

  /** The evaluation's part of a row's key, where it was evaluated. */
  public Optional<String> key(Setting setting) {
    return has(setting)
        ? Optional.of("evaluation " + bases.get(setting.model()).key())
        : Optional.empty();
  }

  /** Fills the columns of a row of models, where its setting was evaluated. */
  public void fill(Setting setting, RowBuilder row) {
    if (has(setting)) {
      Basis basis = bases.get(setting.model());
      row.set("top1_accuracy", top1.get(setting))
          .set("dense_top1_accuracy", dense.get(setting.model()))
          .set("test_set", basis.testSet())
          .set("test_images", basis.images())
          .set("evaluation", basis.key());
    }
  }
}
