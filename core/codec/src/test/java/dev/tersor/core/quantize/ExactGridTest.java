package dev.tersor.core.quantize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Levels;
import dev.tersor.core.tensor.Shape;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights of a quantised checkpoint come back bit for bit. */
class ExactGridTest {
  private static final float[] STEPS = {
    1, 0.1f, 0.0123456f, 1e-20f, 1e30f, 3e-39f, Float.MIN_VALUE, 0x1.fffffep-10f
  };

  private static float[] onGrid(int n, int most, float step, SplittableRandom random) {
    float[] weights = new float[n];
    for (int i = 0; i < n; i++) {
      weights[i] = (random.nextInt(2 * most + 1) - most) * step + 0f;
    }
    return weights;
  }

  private static float[] back(String fitter, Shape shape, float[] weights, int bits) {
    Codebook codebook = CodebookFitters.ALL.get(fitter).fit(shape, weights, bits, 0);
    return new Codes(shape, Assignment.codes(weights, codebook), codebook).dequantize();
  }

  /** Whichever of the levels occur: 1 and 2 of a step whose largest level is 3, for example. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8})
  void weightsOnAGridComeBack(int bits) {
    assertArrayEquals(
        new float[] {1, 2, 2, 1}, back("uniform", Shape.of(2, 2), new float[] {1, 2, 2, 1}, 3));
    SplittableRandom random = new SplittableRandom(bits);
    int limit = Levels.limit(bits);
    for (int seed = 0; seed < 60; seed++) {
      for (float step : STEPS) {
        int most = 1 + random.nextInt(limit);
        float any = seed % 2 == 0 ? step : step * (1 + random.nextInt(1 << 20) * 0x1p-20f);
        float[] weights = onGrid(60, most, any, random);
        assertArrayEquals(weights, back("uniform", Shape.of(6, 10), weights, bits), "" + any);
        // Rows of steps of their own.
        float[] second = onGrid(60, most, any / 3, random);
        System.arraycopy(second, 0, weights, 30, 30);
        assertArrayEquals(weights, back("uniform-channel", Shape.of(2, 30), weights, bits));
      }
    }
  }

  @Test
  void oneBitHasOneLevel() {
    for (float level : new float[] {0.1f, -0.3f, 1e-40f, -3e38f}) {
      float[] weights = {0, level, level, 0};
      assertArrayEquals(weights, back("uniform", Shape.of(4), weights, 1));
    }
  }

  /** A tensor of several segments is fitted on its histogram. */
  @Test
  void histogramsKeepGrids() {
    SplittableRandom random = new SplittableRandom(1);
    for (int bits = 1; bits <= 8; bits++) {
      int limit = Levels.limit(bits);
      for (float step : new float[] {1, 0.1f, 0.0123456f, 1e-20f, 1e30f}) {
        float[] weights = onGrid(50_000, bits == 1 ? 0 : limit, step, random);
        weights[7] = step * limit;
        float most = step * limit;
        ValueHistogram whole = new ValueHistogram(-most, most);
        for (int part = 0; part < 5; part++) {
          ValueHistogram histogram = new ValueHistogram(-most, most);
          histogram.add(java.util.Arrays.copyOfRange(weights, part * 10_000, (part + 1) * 10_000));
          whole.merge(histogram);
        }
        Codebook codebook = CodebookFitters.ALL.get("uniform").fit(whole.points(), bits, 0);
        assertEquals(step, codebook.value(0, 0, 1), bits + " bits");
      }
    }
  }

  /** Weights near a grid that does not reach the last level. */
  @Test
  void stepsAboveTheFullRangeAreTried() {
    SplittableRandom random = new SplittableRandom(2);
    for (int bits = 3; bits <= 8; bits++) {
      float[] weights = new float[5000];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = (1 + random.nextInt(2)) * (random.nextBoolean() ? 1 : -1);
        weights[i] += (float) (1e-3 * random.nextGaussian());
      }
      float step =
          CodebookFitters.ALL.get("uniform").fit(Points.ofNonZero(weights), bits, 0).value(0, 0, 1);
      float[] back = back("uniform", Shape.of(5000), weights, bits);
      double error = 0;
      for (int i = 0; i < back.length; i++) {
        error += (back[i] - weights[i]) * (double) (back[i] - weights[i]);
      }
      // The noise alone, or less where levels lie closer than it is wide.
      assertTrue(error <= 5000 * 1.1e-6, bits + " bits: " + error + ", step " + step);
    }
  }
}
