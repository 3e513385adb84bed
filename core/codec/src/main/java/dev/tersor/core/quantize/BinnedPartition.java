package dev.tersor.core.quantize;

import java.util.Arrays;

/**
 * A partition of sorted points into k runs of nearly the least squared error: the points are
 * gathered into bins, cut at equal widths and at equal counts, and the optimum over the bins is
 * found by dynamic programming with divide and conquer on the monotone split points: O(k m log m)
 * time and 4 k m bytes for m bins. A few steps of Lloyd's iteration on the points themselves then
 * take it to within a fraction of a per cent of the optimum.
 */
final class BinnedPartition {
  /** Enough for 255 runs to come within 0.1 % of the optimum on weights of networks. */
  static final int BINS = 4096;

  /** Steps of Lloyd after it: the first few take most of what is left, thousands would the rest. */
  static final int STEPS = 100;

  /**
   * The best runs of bins.
   *
   * @param ends where the runs end
   * @param errors squared error of the best partition into 1, 2, ... runs, one more than asked for
   *     where there are so many bins
   * @param optimal whether no bin holds different values
   */
  @SuppressWarnings("ArrayRecordComponent") // read once, by the caller
  record Result(int[] ends, double[] errors, boolean optimal) {}

  // What is at the cuts, side by side where it is far apart in the points: the values before and
  // behind, and prefix sums.
  private final float[] before;
  private final float[] behind;
  private final double[] counts;
  private final double[] sums;
  private final double[] squares;

  /** The least error of the bins before each cut, in as many runs as layers are done. */
  private double[] cost;

  private double[] next;

  private BinnedPartition(Points points, int[] cuts) {
    before = new float[cuts.length];
    behind = new float[cuts.length];
    counts = new double[cuts.length];
    sums = new double[cuts.length];
    squares = new double[cuts.length];
    cost = new double[cuts.length];
    next = new double[cuts.length];
    for (int i = 0; i < cuts.length; i++) {
      before[i] = cuts[i] == 0 ? Float.NaN : points.value(cuts[i] - 1);
      behind[i] = cuts[i] == points.size() ? Float.NaN : points.value(cuts[i]);
      counts[i] = points.countBefore(cuts[i]);
      sums[i] = points.sums()[cuts[i]];
      squares[i] = points.squares().to(cuts[i]);
      cost[i] = points.squaredError(0, cuts[i]);
    }
  }

  /** Means of the best k runs of bins, ascending. */
  static double[] centroids(Points points, int k, long seed) {
    return points.means(of(points, k, BINS).ends());
  }

  /**
   * @param bins at most; the result is the optimum where no more values than that are distinct
   */
  static Result of(Points points, int k, int bins) {
    int[] cuts = atoms(points, bins);
    int atoms = cuts.length - 1;
    int runs = Math.min(k, atoms);
    BinnedPartition search = new BinnedPartition(points, cuts);
    int layers = Math.min(k + 1, atoms);
    double[] errors = new double[layers];
    int[][] split = new int[layers][atoms + 1];
    errors[0] = search.cost[atoms];
    for (int layer = 1; layer < layers; layer++) {
      Arrays.fill(search.next, Double.POSITIVE_INFINITY);
      search.fill(split[layer], layer + 1, atoms, layer, atoms - 1);
      double[] done = search.cost;
      search.cost = search.next;
      search.next = done;
      errors[layer] = search.cost[atoms];
    }
    int[] ends = new int[runs];
    int to = atoms;
    for (int layer = runs - 1; layer >= 0; layer--) {
      ends[layer] = cuts[to];
      to = split[layer][to];
    }
    return new Result(ends, errors, isOptimal(points, cuts));
  }

  private static boolean isOptimal(Points points, int[] cuts) {
    for (int i = 1; i < cuts.length; i++) {
      if (points.value(cuts[i - 1]) != points.value(cuts[i] - 1)) {
        return false;
      }
    }
    return true;
  }

  /** Best last split for the prefixes low..high, knowing it lies in first..last. */
  private void fill(int[] split, int low, int high, int first, int last) {
    if (low > high) {
      return;
    }
    int middle = (low + high) >>> 1;
    double best = Double.POSITIVE_INFINITY;
    int at = first;
    for (int from = first; from <= Math.min(last, middle - 1); from++) {
      double sum = sums[middle] - sums[from];
      double error = cost[from] - squares[from] - sum * sum / (counts[middle] - counts[from]);
      if (error < best) {
        best = error;
        at = from;
      }
    }
    next[middle] = cost[at] + squaredError(at, middle);
    split[middle] = at;
    fill(split, low, middle - 1, first, at);
    fill(split, middle + 1, high, at, last);
  }

  /** As {@link Points#squaredError(int, int)} has it. */
  private double squaredError(int from, int to) {
    if (behind[from] == before[to]) {
      return 0;
    }
    double sum = sums[to] - sums[from];
    return Math.max(0, squares[to] - squares[from] - sum * sum / (counts[to] - counts[from]));
  }

  /** Where runs of points that stay together begin, and the end. */
  private static int[] atoms(Points points, int bins) {
    int n = points.size();
    int[] distinct = new int[Math.min(n, bins) + 1];
    int count = 0;
    for (int i = 0; i < n; i++) {
      if (i == 0 || points.value(i) != points.value(i - 1)) {
        if (count == bins) {
          return gathered(points, bins);
        }
        distinct[count++] = i;
      }
    }
    distinct[count] = n;
    return Arrays.copyOf(distinct, count + 1);
  }

  private static int[] gathered(Points points, int bins) {
    int n = points.size();
    int half = bins / 2;
    double low = points.value(0);
    double width = (points.value(n - 1) - low) / half;
    double total = points.count(0, n);
    int[] cuts = new int[2 * half + 1];
    int at = 0;
    for (int i = 1; i < half; i++) {
      at = points.firstAbove(low + i * width, at);
      cuts[i] = at;
      cuts[half + i] = points.pointOfRank(total * i / half);
    }
    cuts[2 * half] = n;
    return Arrays.stream(cuts).sorted().distinct().toArray();
  }
}
