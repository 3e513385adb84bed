package dev.tersor.core.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.tensor.Centroids;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Elements;
import dev.tersor.core.tensor.GroupSteps;
import dev.tersor.core.tensor.RowSteps;
import dev.tersor.core.tensor.ScaleFormat;
import dev.tersor.core.tensor.Scaled;
import dev.tersor.core.tensor.Scales;
import dev.tersor.core.tensor.Step;
import java.util.Arrays;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One weight does not decide what becomes of the others, and a sign decides nothing. */
class OutlierTest {
  private static final float[] OUTLIERS = {1e20f, -1e20f, 3e38f, -3e38f, 1e10f, -1e10f};

  /** Formats whose levels are no mirror image of themselves have no codebook of one either. */
  static Stream<CodebookFitter> mirrored() {
    Set<String> others = Set.of("nf4", "affine-group", "affine-channel", "q4_k", "q6_k");
    return CodebookFitters.ALL.all().stream().filter(fitter -> !others.contains(fitter.name()));
  }

  private static float[] normal(int n, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] weights = new float[n];
    for (int i = 0; i < n; i++) {
      weights[i] = (float) random.nextGaussian();
    }
    return weights;
  }

  private static float[] with(float[] weights, float... more) {
    float[] all = Arrays.copyOf(weights, weights.length + more.length);
    System.arraycopy(more, 0, all, weights.length, more.length);
    return all;
  }

  private static float[] negated(float[] weights) {
    float[] negated = new float[weights.length];
    for (int i = 0; i < weights.length; i++) {
      negated[i] = -weights[i];
    }
    return negated;
  }

  /** What weights with the opposite sign are to have. */
  private static Codebook negated(Codebook codebook) {
    if (codebook instanceof Scaled scaled) {
      return negated(scaled);
    } else if (codebook instanceof Centroids centroids) {
      return centroids.negated();
    } else if (codebook.bits() > 1) {
      return codebook; // levels of both signs
    }
    float negated = 0f - codebook.value(0, 0, 1);
    if (codebook instanceof GroupSteps groups) {
      return new GroupSteps(1, groups.group(), groups.columns(), negated);
    }
    return codebook instanceof RowSteps ? new RowSteps(1, negated) : new Step(1, negated);
  }

  private static Codebook negated(Scaled codebook) {
    // q8_0, with its scales of 16 bits, leaves out the level that has no mirror image.
    boolean isTurned =
        codebook.elements() == Elements.INTEGER
            && (codebook.bits() != 8 || codebook.scales().format() == ScaleFormat.FP32);
    if (!isTurned) {
      return codebook; // levels of both signs
    }
    Scales scales = codebook.scales();
    double[] values = new double[scales.count()];
    Arrays.setAll(values, run -> 0 - scales.value(run));
    return new Scaled(
        codebook.elements(),
        codebook.bits(),
        Scales.nearest(scales.format(), scales.runs(), values));
  }

  private static Codebook fit(String fitter, float[] weights, int bits) {
    return CodebookFitters.ALL.get(fitter).fit(Points.ofNonZero(weights), bits, 1);
  }

  /** The error of some weights by the literal definition. */
  private static double error(float[] weights, Codebook codebook) {
    byte[] codes = Assignment.codes(weights, codebook);
    double error = 0;
    for (int i = 0; i < weights.length; i++) {
      double difference = (double) weights[i] - codebook.value(0, i, codes[i] & 0xFF);
      error += difference * difference;
    }
    return error;
  }

  /** The least error of k runs of sorted weights in O(k n^3), every error summed anew. */
  private static double optimum(float[] weights, int k) {
    float[] sorted = weights.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    double[] cost = new double[n + 1];
    Arrays.fill(cost, 1, n + 1, Double.POSITIVE_INFINITY);
    for (int runs = 0; runs < k; runs++) {
      double[] next = cost.clone();
      for (int to = 1; to <= n; to++) {
        for (int from = 0; from < to; from++) {
          double mean = 0;
          for (int i = from; i < to; i++) {
            mean += (double) sorted[i] / (to - from);
          }
          double error = 0;
          for (int i = from; i < to; i++) {
            error += (sorted[i] - mean) * (sorted[i] - mean);
          }
          next[to] = Math.min(next[to], cost[from] + error);
        }
      }
      cost = next;
    }
    return cost[n];
  }

  /** An outlier has a centroid of its own, and the others have the best that is left. */
  @ParameterizedTest
  @ValueSource(strings = {"exact", "near-exact"})
  void theOthersHaveTheirOptimum(String fitter) {
    float[] few = {0.1f, 0.11f, 0.12f, 0.5f, 0.51f, 0.52f, 0.9f};
    assertEquals(0.1145, optimum(few, 2), 1e-4);
    for (float[] others : new float[][] {few, negated(few), normal(30, 1), normal(50, 2)}) {
      for (float outlier : OUTLIERS) {
        for (int bits : new int[] {2, 3}) {
          int k = (1 << bits) - 1;
          double one = error(others, fit(fitter, with(others, outlier), bits));
          assertEquals(optimum(others, k - 1), one, 1e-5, bits + " bits, " + outlier);
          double two = error(others, fit(fitter, with(others, outlier, -outlier), bits));
          assertEquals(optimum(others, k - 2), two, 1e-5, bits + " bits, +-" + outlier);
        }
      }
    }
  }

  /** An initialisation that draws may take a poor start, and not one level for all others. */
  @Test
  void theOthersDoNotFallTogether() {
    for (int seed = 0; seed < 20; seed++) {
      float[] others = normal(40, seed);
      for (float outlier : OUTLIERS) {
        for (int bits = 2; bits <= 4; bits++) {
          double least = optimum(others, (1 << bits) - 2);
          double error = error(others, fit("kmeans++", with(others, outlier), bits));
          assertTrue(error <= 10 * least, bits + " bits, " + outlier + ": " + error);
        }
      }
    }
  }

  /** With the same seed where a fitter draws; to the last bit, and whatever the ties. */
  @ParameterizedTest
  @MethodSource("mirrored")
  void mirroredWeightsHaveTheMirroredCodebook(CodebookFitter fitter) {
    for (int seed = 0; seed < 12; seed++) {
      float[] normal = normal(20 + 60 * seed, seed);
      float[] ties = new float[normal.length];
      float[] positive = new float[normal.length];
      for (int i = 0; i < ties.length; i++) {
        ties[i] = Math.round(3 * normal[i]);
        positive[i] = Math.abs(normal[i]);
      }
      for (float[] weights :
          new float[][] {
            normal,
            positive,
            ties,
            with(ties, 7.5f),
            with(normal, -1e20f),
            with(normal, 1e20f, -1e20f),
            {-1, 1, 2},
            {0.25f, -0.5f}
          }) {
        Points points = Points.ofNonZero(weights);
        for (int bits : IntStream.rangeClosed(1, 8).filter(fitter::takes).toArray()) {
          Codebook codebook = fitter.fit(points, bits, seed);
          Codebook mirrored = fitter.fit(Points.ofNonZero(negated(weights)), bits, seed);
          assertEquals(negated(codebook), mirrored, fitter.name() + ", " + bits + " bits");
          assertEquals(codebook, negated(mirrored));
        }
      }
    }
  }

  @Test
  void histogramsKeepWhatLiesBesideAnOutlier() {
    float[] others = normal(20_000, 3);
    for (float outlier : OUTLIERS) {
      float[] all = with(others, outlier);
      ValueHistogram histogram = new ValueHistogram(Math.min(outlier, -6), Math.max(outlier, 6));
      histogram.add(all);
      for (int bits = 2; bits <= 5; bits++) {
        Codebook binned = CodebookFitters.ALL.get("exact").fit(histogram.points(), bits, 0);
        double expected = error(others, fit("exact", all, bits));
        assertEquals(1, error(others, binned) / expected, 0.01, bits + " bits, " + outlier);
      }
    }
  }
}
