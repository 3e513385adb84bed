package dev.tersor.core.quantize;

import java.util.Arrays;

/**
 * Sorted weights with prefix sums, on which every cost of one-dimensional clustering is a few
 * subtractions: the squared error of points {@code from .. to - 1} around any value takes O(1), a
 * Lloyd step O(k log n). Memory is 13 bytes a point, 21 where points have multiplicities; the
 * {@linkplain #mirror mirror image} reads the same values and has sums of its own.
 *
 * <p>Sums begin at zero and run outwards, so that those of a run hold nothing larger than what the
 * run holds: no outlier takes the last bits of all others.
 */
public final class Points {
  private final float[] values;

  /** Whether these are the values from the last to the first, negated. */
  private final boolean mirrored;

  private final double[] counts;

  /** The first point that is not negative. */
  private final int zero;

  // Made when first asked for: Lloyd's iteration alone needs no squares.
  private volatile double[] sums;
  private volatile SquareSums squares;
  private volatile Points mirror;

  private Points(float[] values, boolean mirrored, double[] counts) {
    this.values = values;
    this.mirrored = mirrored;
    this.counts = counts;
    int low = 0;
    int high = values.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (value(middle) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    zero = low;
  }

  /** Sums of all points from zero up to each, negative ones with the opposite sign. */
  double[] sums() {
    double[] made = sums;
    if (made == null) {
      made = new double[values.length + 1];
      for (int i = zero; i < values.length; i++) {
        made[i + 1] = made[i] + term(i);
      }
      for (int i = zero - 1; i >= 0; i--) {
        made[i] = made[i + 1] - term(i);
      }
      sums = made;
    }
    return made;
  }

  /** The same of squares. */
  SquareSums squares() {
    SquareSums made = squares;
    if (made == null) {
      made = SquareSums.of(this, zero);
      squares = made;
    }
    return made;
  }

  private double term(int i) {
    return count(i, i + 1) * value(i);
  }

  /**
   * Whether the mirror image, all values negated, comes first: it is the one of the two that
   * reaches further up. What is fitted to the first and mirrored back is the same for both, to the
   * last bit and whatever the ties.
   */
  boolean isMirrorFirst() {
    for (int i = 0, j = values.length - 1; i <= j; i++, j--) {
      if (-value(i) != value(j)) {
        return -value(i) > value(j);
      }
      if (count(i, i + 1) != count(j, j + 1)) {
        return count(i, i + 1) > count(j, j + 1);
      }
    }
    return false;
  }

  /** The points with all values negated. */
  Points mirror() {
    Points made = mirror;
    if (made == null) {
      int n = values.length;
      double[] reversed = counts == null ? null : new double[n + 1];
      for (int i = 0; reversed != null && i < n; i++) {
        reversed[i + 1] = reversed[i] + count(n - 1 - i, n - i);
      }
      made = new Points(values, !mirrored, reversed);
      mirror = made;
    }
    return made;
  }

  /** The non-zero ones of {@code weights}, each once. All must be finite. */
  public static Points ofNonZero(float[] weights) {
    return new Points(RadixSort.sortedNonZero(weights), false, null);
  }

  /**
   * The non-zero ones of {@code weights}, each as often as its importance says: the squared error
   * that is then least is that of Choi et al. (2017, "Towards the Limit of Network Quantization",
   * equation 11), with the second derivatives of the loss or what stands in for them. A weight
   * whose importance is zero has no say. Where none has any, all have the same.
   *
   * @param weights finite
   * @param importances one of each weight, of any unit; magnitudes count
   * @throws IllegalArgumentException if there are not as many
   */
  public static Points ofNonZero(float[] weights, float[] importances) {
    if (weights.length != importances.length) {
      throw new IllegalArgumentException(
          weights.length + " weights, " + importances.length + " importances");
    }
    // By value, and by importance where values are equal: any order of weights gives the same sums.
    long[] pairs = new long[weights.length];
    int n = 0;
    for (int i = 0; i < weights.length; i++) {
      float importance = Math.abs(importances[i]);
      if (weights[i] != 0 && importance > 0) {
        int key = RadixSort.key(Float.floatToRawIntBits(weights[i])) ^ Integer.MIN_VALUE;
        pairs[n++] = (long) key << Integer.SIZE | Float.floatToRawIntBits(importance);
      }
    }
    if (n == 0) {
      return ofNonZero(weights);
    }
    Arrays.sort(pairs, 0, n);
    float[] values = new float[n];
    double[] counts = new double[n + 1];
    for (int i = 0; i < n; i++) {
      values[i] = RadixSort.value((int) (pairs[i] >> Integer.SIZE) ^ Integer.MIN_VALUE);
      counts[i + 1] = counts[i] + Float.intBitsToFloat((int) pairs[i]);
    }
    return new Points(values, false, counts);
  }

  /**
   * Points with multiplicities.
   *
   * @param values ascending
   * @param multiplicities how often each occurs, above 0
   */
  public static Points weighted(float[] values, double[] multiplicities) {
    if (values.length != multiplicities.length) {
      throw new IllegalArgumentException(
          values.length + " values, " + multiplicities.length + " multiplicities");
    }
    for (int i = 1; i < values.length; i++) {
      if (values[i] < values[i - 1]) {
        throw new IllegalArgumentException("values are not ascending at " + i);
      }
    }
    double[] counts = new double[values.length + 1];
    for (int i = 0; i < values.length; i++) {
      counts[i + 1] = counts[i] + multiplicities[i];
    }
    return new Points(values.clone(), false, counts);
  }

  /** Number of points, each counted once. */
  public int size() {
    return values.length;
  }

  public float value(int i) {
    return mirrored ? -values[values.length - 1 - i] : values[i];
  }

  /** Weights that points {@code from .. to - 1} stand for. */
  public double count(int from, int to) {
    return counts == null ? to - from : counts[to] - counts[from];
  }

  /** Weights that the points before {@code i} stand for. */
  double countBefore(int i) {
    return counts == null ? i : counts[i];
  }

  public double sum(int from, int to) {
    double[] prefix = sums();
    return prefix[to] - prefix[from];
  }

  /** Sum of squared distances of points {@code from .. to - 1} from {@code center}. */
  public double squaredError(int from, int to, double center) {
    if (from == to) {
      return 0;
    }
    double away = mean(from, to) - center;
    return squaredError(from, to) + count(from, to) * away * away;
  }

  /** The least that {@link #squaredError} can be: that around the mean. */
  public double squaredError(int from, int to) {
    // Sums of equal points differ by rounding from what is exactly nothing.
    if (from == to || value(from) == value(to - 1)) {
      return 0;
    }
    double sum = sum(from, to);
    SquareSums known = squares();
    return Math.max(0, known.to(to) - known.to(from) - sum * sum / count(from, to));
  }

  public double mean(int from, int to) {
    // Prefix sums of very different magnitudes cancel; a mean still lies among its points.
    return Math.max(value(from), Math.min(value(to - 1), sum(from, to) / count(from, to)));
  }

  /**
   * Means of consecutive runs of points.
   *
   * @param ends where each run ends, ascending; the first starts at 0
   */
  double[] means(int[] ends) {
    double[] means = new double[ends.length];
    int start = 0;
    for (int run = 0; run < ends.length; run++) {
      means[run] = mean(start, ends[run]);
      start = ends[run];
    }
    return means;
  }

  /** The first point above {@code boundary}, searched from {@code from} on. */
  public int firstAbove(double boundary, int from) {
    int low = from;
    int step = 1;
    while (low + step < values.length && value(low + step) <= boundary) {
      low += step;
      step <<= 1;
    }
    int high = Math.min(values.length, low + step);
    return search(boundary, low, high);
  }

  /**
   * The same as {@link #firstAbove(double, int)}, searched both ways from a guess: O(log d) where
   * the guess is d points off.
   */
  int firstAbove(double boundary, int from, int guess) {
    if (guess <= from || value(guess - 1) <= boundary) {
      return firstAbove(boundary, Math.max(from, guess));
    }
    int high = guess - 1;
    int step = 1;
    while (high - step >= from && value(high - step) > boundary) {
      high -= step;
      step <<= 1;
    }
    int low = Math.max(from, high - step);
    return search(boundary, low, high);
  }

  private int search(double boundary, int from, int to) {
    int low = from;
    int high = to;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (value(middle) <= boundary) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The point at which the running count passes {@code rank}, 0-based. */
  int pointOfRank(double rank) {
    if (counts == null) {
      return (int) Math.min(values.length - 1, Math.max(0, rank));
    }
    int at = Arrays.binarySearch(counts, rank);
    int point = at >= 0 ? at : -at - 2;
    return Math.min(values.length - 1, Math.max(0, point));
  }
}
