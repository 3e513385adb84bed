package dev.tersor.core.quantize;

import java.util.Arrays;

/**
 * Sorted weights with prefix sums, on which every cost of one-dimensional clustering is a few
 * subtractions: the squared error of points {@code from .. to - 1} around any value takes O(1), a
 * Lloyd step O(k log n). Memory is 20 bytes a point, 28 where points have multiplicities.
 */
public final class Points {

  private final float[] values;
  private final double[] counts;
  private final double[] sums;

  /** Made when first asked for: Lloyd's iteration alone needs none. */
  private volatile double[] squares;

  private Points(float[] values, double[] multiplicities) {
    this.values = values;
    int n = values.length;
    counts = multiplicities == null ? null : new double[n + 1];
    sums = new double[n + 1];
    double sum = 0;
    for (int i = 0; i < n; i++) {
      if (counts == null) {
        sum += values[i];
      } else {
        counts[i + 1] = counts[i] + multiplicities[i];
        sum += multiplicities[i] * values[i];
      }
      sums[i + 1] = sum;
    }
  }

  private double[] squares() {
    double[] made = squares;
    if (made == null) {
      made = new double[values.length + 1];
      double sum = 0;
      for (int i = 0; i < values.length; i++) {
        double value = values[i];
        sum += (counts == null ? 1 : counts[i + 1] - counts[i]) * value * value;
        made[i + 1] = sum;
      }
      squares = made;
    }
    return made;
  }

  /** The non-zero ones of {@code weights}, each once. All must be finite. */
  public static Points ofNonZero(float[] weights) {
    return new Points(RadixSort.sortedNonZero(weights), null);
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
    return new Points(values.clone(), multiplicities);
  }

  /** Number of points, each counted once. */
  public int size() {
    return values.length;
  }

  public float value(int i) {
    return values[i];
  }

  /** Weights that points {@code from .. to - 1} stand for. */
  public double count(int from, int to) {
    return counts == null ? to - from : counts[to] - counts[from];
  }

  /** Weights that the points before {@code i} stand for. */
  double countBefore(int i) {
    return counts == null ? i : counts[i];
  }

  double sumBefore(int i) {
    return sums[i];
  }

  double squaresBefore(int i) {
    return squares()[i];
  }

  public double sum(int from, int to) {
    return sums[to] - sums[from];
  }

  /** Sum of squared distances of points {@code from .. to - 1} from {@code center}. */
  public double squaredError(int from, int to, double center) {
    double[] prefix = squares();
    return Math.max(
        0,
        prefix[to] - prefix[from] - 2 * center * sum(from, to) + center * center * count(from, to));
  }

  /** The least that {@link #squaredError} can be: that around the mean. */
  public double squaredError(int from, int to) {
    double count = count(from, to);
    if (count == 0) {
      return 0;
    }
    double sum = sum(from, to);
    double[] prefix = squares();
    return Math.max(0, prefix[to] - prefix[from] - sum * sum / count);
  }

  public double mean(int from, int to) {
    // Prefix sums of very different magnitudes cancel; a mean still lies among its points.
    return Math.max(values[from], Math.min(values[to - 1], sum(from, to) / count(from, to)));
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
    while (low + step < values.length && values[low + step] <= boundary) {
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
    if (guess <= from || values[guess - 1] <= boundary) {
      return firstAbove(boundary, Math.max(from, guess));
    }
    int high = guess - 1;
    int step = 1;
    while (high - step >= from && values[high - step] > boundary) {
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
      if (values[middle] <= boundary) {
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
