package dev.tersor.core.quantize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.tensor.Centroids;
import dev.tersor.core.tensor.Codebook;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** k-means of weights that count by an importance, against the recurrence on the weights. */
class ImportanceTest {
  private static final List<String> INITIALISERS =
      List.of("linear", "density", "random", "kmeans++", "near-exact", "exact");

  private static CodebookFitter fitter(String name) {
    return CodebookFitters.parse(name + "(by=saliency)");
  }

  private static float[] weights(int n, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] weights = new float[n];
    for (int i = 0; i < n; i++) {
      weights[i] = random.nextInt(5) == 0 ? 0 : (float) random.nextGaussian();
    }
    return weights;
  }

  /** As squared gradients are: of many magnitudes, some of them nothing. */
  private static float[] importances(int n, long seed) {
    SplittableRandom random = new SplittableRandom(~seed);
    float[] importances = new float[n];
    for (int i = 0; i < n; i++) {
      importances[i] = random.nextInt(9) == 0 ? 0 : (float) Math.exp(3 * random.nextGaussian());
    }
    return importances;
  }

  /** The error of the nearest values of a codebook, counted by importance. */
  private static double error(float[] weights, float[] importances, Codebook.OfTensor codebook) {
    byte[] codes = Assignment.codes(weights, codebook);
    double error = 0;
    for (int i = 0; i < weights.length; i++) {
      double away = weights[i] == 0 ? 0 : (double) weights[i] - codebook.value(codes[i] & 0xFF);
      error += importances[i] * away * away;
    }
    return error;
  }

  /** The least error of k runs in O(k n^3), every mean and error from the weights themselves. */
  private static double literal(float[] weights, float[] importances, int k) {
    int[] order =
        IntStream.range(0, weights.length)
            .filter(i -> weights[i] != 0)
            .boxed()
            .sorted(Comparator.comparing(i -> weights[i]))
            .mapToInt(i -> i)
            .toArray();
    int n = order.length;
    double[] cost = new double[n + 1];
    Arrays.fill(cost, 1, n + 1, Double.POSITIVE_INFINITY);
    for (int run = 0; run < k; run++) {
      double[] next = cost.clone();
      for (int to = 1; to <= n; to++) {
        for (int from = 0; from < to; from++) {
          double mass = 0;
          double sum = 0;
          for (int i = from; i < to; i++) {
            mass += importances[order[i]];
            sum += (double) importances[order[i]] * weights[order[i]];
          }
          double error = 0;
          for (int i = from; i < to && mass > 0; i++) {
            double away = weights[order[i]] - sum / mass;
            error += importances[order[i]] * away * away;
          }
          next[to] = Math.min(next[to], cost[from] + error);
        }
      }
      cost = next;
    }
    return cost[n];
  }

  @Test
  void exactIsTheOptimumOfTheWeightedError() {
    for (int seed = 0; seed < 20; seed++) {
      float[] weights = weights(30 + 2 * seed, seed);
      float[] importances = importances(weights.length, seed);
      for (int bits = 1; bits <= 4; bits++) {
        Codebook.OfTensor fitted =
            (Codebook.OfTensor)
                fitter("exact").fit(Points.ofNonZero(weights, importances), bits, seed);
        double least = literal(weights, importances, (1 << bits) - 1);
        double all = literal(weights, importances, 1);
        assertEquals(
            least, error(weights, importances, fitted), 1e-5 * least + 1e-9 * all, "seed " + seed);
      }
    }
  }

  @Test
  void noInitialisationIsBetterAndEachIsBetterThanChance() {
    float[] weights = weights(5000, 1);
    float[] importances = importances(weights.length, 1);
    Points points = Points.ofNonZero(weights, importances);
    for (int bits = 2; bits <= 6; bits++) {
      double least =
          error(weights, importances, (Codebook.OfTensor) fitter("exact").fit(points, bits, 3));
      double plain =
          error(
              weights,
              importances,
              (Codebook.OfTensor)
                  CodebookFitters.ALL.get("exact").fit(Points.ofNonZero(weights), bits, 3));
      assertTrue(least < plain, bits + " bits: " + least + ", without importances " + plain);
      for (String name : INITIALISERS) {
        double found =
            error(weights, importances, (Codebook.OfTensor) fitter(name).fit(points, bits, 3));
        assertTrue(found >= least * (1 - 1e-6), name + " at " + bits);
        assertTrue(found < 20 * least, name + " at " + bits + ": " + found + " of " + least);
      }
    }
  }

  @Test
  void equalImportancesAreNone() {
    float[] weights = weights(3000, 2);
    float[] equal = new float[weights.length];
    Arrays.fill(equal, 0.25f);
    for (String name : INITIALISERS) {
      for (int bits : new int[] {1, 3, 5}) {
        Centroids with = (Centroids) fitter(name).fit(Points.ofNonZero(weights, equal), bits, 9);
        Centroids without =
            (Centroids) CodebookFitters.ALL.get(name).fit(Points.ofNonZero(weights), bits, 9);
        assertEquals(without.size(), with.size(), name);
        for (int code = 0; code < with.size(); code++) {
          assertEquals(without.value(code), with.value(code), 1e-6, name + " " + bits);
        }
      }
    }
  }

  @Test
  void aWeightWithoutImportanceHasNoSay() {
    float[] weights = {1, 2, 3, 100, 0};
    Points points = Points.ofNonZero(weights, new float[] {1, -1, 2, 0, 7});
    Centroids fitted = (Centroids) fitter("exact").fit(points, 1, 0);
    assertEquals(9 / 4f, fitted.value(1));
    // It goes to the nearest centroid all the same.
    assertArrayEquals(new byte[] {1, 1, 1, 1, 0}, Assignment.codes(weights, fitted));
    // Where none has any, all have the same.
    Points none = Points.ofNonZero(weights, new float[5]);
    assertEquals(4, none.size());
    assertEquals(106 / 4f, ((Centroids) fitter("exact").fit(none, 1, 0)).value(1));
  }

  @Test
  void theOrderOfTheWeightsDoesNotMatter() {
    float[] weights = {3, -1, 3, 2, 3, -1};
    float[] importances = {0.1f, 0.7f, 1e-9f, 3, 1e9f, 0.3f};
    float[] others = {-1, 3, 2, 3, -1, 3};
    float[] theirs = {0.3f, 1e9f, 3, 1e-9f, 0.7f, 0.1f};
    Points a = Points.ofNonZero(weights, importances);
    Points b = Points.ofNonZero(others, theirs);
    assertEquals(a.size(), b.size());
    for (int i = 0; i < a.size(); i++) {
      assertEquals(a.value(i), b.value(i));
      assertEquals(a.count(0, i), b.count(0, i));
    }
  }

  @Test
  void whatCannotBeIsSaid() {
    assertEquals(ErrorMeasure.SALIENCY, fitter("exact").measure());
    assertEquals(ErrorMeasure.WEIGHTS, CodebookFitters.ALL.get("exact").measure());
    assertEquals("kmeans++(by=saliency)", fitter("kmeans++").name());
    assertMessage("by=weight, expected saliency", "exact(by=weight)");
    assertMessage("has no parameter 'n', expected by", "linear(n=3)");
    assertThrows(
        IllegalArgumentException.class, () -> Points.ofNonZero(new float[3], new float[2]));
  }

  private static void assertMessage(String part, String text) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> CodebookFitters.parse(text))
            .getMessage();
    assertTrue(message.contains(part), message);
  }
}
