package dev.tersor.jobs.choose;

import java.util.List;

/**
 * Pruning and quantisation of all layers from the scales of their weights alone, in closed form: a
 * baseline after Hu, Peng, Zhu, Aly and Lin, "OPQ: Compressing Deep Neural Networks with One-shot
 * Pruning-Quantization", 2021. The paper's own equations were not at hand; these are derived from
 * what it states: weights of a layer are Laplacian, layers share a total of pruned weights and one
 * of bits, and each total has a Lagrange multiplier.
 *
 * <p>With the density exp(-|w| / b) / 2b of a layer of scale b = mean |w|, squared errors and a
 * threshold t of each layer:
 *
 * <ol>
 *   <li>Pruning: the least sum of N (integral of w^2 p(w) below t) with a given sum of N (1 -
 *       exp(-t / b)). Derivatives by t give t^2 = lambda in every layer: one threshold, and the
 *       sparsity 1 - exp(-t / b) of each layer.
 *   <li>Steps: what stays of a layer is t beyond zero and exponential again, N exp(-t / b) weights
 *       of entropy log2(2 e b) - log2 of the step. The least sum of N exp(-t / b) step^2 / 12 with
 *       a given sum of bits: derivatives give one step for all layers.
 * </ol>
 */
final class ClosedForm {
  private static final int BISECTIONS = 200;

  private ClosedForm() {}

  /**
   * What is known of a layer.
   *
   * @param scale mean magnitude of its weights
   */
  record Scale(long weights, double scale) {}

  /**
   * The threshold at which so much of all layers together is pruned.
   *
   * @param sparsity in [0, 1)
   */
  static double threshold(List<Scale> layers, double sparsity) {
    double low = 0;
    double high = layers.stream().mapToDouble(Scale::scale).max().orElse(0) * 100;
    long all = layers.stream().mapToLong(Scale::weights).sum();
    for (int i = 0; i < BISECTIONS; i++) {
      double middle = (low + high) / 2;
      double pruned =
          layers.stream().mapToDouble(layer -> layer.weights() * sparsity(layer, middle)).sum();
      if (pruned < sparsity * all) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return sparsity == 0 ? 0 : high;
  }

  /** The share of a layer below a threshold. */
  static double sparsity(Scale layer, double threshold) {
    return layer.scale() == 0 ? 0 : -Math.expm1(-threshold / layer.scale());
  }

  /** The mean square of what a threshold takes of a layer, for each of its weights. */
  static double pruningError(Scale layer, double threshold) {
    double b = layer.scale();
    if (b == 0) {
      return 0;
    }
    double t = threshold / b;
    return b * b * (2 - Math.exp(-t) * (t * t + 2 * t + 2));
  }

  /**
   * Bits for each weight of a layer: those of a mask, of signs and of magnitudes beyond the
   * threshold, which at this step are geometric.
   */
  static double bits(Scale layer, double threshold, double step) {
    double pruned = sparsity(layer, threshold);
    if (layer.scale() == 0) {
      return 0;
    }
    double ratio = Math.exp(-step / layer.scale());
    return entropy(pruned) + (1 - pruned) * (1 + entropy(ratio) / (1 - ratio));
  }

  /** Of a bit that is 1 with a probability. */
  private static double entropy(double probability) {
    double other = 1 - probability;
    return probability <= 0 || other <= 0
        ? 0
        : -(probability * Math.log(probability) + other * Math.log(other)) / Math.log(2);
  }
}
