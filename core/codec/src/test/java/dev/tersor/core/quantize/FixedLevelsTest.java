package dev.tersor.core.quantize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Elements;
import dev.tersor.core.tensor.Runs;
import dev.tersor.core.tensor.ScaleFormat;
import dev.tersor.core.tensor.Scaled;
import dev.tersor.core.tensor.Scales;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.SmallFloat;
import dev.tersor.core.tensor.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Fixed levels and their scales, beside the definitions that they were published with. */
class FixedLevelsTest {
  private static float[] normal(int n, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] weights = new float[n];
    for (int i = 0; i < n; i++) {
      weights[i] = (float) (random.nextGaussian() * (1 + i / 100));
    }
    return weights;
  }

  private static Scaled fit(String name, Shape shape, float[] weights) {
    CodebookFitter fitter = CodebookFitters.parse(name);
    return (Scaled) fitter.fit(shape, weights, fitter.width().orElse(4), 1);
  }

  private static float[] back(Codebook codebook, Shape shape, float[] weights) {
    return codebook.weights(shape, Assignment.codes(weights, codebook));
  }

  /** The tables of the documents, number by number. */
  @Test
  void smallFloatsAreThoseOfTheDocuments() {
    float[] e2m1 = {0, 0.5f, 1, 1.5f, 2, 3, 4, 6, -0f, -0.5f, -1, -1.5f, -2, -3, -4, -6};
    for (int number = 0; number < 16; number++) {
      assertEquals(e2m1[number], SmallFloat.E2M1.value(number));
    }
    assertEquals(448, SmallFloat.E4M3.value(0x7E));
    assertEquals(Math.pow(2, -6), SmallFloat.E4M3.value(0x08));
    assertEquals(Math.pow(2, -9), SmallFloat.E4M3.value(0x01));
    assertEquals(-1.125f, SmallFloat.E4M3.value(0xB9));
    assertTrue(
        Float.isNaN(SmallFloat.E4M3.value(0x7F)) && Float.isNaN(SmallFloat.E4M3.value(0xFF)));
    assertEquals(57344, SmallFloat.E5M2.value(0x7B));
    assertEquals(Math.pow(2, -14), SmallFloat.E5M2.value(0x04));
    assertEquals(Math.pow(2, -16), SmallFloat.E5M2.value(0x01));
    for (int number = 0x7C; number <= 0x7F; number++) {
      assertTrue(Float.isNaN(SmallFloat.E5M2.value(number)));
    }
    assertEquals(List.of(4, 8, 8), Arrays.stream(SmallFloat.values()).map(f -> f.bits()).toList());
  }

  @ParameterizedTest
  @EnumSource(SmallFloat.class)
  void theNearestNumberIsFoundTiesToEven(SmallFloat format) {
    int size = 1 << format.bits();
    SplittableRandom random = new SplittableRandom(3);
    List<Double> values = new ArrayList<>();
    for (int number = 0; number + 1 < size / 2; number++) {
      values.add(((double) format.value(number) + format.value(number + 1)) / 2);
      values.add((double) format.value(number));
      values.add(Math.scalb(random.nextDouble(), random.nextInt(-20, 20)));
    }
    for (double value : values) {
      for (double signed : new double[] {value, -value}) {
        if (Double.isNaN(signed)) {
          continue;
        }
        int nearest = format.nearest(signed);
        double error = Math.abs(signed - format.value(nearest));
        for (int number = 0; number < size; number++) {
          double other = Math.abs(signed - format.value(number));
          assertFalse(other < error, format + " " + signed);
          boolean isTie = other == error && format.value(number) != format.value(nearest);
          assertFalse(isTie && number % 2 == 0 && nearest % 2 == 1, format + " " + signed);
        }
      }
    }
  }

  @Test
  void powersOfTwoAreE8m0() {
    assertEquals(127, ScaleFormat.E8M0.nearest(1));
    assertEquals(0x1p-127f, ScaleFormat.E8M0.value(0));
    assertEquals(0x1p127f, ScaleFormat.E8M0.value(254));
    assertTrue(Float.isNaN(ScaleFormat.E8M0.value(255)));
    assertEquals(0, ScaleFormat.E8M0.nearest(0));
    assertEquals(254, ScaleFormat.E8M0.nearest(Double.MAX_VALUE));
  }

  /** QLoRA's table holds the quantiles that its appendix defines. */
  @Test
  void nf4HasTheTableOfThePaper() {
    float[] levels = Elements.NF4.levels(4);
    assertEquals(0, levels[0]);
    assertEquals(1, levels[8]);
    assertEquals(-1, levels[9]);
    float[] ascending = levels.clone();
    Arrays.sort(ascending);
    // Eight quantiles above zero and seven below, of which the outermost are 1 and -1.
    double offset = 0.9677083;
    double most = quantile(offset);
    for (int i = 0; i < 8; i++) {
      double share = offset + (0.5 - offset) * i / 8;
      assertEquals(quantile(share) / most, ascending[15 - i], 1e-4);
    }
    for (int i = 0; i < 7; i++) {
      double share = offset + (0.5 - offset) * i / 7;
      assertEquals(-quantile(share) / most, ascending[i], 1e-4);
    }
  }

  /** The inverse of the normal distribution, by halving an integral. */
  private static double quantile(double share) {
    double low = 0;
    double high = 5;
    for (int i = 0; i < 40; i++) {
      double middle = (low + high) / 2;
      double sum = 0;
      int steps = 2000;
      for (int k = 0; k < steps; k++) {
        double x = middle * (k + 0.5) / steps;
        sum += Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI) * middle / steps;
      }
      low = 0.5 + sum < share ? middle : low;
      high = 0.5 + sum < share ? high : middle;
    }
    return low;
  }

  /** Of all codes of a run, each weight has the nearest. */
  @ParameterizedTest
  @CsvSource({
    "nf4, 64, 1",
    "nf4(n=16), 16, 1",
    "fp8-e4m3, 0, 448",
    "fp8-e4m3-channel, 130, 448",
    "fp8-e5m2, 0, 57344",
    "fp8-e5m2-channel, 130, 57344"
  })
  void theLargestWeightHasTheLargestLevel(String name, int run, float most) {
    Shape shape = Shape.of(3, 130);
    float[] weights = normal(390, 5);
    Scaled codebook = fit(name, shape, weights);
    for (int i = 0; i < weights.length; i++) {
      int row = i / 130;
      int from = run == 0 ? 0 : row * 130 + i % 130 / run * run;
      int to = run == 0 ? 390 : Math.min(from + run, (row + 1) * 130);
      float largest = 0;
      for (int k = from; k < to; k++) {
        largest = Math.max(largest, Math.abs(weights[k]));
      }
      int number = codebook.scales().runs().of(row, i % 130);
      assertEquals((float) ((double) largest / most), codebook.scales().value(number));
    }
    assertNearest(codebook, shape, weights);
  }

  private static void assertNearest(Scaled codebook, Shape shape, float[] weights) {
    float[] back = back(codebook, shape, weights);
    int columns = (int) shape.rowLength();
    for (int i = 0; i < weights.length; i++) {
      double least = Double.MAX_VALUE;
      for (int code = 0; code < codebook.size(); code++) {
        float value = codebook.value(i / columns, i % columns, code);
        least = Math.min(least, Math.abs((double) weights[i] - value));
      }
      assertEquals(least, Math.abs((double) weights[i] - back[i]), 1e-6 * Math.abs(weights[i]));
    }
  }

  /** OCP MX, section 6.3, for each block by itself. */
  @Test
  void mxfp4IsTheConversionOfTheDocument() {
    Shape shape = Shape.of(2, 100);
    float[] weights = normal(200, 6);
    Scaled codebook = fit("mxfp4", shape, weights);
    float[] back = back(codebook, shape, weights);
    for (int row = 0; row < 2; row++) {
      for (int from = 0; from < 100; from += 32) {
        float largest = 0;
        for (int i = from; i < Math.min(100, from + 32); i++) {
          largest = Math.max(largest, Math.abs(weights[row * 100 + i]));
        }
        double scale = Math.pow(2, Math.floor(Math.log(largest) / Math.log(2)) - 2);
        for (int i = from; i < Math.min(100, from + 32); i++) {
          float weight = weights[row * 100 + i];
          int number = SmallFloat.E2M1.nearest(weight / scale);
          assertEquals(scale * SmallFloat.E2M1.value(number), back[row * 100 + i], 1e-9);
        }
      }
    }
  }

  /** The largest weight of all is 6 times 448 units, and groups have E4M3 scales. */
  @Test
  void nvfp4HasScalesInUnitsOfTheTensor() {
    Shape shape = Shape.of(3, 40);
    float[] weights = normal(120, 7);
    weights[70] = 500;
    Scaled codebook = fit("nvfp4", shape, weights);
    double unit = (float) (500 / (6.0 * 448));
    assertEquals((float) unit, codebook.scales().outer().value(0));
    for (int row = 0; row < 3; row++) {
      for (int group = 0; group < 3; group++) {
        float largest = 0;
        for (int i = group * 16; i < Math.min(40, group * 16 + 16); i++) {
          largest = Math.max(largest, Math.abs(weights[row * 40 + i]));
        }
        int number = SmallFloat.E4M3.nearest(largest / 6 / unit);
        assertEquals(number, codebook.scales().stored()[row * 3 + group]);
        float scale = (float) (SmallFloat.E4M3.value(number) * unit);
        assertEquals(scale * 1.5f, codebook.value(row, group * 16, 3));
      }
    }
    assertNearest(codebook, shape, weights);
  }

  /** Of all scales the mean magnitude loses least on two levels. */
  @Test
  void binaryHasTheLeastError() {
    float[] weights = normal(300, 8);
    Shape shape = Shape.of(3, 100);
    Scaled codebook = fit("binary", shape, weights);
    double mean = 0;
    for (float weight : weights) {
      mean += Math.abs((double) weight) / weights.length;
    }
    assertEquals(mean, codebook.value(0, 0, 1), 1e-6);
    assertEquals(-mean, codebook.value(2, 99, 0), 1e-6);
    double least = error(codebook, shape, weights);
    for (int i = 1; i < 200; i++) {
      Scales scales = Scales.nearest(ScaleFormat.FP32, Runs.tensor(), 4.0 * i / 200);
      assertTrue(least <= error(new Scaled(Elements.SIGN, 1, scales), shape, weights) + 1e-6);
    }
    Scaled rows = fit("binary-channel", shape, weights);
    for (int row = 0; row < 3; row++) {
      double ofRow = 0;
      for (int i = 0; i < 100; i++) {
        ofRow += Math.abs((double) weights[row * 100 + i]) / 100;
      }
      assertEquals(ofRow, rows.value(row, 5, 1), 1e-6);
    }
    assertFalse(codebook.keepsZero());
  }

  private static double error(Codebook codebook, Shape shape, float[] weights) {
    float[] back = back(codebook, shape, weights);
    double error = 0;
    for (int i = 0; i < weights.length; i++) {
      error += Math.pow((double) weights[i] - back[i], 2);
    }
    return error;
  }

  /** Every threshold is tried, each with the mean of the magnitudes above it. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void ternaryHasTheLeastErrorOfAllThresholds(long seed) {
    float[] weights = normal(150, seed);
    for (int i = 0; i < 30 && seed > 3; i++) {
      weights[i] = Math.round(weights[i]);
    }
    Shape shape = Shape.of(weights.length);
    CodebookFitter fitter = CodebookFitters.parse("ternary");
    Step codebook = (Step) fitter.fit(shape, weights, 2, 1);
    TreeSet<Float> magnitudes = new TreeSet<>();
    for (float weight : weights) {
      magnitudes.add(Math.abs(weight));
    }
    double least = Double.MAX_VALUE;
    for (float threshold : magnitudes) {
      double sum = 0;
      int count = 0;
      for (float weight : weights) {
        boolean isAbove = Math.abs(weight) >= threshold;
        sum += isAbove ? Math.abs(weight) : 0;
        count += isAbove ? 1 : 0;
      }
      double error = 0;
      for (float weight : weights) {
        double level = Math.abs(weight) >= threshold ? Math.signum(weight) * sum / count : 0;
        error += Math.pow(weight - level, 2);
      }
      least = Math.min(least, error);
    }
    assertEquals(least, error(codebook, shape, weights), 1e-5 * least);
  }

  @Test
  void ternaryWeightsComeBack() {
    float[] weights = {0.3f, 0, -0.3f, -0.3f, 0, 0.3f};
    Shape shape = Shape.of(2, 3);
    for (String name : new String[] {"ternary", "ternary-channel"}) {
      Codebook codebook = CodebookFitters.parse(name).fit(shape, weights, 2, 1);
      assertArrayEquals(weights, back(codebook, shape, weights), name);
    }
  }

  /** The formulas of the class, for each group and width. */
  @ParameterizedTest
  @CsvSource({"affine-group(n=32), 32", "affine-group, 128", "affine-channel, 70"})
  void affineReachesFromTheLowestToTheHighest(String name, int group) {
    Shape shape = Shape.of(5, 70);
    float[] weights = normal(350, 9);
    for (int i = 140; i < 210; i++) {
      weights[i] = Math.abs(weights[i]) + 1; // a row without a sign
    }
    Arrays.fill(weights, 210, 280, 0);
    CodebookFitter fitter = CodebookFitters.parse(name);
    for (int bits = 1; bits <= 8; bits++) {
      Scaled codebook = (Scaled) fitter.fit(shape, weights, bits, 1);
      assertEquals(ScaleFormat.FP16, codebook.scales().format());
      int run = 0;
      for (int row = 0; row < 5; row++) {
        for (int from = 0; from < 70; from += group, run++) {
          float low = 0;
          float high = 0;
          for (int i = from; i < Math.min(70, from + group); i++) {
            low = Math.min(low, weights[row * 70 + i]);
            high = Math.max(high, weights[row * 70 + i]);
          }
          int most = (1 << bits) - 1;
          float scale = codebook.scales().value(run);
          assertEquals((high - low) / most, scale, scale / 2000);
          int zero = scale == 0 ? 0 : (int) Math.min(most, Math.rint(-low / (double) scale));
          assertEquals(zero, codebook.zero(run));
          for (int q = 0; q <= most; q++) {
            int code = (q - zero) & most;
            assertEquals(scale * (q - zero) + 0f, codebook.value(row, from, code));
          }
          assertEquals(0, codebook.value(row, from, 0));
        }
      }
      assertNearest(codebook, shape, weights);
      assertTrue(codebook.keepsZero());
    }
  }

  /** Scales that 16 bits do not hold have 32. */
  @ParameterizedTest
  @ValueSource(floats = {1e-30f, 1e30f, Float.MAX_VALUE, Float.MIN_VALUE})
  void affineScalesKeepWhatHalvesCannot(float unit) {
    float[] weights = {unit, -unit, 0, unit / 2, unit / 3, unit};
    Shape shape = Shape.of(1, 6);
    Scaled codebook = (Scaled) CodebookFitters.parse("affine-group").fit(shape, weights, 8, 1);
    assertEquals(ScaleFormat.FP32, codebook.scales().format());
    assertNearest(codebook, shape, weights);
    assertEquals(codebook, codebook.half());
  }

  @Test
  void halvesAreTakenWhereTheyHoldAllScales() {
    Shape shape = Shape.of(2, 128);
    Scaled codebook = fit("nf4", shape, normal(256, 1));
    assertEquals(ScaleFormat.FP32, codebook.scales().format());
    assertEquals(ScaleFormat.FP16, codebook.half().scales().format());
    assertEquals(codebook.half(), codebook.half().half());
    Scaled tiny = fit("nf4", shape, new float[256]);
    assertEquals(ScaleFormat.FP16, tiny.half().scales().format());
    float[] small = normal(256, 1);
    small[0] = 1e-20f;
    Arrays.fill(small, 1, 64, 0);
    assertEquals(ScaleFormat.FP32, fit("nf4", shape, small).half().scales().format());
  }

  private static void assertRefused(String text, String... parts) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> CodebookFitters.parse(text), text);
    for (String part : parts) {
      assertTrue(e.getMessage().contains(part), e.getMessage());
    }
    assertFalse(e.getMessage().contains("\n"));
  }

  @Test
  void parametersAreNamed() {
    assertRefused("nf4(n=48)", "n: 48", "power of two");
    assertRefused("nf4(n=x)", "n: 'x'");
    assertRefused("nf4(m=64)", "nf4 has no parameter 'm'");
    assertRefused("mxfp4(n=16)", "mxfp4 has no parameter 'n'");
    assertRefused("affine-group(n=3)", "n: 3");
    assertRefused("affine-channel(n=32)", "affine-channel has no parameter 'n'");
    assertRefused("q4_k(n=32)", "q4_k has no parameter 'n'");
    assertEquals("nf4(n=32)", CodebookFitters.parse("nf4(n=32)").name());
    assertEquals("nf4", CodebookFitters.parse("nf4(n=64)").name());
  }

  @Test
  void valuesThatAreNotFiniteAreRefused() {
    Runs one = Runs.tensor();
    for (double scale : new double[] {1e36, -1e36}) {
      Scales scales = Scales.nearest(ScaleFormat.FP32, one, scale);
      assertThrows(
          IllegalArgumentException.class, () -> new Scaled(Elements.E4M3, 8, scales), "" + scale);
    }
    int infinity = Float.floatToRawIntBits(Float.POSITIVE_INFINITY);
    assertThrows(
        IllegalArgumentException.class,
        () -> new Scales(ScaleFormat.FP32, one, new int[] {infinity}, null));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Scales(ScaleFormat.E8M0, one, new int[] {255}, null));
    Scales fine = Scales.nearest(ScaleFormat.FP32, one, 1);
    assertThrows(IllegalArgumentException.class, () -> new Scaled(Elements.NF4, 3, fine));
    assertThrows(IllegalArgumentException.class, () -> new Scaled(Elements.INTEGER, 1, fine));
  }
}
