package dev.tersor.core.symbol;

import java.util.Arrays;

/**
 * Cuts the levels of {@link Activity} into classes: neighbours are joined as long as that costs
 * less than a class does, the cheapest first.
 */
final class LevelClasses {
  /** Bits that a token of a class costs until its frequency is known. */
  private static final double OF_TOKEN = 6;

  private LevelClasses() {}

  /**
   * @param counts by level and token
   * @param each how many tables of frequencies a class has
   * @return the first level of each class, the first one 0
   */
  static int[] cut(int[] counts, int tokens, int each) {
    int most = ContextClasses.MOST_TOKENS;
    int[][] of = new int[Neighbours.LEVELS][];
    int[] first = new int[Neighbours.LEVELS];
    int left = Neighbours.LEVELS;
    double[] cost = new double[left];
    for (int level = 0; level < left; level++) {
      of[level] = Arrays.copyOfRange(counts, level * most, level * most + tokens);
      first[level] = level;
      cost[level] = cost(of[level]);
    }
    while (left > 1) {
      int best = -1;
      double least = Double.MAX_VALUE;
      for (int i = 0; i + 1 < left; i++) {
        double more = cost(sum(of[i], of[i + 1])) - cost[i] - cost[i + 1];
        if (more < least) {
          least = more;
          best = i;
        }
      }
      if (left <= ContextStream.MOST_CLASSES && least > OF_TOKEN * Math.min(tokens, 8) * each) {
        break;
      }
      of[best] = sum(of[best], of[best + 1]);
      cost[best] = cost(of[best]);
      for (int i = best + 1; i + 1 < left; i++) {
        of[i] = of[i + 1];
        cost[i] = cost[i + 1];
        first[i] = first[i + 1];
      }
      left--;
    }
    return Arrays.copyOf(first, left);
  }

  private static int[] sum(int[] a, int[] b) {
    int[] sum = a.clone();
    for (int i = 0; i < b.length; i++) {
      sum[i] += b[i];
    }
    return sum;
  }

  /** Bits of tokens at their entropy. StrictMath, so that every machine cuts alike. */
  private static double cost(int[] counts) {
    long total = 0;
    double bits = 0;
    for (int count : counts) {
      total += count;
      bits -= count == 0 ? 0 : count * StrictMath.log(count);
    }
    return total == 0 ? 0 : (bits + total * StrictMath.log((double) total)) / StrictMath.log(2);
  }
}
