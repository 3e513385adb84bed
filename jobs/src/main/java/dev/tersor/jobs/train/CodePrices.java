package dev.tersor.jobs.train;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * What codes cost by an adaptive model, {@code -log2} of the share that each has of all weights
 * now, as a function of a weight that can be differentiated: linear between two levels that are
 * used, and flat beyond the last ones. Its slope pulls a weight to the cheaper of its neighbours.
 */
final class CodePrices {
  /** What a code counts that no weight has yet. */
  private static final double PRIOR = 0.5;

  private final double[] levels;
  private final double[] bits;

  /**
   * @param codes of all weights
   * @param values what each of them stands for; the mean of a code that stands for several
   */
  CodePrices(byte[] codes, float[] values) {
    long[] counts = new long[256];
    double[] sums = new double[256];
    for (int i = 0; i < codes.length; i++) {
      counts[codes[i] & 0xFF]++;
      sums[codes[i] & 0xFF] += values[i];
    }
    int[] used =
        IntStream.range(0, counts.length)
            .filter(code -> code == 0 || counts[code] > 0)
            .boxed()
            .sorted(Comparator.comparingDouble(code -> mean(code, sums, counts)))
            .mapToInt(Integer::intValue)
            .toArray();
    double all = codes.length + PRIOR * used.length;
    this.levels = Arrays.stream(used).mapToDouble(code -> mean(code, sums, counts)).toArray();
    this.bits =
        Arrays.stream(used)
            .mapToDouble(code -> -Math.log((counts[code] + PRIOR) / all) / Math.log(2))
            .toArray();
  }

  private static double mean(int code, double[] sums, long[] counts) {
    return code == 0 || counts[code] == 0 ? 0 : sums[code] / counts[code];
  }

  /** Bits of a weight. */
  double bits(double weight) {
    int above = above(weight);
    if (above == 0 || above == levels.length) {
      return bits[above == 0 ? 0 : levels.length - 1];
    }
    return bits[above - 1] + slope(above) * (weight - levels[above - 1]);
  }

  /** How bits change with the weight; 0 at a level, where it is between two slopes. */
  double slope(double weight) {
    int at = Arrays.binarySearch(levels, weight);
    return at >= 0 ? 0 : slope(-at - 1);
  }

  private int above(double weight) {
    int at = Arrays.binarySearch(levels, weight);
    return at >= 0 ? at : -at - 1;
  }

  private double slope(int above) {
    if (above == 0 || above == levels.length) {
      return 0;
    }
    double apart = levels[above] - levels[above - 1];
    return apart > 0 ? (bits[above] - bits[above - 1]) / apart : 0;
  }
}
