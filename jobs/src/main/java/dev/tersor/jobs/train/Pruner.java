package dev.tersor.jobs.train;

import dev.tersor.core.prune.Magnitude;
import dev.tersor.jobs.config.Pruning;
import dev.tersor.jobs.config.UsageException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Magnitude pruning during training: at each moment the smallest weights go, as many as the
 * schedule says. What is gone stays gone, since a zero is the smallest of all.
 *
 * @param densities share of each tensor's weights that is to stay at the end
 * @param ramp share of the steps over which the density falls from one along the cubic of Zhu and
 *     Gupta (2017, equation 1); 0 for all at the first step
 * @param units that go with the weights to them or from them; empty where weights go alone
 * @param unitShares share of each layer's units that is left from the first step on, the strongest,
 *     by the weight whose rows they are
 */
record Pruner(
    Map<String, Double> densities,
    Pruning.Scope scope,
    double ramp,
    Optional<Units> units,
    Map<String, Double> unitShares) {
  /** Weights alone. */
  Pruner(Map<String, Double> densities, Pruning.Scope scope, double ramp) {
    this(densities, scope, ramp, Optional.empty(), Map.of());
  }

  /**
   * Share of the weights that are to be left, of those that finally stay.
   *
   * @param progress of the steps, in 0..1
   */
  double density(double target, double progress) {
    return density(target, 1, progress);
  }

  /**
   * @param most share of the weights that there is before anything is pruned
   */
  private double density(double target, double most, double progress) {
    if (ramp == 0 || progress >= ramp || most < target) {
      return target;
    }
    double left = 1 - progress / ramp;
    return target + (most - target) * left * left * left;
  }

  /**
   * The masks of a moment: 1 where a weight stays.
   *
   * @throws UsageException if nothing of a tensor stays
   */
  Map<String, float[]> masks(Map<String, float[]> weights, double progress) {
    return masks(weights, Map.of(), progress);
  }

  /**
   * @param most share of each tensor's weights that there is before anything is pruned; 1 where
   *     none is given
   */
  Map<String, float[]> masks(
      Map<String, float[]> weights, Map<String, Double> most, double progress) {
    Map<String, float[]> masks = new LinkedHashMap<>();
    if (scope == Pruning.Scope.GLOBAL) {
      global(weights, most, progress, masks);
    } else {
      weights.forEach(
          (name, values) ->
              masks.put(
                  name,
                  ones(
                      kept(
                          values,
                          density(densities.get(name), most.getOrDefault(name, 1.0), progress)))));
    }
    masks.forEach(
        (name, mask) -> {
          if (Trained.nonZeros(mask) == 0) {
            throw new UsageException(
                "densities: %s of the %d weights of %s leaves none that is not zero"
                    .formatted(densities.get(name), mask.length, name));
          }
        });
    return masks;
  }

  /**
   * What is left of the weights and biases around units that do something.
   *
   * @param masks of weights
   * @param sizes of tensors
   * @return 0 where a number goes for good; empty where weights go alone
   * @throws UsageException if no unit of a layer is left
   */
  Map<String, float[]> alive(Map<String, float[]> masks, Map<String, Integer> sizes) {
    if (units.isEmpty()) {
      return Map.of();
    }
    Map<String, float[]> alive = units.get().alive(masks, sizes);
    alive.forEach(
        (name, mask) -> {
          if (Trained.nonZeros(mask) == 0) {
            throw new UsageException(
                "densities: %s leaves no path from the inputs to the outputs through %s"
                    .formatted(densities, name));
          }
        });
    return alive;
  }

  private static long gone(double density, long size) {
    return size - Math.round(density * size);
  }

  /** A copy of weights in which the smallest are zero, up to a share that stays. */
  static float[] kept(float[] weights, double density) {
    return Magnitude.threshold(weights, gone(density, weights.length)).apply(weights);
  }

  /** A weight of exactly zero is pruned, whatever the count: nothing could store it. */
  private static float[] ones(float[] kept) {
    for (int i = 0; i < kept.length; i++) {
      kept[i] = kept[i] == 0 ? 0 : 1;
    }
    return kept;
  }

  /** One threshold for all tensors, to the density that they have together. */
  private void global(
      Map<String, float[]> weights,
      Map<String, Double> most,
      double progress,
      Map<String, float[]> masks) {
    int size = 0;
    double stay = 0;
    double first = 0;
    for (Map.Entry<String, float[]> tensor : weights.entrySet()) {
      size += tensor.getValue().length;
      stay += densities.get(tensor.getKey()) * tensor.getValue().length;
      first += most.getOrDefault(tensor.getKey(), 1.0) * tensor.getValue().length;
    }
    float[] all = new float[size];
    int at = 0;
    for (float[] values : weights.values()) {
      System.arraycopy(values, 0, all, at, values.length);
      at += values.length;
    }
    float[] kept = ones(kept(all, density(stay / size, first / size, progress)));
    at = 0;
    for (Map.Entry<String, float[]> tensor : weights.entrySet()) {
      int length = tensor.getValue().length;
      masks.put(tensor.getKey(), java.util.Arrays.copyOfRange(kept, at, at + length));
      at += length;
    }
  }
}
