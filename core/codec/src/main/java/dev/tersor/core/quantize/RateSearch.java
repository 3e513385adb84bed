package dev.tersor.core.quantize;

import dev.tersor.core.tensor.Codebook;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
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
  private final Importances importances;

  /**
   * @param codebook that keeps the zero
   * @param lambda squared error that a bit is worth
   * @param importances how much the squared error of each weight counts
   */
  RateSearch(Codebook.OfTensor codebook, double lambda, Importances importances) {
    this.importances = importances;
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
    for (int i = 0; i < weights.length; i++) {
      int row = CodeCosts.row(classes[i], 0);
      int at = row * costs.magnitudes();
      int best = zero;
      if (weights[i] != 0) {
        int near = nearest(weights[i]);
        if (Float.isInfinite(weights[i])) {
          best = near; // whatever it costs: the weight is kept beside it
        }
        double counts = importances.of(i);
        int outwards = Integer.signum(near - zero);
        // What hardly counts may go far down.
        int lowest = near == zero ? zero : counts < 1 ? zero + outwards : near - outwards;
        double least = cost(weights[i], counts, zero, table[at]);
        for (int level = lowest; ; level += outwards) {
          double cost = cost(weights[i], counts, level, table[at + Math.abs(level - zero)]);
          if (cost < least) {
            least = cost;
            best = level;
          }
          if (level == near) {
            break;
          }
        }
      }
      found[i] = (byte) codes[best];
      magnitudes[i] = magnitude(best);
      costs.add(row, Math.abs(best - zero));
      if (i % LEARN == LEARN - 1) {
        costs.refresh();
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
