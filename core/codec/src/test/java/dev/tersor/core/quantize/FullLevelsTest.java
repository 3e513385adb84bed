package dev.tersor.core.quantize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.tensor.Scaled;
import dev.tersor.core.tensor.Shape;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Uniform levels of which every code has one. */
class FullLevelsTest {
  private static float[] normal(int n, double mean, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] weights = new float[n];
    for (int i = 0; i < n; i++) {
      weights[i] = (float) (random.nextGaussian() + mean);
    }
    return weights;
  }

  private static Scaled fit(String name, float[] weights, int bits) {
    return (Scaled)
        CodebookFitters.ALL.get(name).fit(Shape.of(1, weights.length), weights, bits, 1);
  }

  private static double error(float[] weights, float[] levels, double scale) {
    double error = 0;
    for (float weight : weights) {
      double least = Double.POSITIVE_INFINITY;
      for (float level : levels) {
        least = Math.min(least, Math.abs(weight - level * scale));
      }
      error += least * least;
    }
    return error;
  }

  /** No scale of a fine grid, of either sign, does better than the one found. */
  @ParameterizedTest
  @ValueSource(strings = {"uniform-full", "uniform-full-channel", "midrise", "midrise-channel"})
  void theScaleHasTheLeastError(String name) {
    for (double mean : new double[] {0, 0.7, -0.7}) {
      float[] weights = normal(2000, mean, 4);
      for (int bits = 2; bits <= 4; bits++) {
        Scaled found = fit(name, weights, bits);
        float[] levels = found.elements().levels(bits);
        double least = error(weights, levels, found.scales().value(0));
        for (int i = -400; i <= 400; i++) {
          double scale = 5.0 * i / 400 / found.elements().most(bits);
          assertTrue(least <= error(weights, levels, scale) * 1.001, name + " " + scale);
        }
      }
    }
  }

  /**
   * The least mean squared error of a uniform quantiser with four levels for normal weights is
   * 0.1188, at levels 0.9957 apart (Max 1960, table II); the symmetric three have 0.1902.
   */
  @Test
  void fourLevelsOfNormalWeightsAreThoseOfMax() {
    float[] weights = normal(400_000, 0, 9);
    Scaled found = fit("midrise", weights, 2);
    assertEquals(0.9957, 2 * found.scales().value(0), 0.01);
    assertEquals(
        0.1188,
        error(weights, found.elements().levels(2), found.scales().value(0)) / weights.length,
        0.001);
  }

  @ParameterizedTest
  @ValueSource(strings = {"uniform-full", "midrise"})
  void allCodesOfTwoBitsAreUsed(String name) {
    float[] weights = normal(1000, 0, 2);
    boolean[] used = new boolean[4];
    for (byte code : Assignment.codes(weights, fit(name, weights, 2))) {
      used[code] = true;
    }
    assertArrayEquals(new boolean[] {true, true, true, true}, used);
  }

  /** Weights that are levels already come back bit for bit. */
  @ParameterizedTest
  @ValueSource(strings = {"uniform-full", "midrise"})
  void weightsOnAGridComeBack(String name) {
    for (int bits = 2; bits <= 4; bits++) {
      float[] weights = normal(600, 0.2, bits);
      Scaled first = fit(name, weights, bits);
      float[] levels = first.weights(Shape.of(600), Assignment.codes(weights, first));
      Scaled again = fit(name, levels, bits);
      assertArrayEquals(levels, again.weights(Shape.of(600), Assignment.codes(levels, again)));
    }
  }

  /** The opposite weights have the opposite levels. */
  @ParameterizedTest
  @ValueSource(strings = {"uniform-full", "midrise"})
  void mirroredWeightsHaveMirroredLevels(String name) {
    float[] weights = normal(501, 0.3, 7);
    float[] mirrored = weights.clone();
    for (int i = 0; i < mirrored.length; i++) {
      mirrored[i] = -mirrored[i];
    }
    float[] levels = values(fit(name, weights, 3));
    float[] opposite = values(fit(name, mirrored, 3));
    for (int i = 0; i < levels.length; i++) {
      assertEquals(levels[i], 0f - opposite[levels.length - 1 - i]);
    }
  }

  private static float[] values(Scaled codebook) {
    float[] values = new float[codebook.size()];
    for (int code = 0; code < values.length; code++) {
      values[code] = codebook.value(0, 0, code);
    }
    Arrays.sort(values);
    return values;
  }
}
