package dev.tersor.core.quantize;

import dev.tersor.core.tensor.Codebook;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Codes of a codebook whose levels all weights share, of least squared error plus lambda times
 * bits: for each weight the nearest level, its neighbour towards zero or zero, and where it counts
 * less than others any between, whichever costs least by what {@link CodeCosts} has learnt of the
 * weights before.
 */
final class RateSearch {
  /** Weights between two times that costs are brought up to date. */
  private static final int LEARN = 64;

  /** The codes of levels, ascending by these; zero is one of them. */
  private final int[] codes;

  private final double[] levels;
  private final int zero;
  private final double lambda;
  private final Supplier<WeightError> errors;

  /**
   * @param codebook that keeps the zero
   * @param lambda squared error that a bit is worth
   * @param errors how those of weights count, anew for each pass over them
   */
  RateSearch(Codebook.OfTensor codebook, double lambda, Supplier<WeightError> errors) {
    this.errors = errors;
    // Codes that no weight has stand for zero as well.
    List<Integer> used =
        IntStream.range(0, codebook.size())
            .filter(code -> code == 0 || codebook.value(code) != 0)
            .boxed()
            .sorted(Comparator.comparingDouble(codebook::value))
            .toList();
    this.codes = used.stream().mapToInt(Integer::intValue).toArray();
    this.levels = Arrays.stream(codes).mapToDouble(codebook::value).toArray();
    this.zero = used.indexOf(0);
    this.lambda = lambda;
  }

  /** A code for each weight; 0 where it is zero. */
  byte[] codes(float[] weights, int rowLength) {
    byte[] magnitudes = new byte[weights.length];
    for (int i = 0; i < weights.length; i++) {
      magnitudes[i] = magnitude(nearest(weights[i]));
    }
    byte[] found = new byte[weights.length];
    // Classes from the nearest levels first, and then from those that were found with these.
    for (int pass = 0; pass < 2; pass++) {
      pass(weights, Neighbourhood.classes(magnitudes, rowLength), magnitudes, found);
    }
    return found;
  }

  private void pass(float[] weights, byte[] classes, byte[] magnitudes, byte[] found) {
    CodeCosts costs = new CodeCosts(Math.max(1, Math.max(zero, levels.length - 1 - zero)));
    float[] table = costs.table();
    WeightError error = errors.get();
    for (int i = 0; i < weights.length; i++) {
      int row = CodeCosts.row(classes[i], 0);
      int at = row * costs.magnitudes();
      double target = error.target(i, weights[i]);
      int best = weights[i] == 0 ? zero : best(weights[i], target, error.counts(i), table, at);
      found[i] = (byte) codes[best];
      magnitudes[i] = magnitude(best);
      error.take(i, weights[i], levels[best]);
      costs.add(row, Math.abs(best - zero));
      if (i % LEARN == LEARN - 1) {
        costs.refresh();
      }
    }
  }

  /** The level of least cost. */
  private int best(float weight, double target, double counts, float[] table, int at) {
    if (Float.isInfinite(weight)) {
      return nearest(weight); // whatever it costs: the weight is kept beside it
    }
    int near = nearest(target);
    int outwards = Integer.signum(near - zero);
    // What hardly counts may go far down.
    int lowest = near == zero ? zero : counts < 1 ? zero + outwards : near - outwards;
    int best = zero;
    double least = cost(target, counts, zero, table[at]);
    for (int level = lowest; ; level += outwards) {
      double cost = cost(target, counts, level, table[at + Math.abs(level - zero)]);
      if (cost < least) {
        least = cost;
        best = level;
      }
      if (level == near) {
        return best;
      }
    }
  }

  private double cost(double weight, double counts, int level, double bits) {
    double off = weight - levels[level];
    return counts * off * off + lambda * bits;
  }

  /** Of neighbourhoods, where more makes no difference. */
  private byte magnitude(int level) {
    return (byte) Math.min(Byte.MAX_VALUE, Math.abs(level - zero));
  }

  private int nearest(double weight) {
    int at = Arrays.binarySearch(levels, weight);
    if (at >= 0) {
      return at;
    }
    int above = -at - 1;
    if (above == 0 || above == levels.length) {
      return above == 0 ? 0 : levels.length - 1;
    }
    return weight - levels[above - 1] <= levels[above] - weight ? above - 1 : above;
  }
}
