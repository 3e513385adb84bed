package dev.tersor.core.quantize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.tensor.Centroids;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Levels;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.Step;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class QuantizeTest {
  static Stream<CodebookFitter> fitters() {
    return CodebookFitters.ALL.all().stream();
  }

  private static float[] normal(int n, double pruneBelow, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] weights = new float[n];
    for (int i = 0; i < n; i++) {
      float weight = (float) random.nextGaussian();
      weights[i] = Math.abs(weight) < pruneBelow ? 0 : weight;
    }
    return weights;
  }

  @ParameterizedTest
  @MethodSource("fitters")
  void everyFitterGivesItsBitsAndKeepsZero(CodebookFitter fitter) {
    for (int bits : IntStream.rangeClosed(1, 8).filter(fitter::takes).toArray()) {
      for (float[] weights :
          new float[][] {
            normal(5000, 0.5, bits),
            normal(5000, 0, bits),
            new float[10],
            {},
            {1},
            {-3, 0},
            {2, 2, 2},
            {Float.MIN_VALUE, -Float.MIN_VALUE, 1e30f}
          }) {
        Codebook codebook = fitter.fit(Shape.of(weights.length), weights, bits, 1);
        assertEquals(bits, codebook.bits());
        assertEquals(fitter.keepsZero(), codebook.keepsZero());
        byte[] codes = Assignment.codes(weights, codebook);
        for (int i = 0; i < weights.length; i++) {
          assertTrue((codes[i] & 0xFF) < codebook.size());
          if (weights[i] == 0 && codebook.keepsZero()) {
            assertEquals(0, codes[i]);
          } else if (codebook instanceof Centroids) {
            assertTrue(codes[i] != 0, "a survivor became zero");
          }
          if (codebook.isSequential()) {
            continue; // TrellisTest has what is nearest of all ways
          }
          float value = codebook.value(0, i, codes[i] & 0xFF);
          assertEquals(
              nearest(weights[i], i, codebook),
              Math.abs((double) weights[i] - value),
              1e-6 * (Math.abs(weights[i]) + Math.abs(value)),
              fitter.name() + " " + bits + " bits, weight " + weights[i]);
        }
      }
    }
  }

  /** Distance to the nearest level that the weight may go to, by looking at every one. */
  private static double nearest(float weight, int column, Codebook codebook) {
    boolean keepsZero = codebook.keepsZero();
    if (weight == 0 && keepsZero) {
      return 0;
    }
    boolean isTable = codebook instanceof Centroids;
    double best = isTable || !keepsZero ? Double.MAX_VALUE : Math.abs(weight);
    for (int code = keepsZero ? 1 : 0; code < codebook.size(); code++) {
      // A table's unused code, or one that is no level.
      float value = codebook.value(0, column, code);
      if (value != 0 || !keepsZero) {
        best = Math.min(best, Math.abs((double) weight - value));
      }
    }
    return best;
  }

  @ParameterizedTest
  @MethodSource("fitters")
  void fittersAreDeterministic(CodebookFitter fitter) {
    Points points = Points.ofNonZero(normal(3000, 0.3, 5));
    int bits = fitter.width().orElse(4);
    assertEquals(fitter.fit(points, bits, 9), fitter.fit(points, bits, 9));
  }

  @Test
  void exactIsTheOptimumOfTheLiteralDynamicProgramme() {
    for (int seed = 0; seed < 20; seed++) {
      float[] weights = normal(60, 0.4, seed);
      Points points = Points.ofNonZero(weights);
      for (int bits = 1; bits <= 3; bits++) {
        float[] centroids = centroids(CodebookFitters.ALL.get("exact").fit(points, bits, 0));
        double optimum = literalOptimum(points, (1 << bits) - 1);
        assertEquals(optimum, KMeans.squaredError(points, centroids), 1e-6 * (1 + optimum));
      }
    }
  }

  /** O(k n^2), straight from the recurrence. */
  private static double literalOptimum(Points points, int k) {
    int n = points.size();
    double[] cost = new double[n + 1];
    Arrays.fill(cost, 1, n + 1, Double.POSITIVE_INFINITY);
    for (int layer = 0; layer < Math.min(k, n); layer++) {
      double[] next = new double[n + 1];
      for (int to = 1; to <= n; to++) {
        next[to] = Double.POSITIVE_INFINITY;
        for (int from = 0; from < to; from++) {
          double error = 0;
          double mean = points.mean(from, to);
          for (int i = from; i < to; i++) {
            error += (points.value(i) - mean) * (points.value(i) - mean);
          }
          next[to] = Math.min(next[to], cost[from] + error);
        }
      }
      cost = next;
    }
    return cost[n];
  }

  @Test
  void exactIsNoWorseThanAnyOtherAndLloydNeverWorsens() {
    Points points = Points.ofNonZero(normal(200_000, 0.5, 1));
    for (int bits : new int[] {2, 4, 6, 8}) {
      double exact = error(points, "exact", bits);
      for (String other : new String[] {"linear", "density", "random", "kmeans++", "near-exact"}) {
        assertTrue(
            exact <= error(points, other, bits) * (1 + 1e-7), other + " beats exact at " + bits);
      }
      assertTrue(error(points, "near-exact", bits) <= exact * 1.001, "near-exact at " + bits);
      double[] start = Initialisers.linear(points, (1 << bits) - 1, 0);
      float[] rounded = new float[start.length];
      for (int i = 0; i < start.length; i++) {
        rounded[i] = (float) start[i];
      }
      assertTrue(error(points, "linear", bits) <= KMeans.squaredError(points, rounded) * 1.0001);
    }
  }

  private static double error(Points points, String fitter, int bits) {
    Codebook codebook = CodebookFitters.ALL.get(fitter).fit(points, bits, 1);
    return KMeans.squaredError(points, centroids(codebook));
  }

  private static float[] centroids(Codebook codebook) {
    return ((Centroids) codebook).centroids();
  }

  /** Lloyd's iteration over unsorted weights with an explicit nearest search. */
  @Test
  void lloydIsTheLiteralOne() {
    float[] weights = normal(400, 0.3, 3);
    Points points = Points.ofNonZero(weights);
    double[] centroids = Initialisers.density(points, 7, 0);
    float[] fast = KMeans.lloyd(points, centroids);
    double[] literal = centroids.clone();
    for (int iteration = 0; iteration < 1000; iteration++) {
      double[] sums = new double[7];
      int[] counts = new int[7];
      for (float weight : weights) {
        if (weight != 0) {
          int best = 0;
          for (int c = 1; c < 7; c++) {
            if (Math.abs(weight - literal[c]) < Math.abs(weight - literal[best])) {
              best = c;
            }
          }
          sums[best] += weight;
          counts[best]++;
        }
      }
      for (int c = 0; c < 7; c++) {
        literal[c] = counts[c] == 0 ? literal[c] : sums[c] / counts[c];
      }
    }
    for (int c = 0; c < 7; c++) {
      assertEquals(literal[c], fast[c], 1e-6);
    }
  }

  /** No step of a fine linear grid does better than the one found. */
  @Test
  void uniformStepHasTheLeastError() {
    float[] weights = normal(20_000, 0.4, 8);
    Points points = Points.ofNonZero(weights);
    for (int bits = 1; bits <= 8; bits++) {
      Codebook found = CodebookFitters.ALL.get("uniform").fit(points, bits, 0);
      double least = literalError(weights, found);
      for (int i = 1; i <= 400; i++) {
        float step = 5f * i / 400 / Levels.limit(bits);
        double error = literalError(weights, new Step(bits, step));
        assertTrue(least <= error * 1.001, bits + " bits: step " + step + " is better");
      }
    }
  }

  private static double literalError(float[] weights, Codebook codebook) {
    byte[] codes = Assignment.codes(weights, codebook);
    double error = 0;
    for (int i = 0; i < weights.length; i++) {
      double difference = (double) weights[i] - codebook.value(0, i, codes[i] & 0xFF);
      error += difference * difference;
    }
    return error;
  }

  @Test
  void histogramsOfPartsFitLikeTheWhole() {
    float[] weights = normal(100_000, 0.5, 2);
    float low = -6;
    float high = 6;
    ValueHistogram whole = new ValueHistogram(low, high);
    whole.add(weights);
    ValueHistogram parts = new ValueHistogram(low, high);
    for (int from = 90_000; from >= 0; from -= 10_000) {
      ValueHistogram part = new ValueHistogram(low, high);
      part.add(Arrays.copyOfRange(weights, from, from + 10_000));
      parts.merge(part);
    }
    Points merged = parts.points();
    for (CodebookFitter fitter : CodebookFitters.ALL.all()) {
      int bits = fitter.width().orElse(5);
      assertEquals(fitter.fit(whole.points(), bits, 3), fitter.fit(merged, bits, 3), fitter.name());
    }
    Points exact = Points.ofNonZero(weights);
    double fromHistogram = KMeans.squaredError(exact, centroids(fit("exact", merged)));
    double fromWeights = KMeans.squaredError(exact, centroids(fit("exact", exact)));
    assertEquals(1, fromHistogram / fromWeights, 1e-3);
  }

  private static Codebook fit(String fitter, Points points) {
    return CodebookFitters.ALL.get(fitter).fit(points, 5, 0);
  }

  @Test
  void radixSortSorts() {
    SplittableRandom random = new SplittableRandom(4);
    float[] values = new float[10_000];
    for (int i = 0; i < values.length; i++) {
      float value = Float.intBitsToFloat(random.nextInt());
      values[i] = Float.isFinite(value) ? value : i - 5000;
    }
    values[3] = 0;
    values[4] = -0f;
    float[] sorted = values.clone();
    Arrays.sort(sorted);
    float[] expected = new float[values.length];
    int n = 0;
    for (float value : sorted) {
      if (value != 0) {
        expected[n++] = value;
      }
    }
    assertArrayEquals(Arrays.copyOf(expected, n), RadixSort.sortedNonZero(values));
  }
}
