package dev.tersor.core.quantize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.encode.Container;
import dev.tersor.core.encode.RateMeter;
import dev.tersor.core.encode.Recipe;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Codebooks that count bits where the error of some weights counts more. */
class RateByImportanceTest {
  private static final Shape SHAPE = Shape.of(64, 300);

  private static float[] normal(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] weights = new float[(int) SHAPE.size()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextGaussian();
    }
    return weights;
  }

  /** Columns that count from a tenth to ten times. */
  private static float[] importances() {
    float[] importances = normal(8);
    for (int i = 0; i < importances.length; i++) {
      importances[i] = (float) Math.pow(10, Math.sin(i % 300) + 0.2 * importances[i]);
    }
    return importances;
  }

  private static double mean(float[] numbers) {
    double sum = 0;
    for (float number : numbers) {
      sum += number;
    }
    return sum / numbers.length;
  }

  private static double cost(Codes codes, float[] weights, float[] importances, double lambda) {
    double error = 0;
    float[] values = codes.dequantize();
    for (int i = 0; i < values.length; i++) {
      error += importances[i] * (double) (weights[i] - values[i]) * (weights[i] - values[i]);
    }
    int bytes = Container.encode(codes, Recipe.parse("dense/mix")).breakdown().payloadBytes();
    return error + lambda * Byte.SIZE * bytes;
  }

  /** Importance-weighted error and lambda times bits are less than where all count alike. */
  @ParameterizedTest
  @ValueSource(strings = {"trellis", "rate", "rate(levels=free)"})
  void costsLessThanWhereAllCountAlike(String name) {
    float[] weights = normal(7);
    float[] importances = importances();
    for (double lambda : new double[] {0.1, 0.5}) {
      CodebookFitter alike = CodebookFitters.parse(name).at(lambda / mean(importances));
      Codes plain = alike.quantise(SHAPE, weights, alike.fit(SHAPE, weights, 8, 1));
      String text =
          name.endsWith(")") ? name.replace(")", ",by=saliency)") : name + "(by=saliency)";
      CodebookFitter by = CodebookFitters.parse(text).at(lambda);
      assertTrue(
          by.measure() == ErrorMeasure.SALIENCY && by.name().contains("by=saliency"), by.name());
      assertEquals(by.name(), CodebookFitters.parse(by.name()).name());
      Points points = Points.ofNonZero(weights, importances);
      Codes own =
          by.quantise(SHAPE, weights, new Calibration.Saliency(importances), by.fit(points, 8, 1));
      double less = cost(own, weights, importances, lambda);
      double more = cost(plain, weights, importances, lambda);
      assertTrue(less < 0.98 * more, () -> less + ", not below " + more);
    }
  }

  /** The unit of importances goes into lambda alone. */
  @ParameterizedTest
  @ValueSource(strings = {"trellis(by=saliency)", "rate(by=saliency)"})
  void unitsOfImportanceAreThoseOfLambda(String name) {
    float[] weights = normal(3);
    float[] importances = importances();
    float[] smaller = new float[importances.length];
    for (int i = 0; i < smaller.length; i++) {
      smaller[i] = importances[i] / 1024;
    }
    CodebookFitter fitter = CodebookFitters.parse(name).at(0.05);
    CodebookFitter same = CodebookFitters.parse(name).at(0.05 / 1024);
    Codes codes =
        fitter.quantise(
            SHAPE,
            weights,
            new Calibration.Saliency(importances),
            fitter.fit(Points.ofNonZero(weights, importances), 8, 1));
    assertEquals(
        codes,
        same.quantise(
            SHAPE,
            weights,
            new Calibration.Saliency(smaller),
            same.fit(Points.ofNonZero(weights, smaller), 8, 1)));
  }

  /** Where all are the same, or nothing, all is as without them. */
  @ParameterizedTest
  @ValueSource(strings = {"trellis", "rate"})
  void evenOnesAreNone(String name) {
    float[] weights = normal(4);
    float[] even = new float[weights.length];
    CodebookFitter by = CodebookFitters.parse(name + "(by=saliency)").at(0.01);
    CodebookFitter plain = CodebookFitters.parse(name + "(outliers=none)").at(0.01);
    Codes expected = plain.quantise(SHAPE, weights, plain.fit(SHAPE, weights, 8, 1));
    for (float each : new float[] {0, 1}) {
      Arrays.fill(even, each);
      Points points = Points.ofNonZero(weights, even);
      Codes found =
          by.quantise(SHAPE, weights, new Calibration.Saliency(even), by.fit(points, 8, 1));
      assertEquals(expected.codebook(), found.codebook());
      assertArrayEquals(expected.codes(), found.codes());
      RatePoint point =
          RateMeter.measure(by, SHAPE, weights, weights, new Calibration.Saliency(even), 8, 1);
      assertEquals(RateMeter.measure(plain, SHAPE, weights, weights, 8, 1), point);
    }
  }

  @Test
  void badImportancesAreRefused() {
    float[] weights = {1, 2, 3};
    CodebookFitter fitter = CodebookFitters.parse("trellis(by=saliency)").at(0.1);
    for (float[] bad : new float[][] {{1, 2}, {1, Float.NaN, 2}, {1, 2, Float.POSITIVE_INFINITY}}) {
      assertThrows(
          IllegalArgumentException.class,
          () ->
              fitter.quantise(
                  Shape.of(3),
                  weights,
                  new Calibration.Saliency(bad),
                  fitter.fit(Points.ofNonZero(weights), 8, 1)));
    }
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> CodebookFitters.parse("rate(by=magnitude)"))
            .getMessage();
    assertEquals("by: 'magnitude', expected saliency or outputs", message);
  }
}
