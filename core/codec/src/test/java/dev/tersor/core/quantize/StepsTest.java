package dev.tersor.core.quantize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.RowSteps;
import dev.tersor.core.tensor.Segment;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.Step;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Codebooks of one step: LSQ's, and a step for each row. */
class StepsTest {
  private static final CodebookFitter LSQ = CodebookFitters.ALL.get("lsq");

  private static float[] normal(int n, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] weights = new float[n];
    for (int i = 0; i < n; i++) {
      weights[i] = (float) random.nextGaussian();
    }
    return weights;
  }

  private static double entropy(int[] counts, double total) {
    double bits = 0;
    for (int count : counts) {
      bits -= count == 0 ? 0 : count / total * Math.log(count / total) / Math.log(2);
    }
    return bits;
  }

  private static double bitsOverEntropy(float[] weights, Codebook codebook) {
    int[] counts = new int[256];
    for (byte code : Assignment.codes(weights, codebook)) {
      counts[code & 0xFF]++;
    }
    return codebook.bits() / entropy(counts, weights.length);
  }

  /** What any order-0 code of a normal distribution's codes can gain, by the quantiser. */
  @ParameterizedTest
  @CsvSource({"8, 1.643, 1.133", "4, 1.430, 1.134", "2, 1.420, 1.302"})
  void theStepBoundsTheRatio(int bits, double lsq, double leastError) {
    float[] weights = normal(500_000, bits);
    Points points = Points.ofNonZero(weights);
    assertEquals(lsq, bitsOverEntropy(weights, LSQ.fit(points, bits, 0)), 0.004);
    Codebook uniform = CodebookFitters.ALL.get("uniform").fit(points, bits, 0);
    assertEquals(leastError, bitsOverEntropy(weights, uniform), 0.006);
  }

  /** With the level -2 that two bits have room for, and that is not used, the bound is lower. */
  /** A step that is given is taken, whatever the weights. */
  @Test
  void aStepIsGiven() {
    CodebookFitter given = CodebookFitters.parse("uniform(step=0.25)");
    assertEquals("uniform(step=0.25)", given.name());
    Points points = Points.ofNonZero(new float[] {0.3f, -7, 0.1f});
    assertEquals(new Step(8, 0.25f), given.fit(points, 8, 1));
    assertEquals(new Step(2, 0.25f), given.fit(points, 2, 1));
    assertEquals(new Step(8, 0), given.fit(Points.ofNonZero(new float[3]), 8, 1));
    for (String bad : new String[] {"0", "-1", "NaN", "Infinity", "x"}) {
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class,
              () -> CodebookFitters.parse("uniform(step=" + bad + ")"));
      assertTrue(e.getMessage().contains("step: '" + bad + "'"), e.getMessage());
    }
    for (String bad : new String[] {"uniform(size=1)", "lsq(step=1)", "uniform(step=1,size=2)"}) {
      assertThrows(IllegalArgumentException.class, () -> CodebookFitters.parse(bad));
    }
  }

  @Test
  void aFourthLevelOfTwoBitsLowersTheBound() {
    float[] weights = normal(500_000, 2);
    float step = LSQ.fit(Points.ofNonZero(weights), 2, 0).value(0, 0, 1);
    int[] counts = new int[4];
    for (float weight : weights) {
      counts[2 + (int) Math.max(-2, Math.min(1, Math.ceil(weight / step - 0.5)))]++;
    }
    assertEquals(1.370, 2 / entropy(counts, weights.length), 0.004);
  }

  @Test
  void lsqIsItsFormulaOverTheSurvivors() {
    float[] weights = {0, 3, 0, -1, 2, -2, 0.5f, 0};
    for (int bits = 2; bits <= 8; bits++) {
      int limit = (1 << (bits - 1)) - 1;
      double step = Math.min(3, 2 * (8.5 / 5) / Math.sqrt(limit));
      assertEquals(step, LSQ.fit(Points.ofNonZero(weights), bits, 0).value(0, 0, 1), 1e-6);
    }
    // One bit: 0 and one sign, here the positive one, whose mean is 5.5/3; at most the largest.
    assertEquals(3, LSQ.fit(Points.ofNonZero(weights), 1, 0).value(0, 0, 1), 1e-6);
    float[] negative = {-4, -3, 0, -2, 0.1f};
    assertEquals(-4, LSQ.fit(Points.ofNonZero(negative), 1, 0).value(0, 0, 1), 1e-6);
    float[] long1 = new float[100];
    Arrays.fill(long1, -1);
    long1[7] = -50;
    assertEquals(-2.98, LSQ.fit(Points.ofNonZero(long1), 1, 0).value(0, 0, 1), 1e-6);
  }

  @ParameterizedTest
  @ValueSource(
      floats = {1, -0.3f, Float.MIN_VALUE, -Float.MIN_VALUE, Float.MAX_VALUE, -Float.MAX_VALUE})
  void equalWeightsDoNotVanish(float value) {
    float[] weights = new float[50];
    Arrays.fill(weights, 0, 30, value);
    for (int bits = 1; bits <= 8; bits++) {
      Codebook codebook = LSQ.fit(Points.ofNonZero(weights), bits, 0);
      byte[] codes = Assignment.codes(weights, codebook);
      for (int i = 0; i < codes.length; i++) {
        assertEquals(i < 30, codes[i] != 0, bits + " bits");
      }
      if (bits <= 3) {
        assertEquals(value, codebook.value(0, 0, codes[0] & 0xFF), bits + " bits");
      }
    }
  }

  @Test
  void nothingIsFittedToNothing() {
    Points none = Points.ofNonZero(new float[9]);
    assertEquals(new Step(4, 0), LSQ.fit(none, 4, 0));
    Codebook rows = CodebookFitters.ALL.get("lsq-channel").fit(Shape.of(3, 3), new float[9], 4, 0);
    assertEquals(new RowSteps(4, new float[3]), rows);
    assertArrayEquals(new byte[9], Assignment.codes(new float[9], rows));
    assertEquals(
        new RowSteps(4),
        CodebookFitters.ALL.get("lsq-channel").fit(Shape.of(0, 3), new float[0], 4, 0));
  }

  /** Row by row the same as if every row were a tensor. */
  @ParameterizedTest
  @CsvSource({"uniform", "lsq"})
  void channelsAreRowsByThemselves(String name) {
    CodebookFitter whole = CodebookFitters.ALL.get(name);
    CodebookFitter channels = CodebookFitters.ALL.get(name + "-channel");
    assertTrue(whole.isShared() && !channels.isShared());
    for (int bits = 1; bits <= 8; bits++) {
      Shape shape = Shape.of(7, 4, 3, 3);
      float[] weights = normal(7 * 36, bits);
      for (int i = 0; i < weights.length; i++) {
        weights[i] *= 1 << (i / 36);
        weights[i] = i / 36 == 4 || i % 3 == 0 ? 0 : weights[i];
      }
      RowSteps codebook = (RowSteps) channels.fit(shape, weights, bits, 1);
      byte[] codes = Assignment.codes(weights, codebook);
      float[] values = new Codes(shape, codes, codebook).dequantize();
      assertEquals(7, codebook.rows());
      for (int row = 0; row < 7; row++) {
        float[] part = Arrays.copyOfRange(weights, row * 36, (row + 1) * 36);
        Codebook own = whole.fit(Points.ofNonZero(part), bits, 1);
        assertEquals(own.value(0, 0, 1), codebook.step(row), "row " + row);
        byte[] expected = Assignment.codes(part, own);
        assertArrayEquals(expected, Arrays.copyOfRange(codes, row * 36, (row + 1) * 36));
        for (int i = 0; i < 36; i++) {
          assertEquals(own.value(0, i, expected[i] & 0xFF), values[row * 36 + i], 0f);
          assertEquals(values[row * 36 + i], codebook.value(row, codes[row * 36 + i] & 0xFF), 0f);
        }
        assertEquals(
            new RowSteps(bits, codebook.step(row)), channels.fit(Points.ofNonZero(part), bits, 1));
      }
    }
  }

  /** A step of its own is never worse for a row than one that all rows share. */
  @Test
  void channelsHaveTheLesserError() {
    Shape shape = Shape.of(16, 200);
    float[] weights = normal(3200, 3);
    for (int i = 0; i < weights.length; i++) {
      weights[i] *= 1 + i / 200;
    }
    for (int bits : new int[] {2, 4, 8}) {
      double shared = error(shape, weights, CodebookFitters.ALL.get("uniform"), bits);
      double own = error(shape, weights, CodebookFitters.ALL.get("uniform-channel"), bits);
      assertTrue(own < shared, bits + " bits: " + own + " and " + shared);
    }
  }

  private static double error(Shape shape, float[] weights, CodebookFitter fitter, int bits) {
    Codebook codebook = fitter.fit(shape, weights, bits, 1);
    float[] values = new Codes(shape, Assignment.codes(weights, codebook), codebook).dequantize();
    double error = 0;
    for (int i = 0; i < values.length; i++) {
      error += ((double) weights[i] - values[i]) * ((double) weights[i] - values[i]);
    }
    return error;
  }

  @Test
  void partsHaveTheStepsOfTheirRows() {
    Codebook codebook = new RowSteps(4, new float[] {1, 2, 3, 4, 5});
    Segment middle = new Segment(1, 20, Shape.of(2, 10));
    assertEquals(new RowSteps(4, new float[] {3, 4}), codebook.part(middle, 10));
    // A row that is longer than a segment.
    assertEquals(
        new RowSteps(4, new float[] {2}), codebook.part(new Segment(3, 15, Shape.of(1, 5)), 10));
    Codebook uniform = new Step(4, 1);
    assertEquals(uniform, uniform.part(middle, 10));
  }

  @Test
  void whatIsNoCodebookOfChannelsIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new RowSteps(9, new float[] {1}));
    for (float step : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.MAX_VALUE}) {
      assertThrows(IllegalArgumentException.class, () -> new RowSteps(8, new float[] {1, step}));
    }
    Codebook two = new RowSteps(8, new float[] {1, 2});
    assertThrows(IllegalArgumentException.class, () -> new Codes(Shape.of(3, 2), new byte[6], two));
    assertThrows(IllegalArgumentException.class, () -> Assignment.codes(new float[5], two));
    assertEquals(
        List.of(0.099975586f, 2f),
        List.of(
            new RowSteps(2, new float[] {0.1f, 2}).half().step(0),
            new RowSteps(2, new float[] {0.1f, 2}).half().step(1)));
  }
}
