package dev.tersor.jobs.evaluate;

import dev.tersor.jobs.plan.Setting;
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

  private record Weights(String model, Setting setting) {}

  private final Map<Weights, Double> top1 = new HashMap<>();

  /** Where no model was evaluated. */
  public static Accuracies none() {
    return new Accuracies();
  }

  void putBasis(String model, Basis basis) {
    bases.put(model, basis);
  }

  void putDense(String model, double accuracy) {
    dense.put(model, accuracy);
  }

  void put(String model, Setting setting, double accuracy) {
    top1.put(new Weights(model, setting.weights()), accuracy);
  }

  boolean hasDense(String model) {
    return dense.containsKey(model);
  }

  boolean has(String model, Setting setting) {
    return top1.containsKey(new Weights(model, setting.weights()));
  }

  /** The evaluation's part of a row's key, where it was evaluated. */
  public Optional<String> key(String model, Setting setting) {
    return has(model, setting)
        ? Optional.of("evaluation " + bases.get(model).key())
        : Optional.empty();
  }

  /** Fills the columns of a row of models, where its setting was evaluated. */
  public void fill(String model, Setting setting, RowBuilder row) {
    if (has(model, setting)) {
      Basis basis = bases.get(model);
      row.set("top1_accuracy", top1.get(new Weights(model, setting.weights())))
          .set("dense_top1_accuracy", dense.get(model))
          .set("test_set", basis.testSet())
          .set("test_images", basis.images())
          .set("evaluation", basis.key());
    }
  }
}
