package dev.tersor.core.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Against the recurrence itself, from first prices that are far off. */
class OptimalPartitionTest {
  private static final int[] RUNS = {2, 3, 5, 7, 15, 31};

  private static void check(Points points, String what) {
    double[] least = literal(points, RUNS[RUNS.length - 1]);
    for (int k : RUNS) {
      for (int bins : new int[] {4, 16, 1024}) {
        int[] ends = OptimalPartition.ends(points, k, bins);
        assertTrue(ends.length <= k);
        assertEquals(points.size(), ends[ends.length - 1]);
        double error = 0;
        int start = 0;
        for (int end : ends) {
          assertTrue(end > start, what + ": ends " + Arrays.toString(ends));
          error += points.squaredError(start, end);
          start = end;
        }
        double optimum = least[Math.min(k, points.size())];
        assertEquals(optimum, error, 1e-9 * (1e-6 * least[1] + optimum), what + ", k = " + k);
      }
    }
  }

  /** The least error of 1, 2, ... runs in O(k n^2), straight from the recurrence. */
  private static double[] literal(Points points, int k) {
    int n = points.size();
    double[] totals = new double[k + 1];
    double[] cost = new double[n + 1];
    Arrays.fill(cost, 1, n + 1, Double.POSITIVE_INFINITY);
    for (int runs = 1; runs <= k; runs++) {
      double[] next = new double[n + 1];
      Arrays.fill(next, Double.POSITIVE_INFINITY);
      for (int to = runs; to <= n; to++) {
        for (int from = runs - 1; from < to; from++) {
          next[to] = Math.min(next[to], cost[from] + points.squaredError(from, to));
        }
      }
      cost = next;
      totals[runs] = cost[n];
    }
    return totals;
  }

  @Test
  void normalAndHeavyTailedWeights() {
    for (int seed = 0; seed < 30; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      float[] weights = new float[40 + 20 * seed];
      for (int i = 0; i < weights.length; i++) {
        double drawn = random.nextGaussian();
        weights[i] = (float) (seed % 2 == 0 ? drawn : drawn * drawn * drawn);
        weights[i] += Math.copySign(seed % 3, weights[i]); // the gap that pruning leaves
      }
      check(Points.ofNonZero(weights), "seed " + seed);
    }
  }

  /** Many partitions are equally good, so that no price gives the k that is asked for. */
  @Test
  void evenlySpacedAndRepeatedWeights() {
    for (int n : new int[] {32, 33, 48, 96, 100}) {
      float[] even = new float[n];
      float[] repeated = new float[4 * n];
      float[] pairs = new float[n];
      for (int i = 0; i < n; i++) {
        even[i] = i + 1;
        pairs[i] = 10 * (i / 2) + i % 2 + 1;
        Arrays.fill(repeated, 4 * i, 4 * i + 4, i % 37 + 1);
      }
      check(Points.ofNonZero(even), "even " + n);
      check(Points.ofNonZero(pairs), "pairs " + n);
      check(Points.ofNonZero(repeated), "repeated " + n);
    }
  }

  @Test
  void pointsWithMultiplicities() {
    for (int seed = 0; seed < 20; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      float[] values = new float[200];
      double[] counts = new double[200];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian();
        counts[i] = random.nextInt(10) == 0 ? 100_000 : 1 + random.nextInt(20);
      }
      Arrays.sort(values);
      check(Points.weighted(values, counts), "seed " + seed);
    }
  }
}
