package dev.tersor.core.quantize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.Compression;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.encode.RateMeter;
import dev.tersor.core.tensor.Centroids;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.Step;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateTest {
  private static final Shape SHAPE = Shape.of(64, 300);

  private static float[] normal(int n, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] weights = new float[n];
    for (int i = 0; i < n; i++) {
      weights[i] = (float) random.nextGaussian();
    }
    return weights;
  }

  private static RatePoint measure(String fitter, float[] weights, int bits) {
    return RateMeter.measure(CodebookFitters.parse(fitter), SHAPE, weights, weights, bits, 1);
  }

  private static double cost(String fitter, float[] weights, double lambda) {
    RatePoint point = measure(fitter, weights, 8);
    return point.error() + lambda * point.bits();
  }

  /** Less error and bits, together, than with a step of the same grid and the nearest levels. */
  @ParameterizedTest
  @ValueSource(doubles = {0.003, 0.03, 0.2})
  void costsLessThanNearestLevels(double lambda) {
    float[] weights = normal((int) SHAPE.size(), 7);
    Points points = Points.ofNonZero(weights);
    String by = "(lambda=" + lambda + ")";
    Step step = (Step) CodebookFitters.parse("rate" + by).fit(points, 8, 1);
    byte[] nearest = Assignment.codes(weights, step);
    double[] costs = new double[3];
    costs[0] = cost("rate" + by, weights, lambda);
    costs[1] = cost("rate(levels=free,lambda=" + lambda + ")", weights, lambda);
    // The nearest codes of the same step, measured in the same way.
    float[] values = step.weights(SHAPE, nearest);
    RatePoint plain = measure("uniform", values, 8);
    double error = 0;
    for (int i = 0; i < values.length; i++) {
      error += ((double) weights[i] - values[i]) * (weights[i] - values[i]);
    }
    costs[2] = error + lambda * plain.bits();
    assertTrue(costs[0] < costs[2] && costs[1] < 1.02 * costs[0], () -> "costs of " + by);
  }

  /** What is worth nothing becomes zero, and levels that nothing goes to are left out. */
  @Test
  void zerosAndFewLevelsComeOfThemselves() {
    float[] weights = normal((int) SHAPE.size(), 8);
    CodebookFitter free = CodebookFitters.parse("rate(levels=free,lambda=0.3)");
    Codebook codebook = free.fit(SHAPE, weights, 8, 1);
    assertTrue(((Centroids) codebook).centroids().length < 12);
    byte[] codes = free.codes(SHAPE, weights, codebook);
    int zeros = 0;
    for (byte code : codes) {
      zeros += code == 0 ? 1 : 0;
    }
    assertTrue(zeros > codes.length / 2, zeros + " zeros");
    CodebookFitter all = CodebookFitters.parse("rate(lambda=1000)");
    assertArrayEquals(
        new byte[codes.length], all.codes(SHAPE, weights, all.fit(SHAPE, weights, 8, 1)));
  }

  /** Without lambda these are the codebooks of least squared error. */
  @Test
  void withoutLambdaItIsNearest() {
    float[] weights = normal(2000, 9);
    Shape shape = Shape.of(2000);
    for (String[] pair : new String[][] {{"rate", "uniform"}, {"rate(levels=free)", "exact"}}) {
      CodebookFitter fitter = CodebookFitters.parse(pair[0]);
      Codebook codebook = fitter.fit(shape, weights, 4, 1);
      assertEquals(CodebookFitters.parse(pair[1]).fit(shape, weights, 4, 1), codebook);
      assertArrayEquals(
          Assignment.codes(weights, codebook), fitter.codes(shape, weights, codebook));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rate", "rate(levels=free)", "trellis"})
  void anyWeights(String name) {
    CodebookFitter fitter = CodebookFitters.parse(name).at(0.1);
    for (float[] weights :
        new float[][] {
          {}, {0}, {1}, {-3, 0}, {2, 2, 2, 2}, {1e-30f, -1e-30f}, {Float.MAX_VALUE, 1, 0}
        }) {
      Shape shape = Shape.of(weights.length);
      for (int bits = 2; bits <= 8; bits++) {
        Codebook codebook = fitter.fit(shape, weights, bits, 1);
        float[] values = codebook.weights(shape, fitter.codes(shape, weights, codebook));
        for (int i = 0; i < values.length; i++) {
          assertTrue(Float.isFinite(values[i]) && (weights[i] != 0 || values[i] == 0));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "trellis,rate,3",
    "trellis,rate,0.5",
    "rate,sqnr,20",
    "trellis,sqnr,12",
    "rate,rate,5"
  })
  void targetsAreReached(String codebook, String kind, double value) {
    float[] weights = normal((int) SHAPE.size(), 10);
    Compression asked =
        Compression.DEFAULT
            .codebook("%s(%s=%s,each=true)".formatted(codebook, kind, value))
            .encoding("dense/cabac");
    NetworkTensor.Coded coded = asked.encode("w", SHAPE, weights);
    double error = 0;
    double power = 0;
    float[] values = coded.values();
    for (int i = 0; i < values.length; i++) {
      error += ((double) weights[i] - values[i]) * (weights[i] - values[i]);
      power += (double) weights[i] * weights[i];
    }
    if (kind.equals("sqnr")) {
      assertEquals(value, 10 * Math.log10(power / error), 0.1);
    } else {
      int bytes =
          dev.tersor.core.encode.Container.encode(coded.segments().get(0), coded.recipe())
              .breakdown()
              .valueBytes();
      assertEquals(value, 8.0 * bytes / values.length, 0.01 * value);
    }
  }

  @Test
  void whatCannotBeReachedHasANearest() {
    float[] weights = normal((int) SHAPE.size(), 11);
    for (String target : new String[] {"rate=12", "sqnr=90"}) {
      Compression asked = Compression.DEFAULT.codebook("trellis(" + target + ",each=true)");
      String message =
          assertThrows(IllegalArgumentException.class, () -> asked.encode("w", SHAPE, weights))
              .getMessage();
      assertTrue(message.contains("cannot be reached, the nearest is "), message);
    }
    Compression zeros = Compression.DEFAULT.codebook("trellis(rate=3)");
    assertArrayEquals(new float[6], zeros.encode("w", Shape.of(2, 3), new float[6]).values());
  }

  @Test
  void parametersAreChecked() {
    assertEquals(
        "rate(levels=free,rate=2.5,each=true)",
        CodebookFitters.parse("rate(each=true,levels=free,rate=2.5)").name());
    assertEquals("trellis(sqnr=20)", CodebookFitters.parse("trellis(sqnr=20)").name());
    for (String wrong :
        new String[] {
          "levels=some",
          "lambda=-1",
          "rate=0",
          "rate=Infinity",
          "rate=2,sqnr=3",
          "each=true",
          "rate=2,lambda=1",
          "levels=free,step=2"
        }) {
      assertThrows(
          IllegalArgumentException.class,
          () -> CodebookFitters.parse("rate(" + wrong + ")"),
          wrong);
    }
    assertThrows(
        IllegalStateException.class,
        () -> CodebookFitters.parse("rate(rate=2)").fit(SHAPE, new float[19_200], 8, 1));
  }
}
