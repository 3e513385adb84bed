package dev.tersor.jobs.train;

import dev.tersor.core.prune.Magnitude;
import dev.tersor.jobs.config.Pruning;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Magnitude pruning during training: at each moment the smallest weights go, as many as the
 * schedule says. What is gone stays gone, since a zero is the smallest of all.
 *
 * @param densities share of each tensor's weights that is to stay at the end
 * @param ramp share of the steps over which the density falls from one along the cubic of Zhu and
 *     Gupta (2017, equation 1); 0 for all at the first step
 */
record Pruner(Map<String, Double> densities, Pruning.Scope scope, double ramp) {
  /**
   * Share of the weights that are to be left, of those that finally stay.
   *
   * @param progress of the steps, in 0..1
   */
  double density(double target, double progress) {
    if (ramp == 0 || progress >= ramp) {
      return target;
    }
    double left = 1 - progress / ramp;
    return target + (1 - target) * left * left * left;
  }

  /** The masks of a moment: 1 where a weight stays. */
  Map<String, float[]> masks(Map<String, float[]> weights, double progress) {
    Map<String, float[]> masks = new LinkedHashMap<>();
    if (scope == Pruning.Scope.GLOBAL) {
      global(weights, progress, masks);
    } else {
      weights.forEach(
          (name, values) ->
              masks.put(name, ones(kept(values, density(densities.get(name), progress)))));
    }
    return masks;
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
  private void global(Map<String, float[]> weights, double progress, Map<String, float[]> masks) {
    int size = 0;
    double stay = 0;
    for (Map.Entry<String, float[]> tensor : weights.entrySet()) {
      size += tensor.getValue().length;
      stay += densities.get(tensor.getKey()) * tensor.getValue().length;
    }
    float[] all = new float[size];
    int at = 0;
    for (float[] values : weights.values()) {
      System.arraycopy(values, 0, all, at, values.length);
      at += values.length;
    }
    float[] kept = ones(kept(all, density(stay / size, progress)));
    at = 0;
    for (Map.Entry<String, float[]> tensor : weights.entrySet()) {
      int length = tensor.getValue().length;
      masks.put(tensor.getKey(), java.util.Arrays.copyOfRange(kept, at, at + length));
      at += length;
    }
  }
}
