package dev.tersor.core.quantize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.Compression;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.encode.RateMeter;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Levels;
import dev.tersor.core.tensor.Outliers;
import dev.tersor.core.tensor.Segment;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.Step;
import dev.tersor.core.tensor.Trellis;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A few weights far out cost their own bits, and not those of all others. */
class OutlierRuleTest {
  private static final Shape SHAPE = Shape.of(64, 300);

  /** Normal weights, every 6,000th one of them {@code far} times as large. */
  private static float[] weights(double far) {
    SplittableRandom random = new SplittableRandom(3);
    float[] weights = new float[(int) SHAPE.size()];
    for (int i = 0; i < weights.length; i++) {
      double weight = i % 11 == 0 ? 0 : random.nextGaussian();
      weights[i] = (float) (i % 6000 == 17 ? far * (1 + Math.abs(weight)) * (i % 4 - 1.5) : weight);
    }
    return weights;
  }

  private static RatePoint measure(String fitter, float[] weights) {
    return RateMeter.measure(CodebookFitters.parse(fitter), SHAPE, weights, weights, 8, 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"trellis", "trellis(states=4)", "rate"})
  void areKeptWhereThatIsCheaper(String name) {
    float[] weights = weights(40);
    double lambda = 0.0003;
    CodebookFitter fitter = CodebookFitters.parse(name).at(lambda);
    Codebook fitted = fitter.fit(SHAPE, weights, 8, 1);
    Codes codes = fitter.quantise(SHAPE, weights, fitted);
    Outliers outliers = assertInstanceOf(Outliers.class, codes.codebook());
    assertEquals(fitted, outliers.base());
    assertTrue(outliers.positions().length <= 4, outliers.positions().length + " outliers");
    float[] values = codes.dequantize();
    int limit = Levels.limit(8);
    for (int i = 0; i < outliers.positions().length; i++) {
      int position = outliers.positions()[i];
      assertEquals(weights[position], values[position]);
      int level = Levels.of(8, codes.codes()[position] & 0xFF);
      assertEquals(weights[position] < 0 ? -limit : limit, level);
    }
    for (int i = 0; i < values.length; i++) {
      assertTrue(Math.abs(weights[i] - values[i]) < 0.2, "weight " + i);
      assertTrue(weights[i] != 0 || codes.codes()[i] == 0);
    }
    String without = fitter.name().replace(")", ",outliers=none)");
    RatePoint kept = measure(fitter.name(), weights);
    RatePoint none = measure(without, weights);
    assertTrue(
        kept.error() + lambda * kept.bits() < 0.9 * (none.error() + lambda * none.bits()),
        () -> kept + ", without " + none);
    Codes plain =
        CodebookFitters.parse(without)
            .quantise(SHAPE, weights, CodebookFitters.parse(without).fit(SHAPE, weights, 8, 1));
    assertTrue(!(plain.codebook() instanceof Outliers));
  }

  /** Without weights far out, and where bits cost nothing, all is as it was. */
  @ParameterizedTest
  @CsvSource({"trellis,1", "rate,1", "trellis,3"})
  void areNoneWhereThatIsDearer(String name, double far) {
    float[] weights = weights(far);
    for (String parameters : List.of("(lambda=0.01", "(lambda=0.001")) {
      String with = name + parameters + ")";
      String without = name + parameters + ",outliers=none)";
      Codebook fitted = CodebookFitters.parse(with).fit(SHAPE, weights, 8, 1);
      assertEquals(CodebookFitters.parse(without).fit(SHAPE, weights, 8, 1), fitted);
      Codes codes = CodebookFitters.parse(with).quantise(SHAPE, weights, fitted);
      assertEquals(fitted, codes.codebook());
      assertArrayEquals(
          CodebookFitters.parse(without).codes(SHAPE, weights, fitted), codes.codes());
    }
    float[] wide = weights(1e6);
    CodebookFitter free = CodebookFitters.parse("trellis(step=0.01)");
    Codebook fitted = free.fit(SHAPE, wide, 8, 1);
    assertEquals(fitted, free.quantise(SHAPE, wide, fitted).codebook());
  }

  /** The step of least bits among all numbers of outliers, each tried. */
  @ParameterizedTest
  @ValueSource(doubles = {3, 10, 40, 1000})
  void stepIsTheCheapestOfAll(double far) {
    float[] weights = weights(far);
    Points points = Points.ofNonZero(weights);
    double lambda = 0.0001;
    double least = 1.7 * Math.sqrt(lambda);
    double levels = 2.0 * Levels.limit(8);
    double[] magnitudes = new double[weights.length];
    int n = 0;
    for (float weight : weights) {
      magnitudes[n] = Math.abs((double) weight);
      n += weight != 0 ? 1 : 0;
    }
    double best = Double.NaN;
    double fewest = Double.POSITIVE_INFINITY;
    for (int i = 0; i <= n; i++) {
      double step = Math.max(least, i == n ? 0 : magnitudes[i] / levels);
      int outliers = 0;
      for (int k = 0; k < n; k++) {
        outliers += magnitudes[k] > step * levels * (1 + 1e-12) ? 1 : 0;
      }
      double wider = ((step * step / least / least - 1) / 2 - Math.log(step / least)) / Math.log(2);
      double bits = n * wider + (outliers == 0 ? 0 : 400 + 64.0 * outliers);
      if (bits < fewest && 64 * outliers <= n) {
        fewest = bits;
        best = step;
      }
    }
    assertEquals(best, new OutlierRule(lambda).step(points, least, levels), 1e-9 * best);
  }

  /** What points say that outliers save is what they save of the weights. */
  @Test
  void savedIsCountedOnWeights() {
    float[] weights = weights(40);
    double lambda = 0.001;
    double reach = 5;
    double saved = 0;
    for (float weight : weights) {
      double off = Math.abs((double) weight) - reach;
      saved += off > Math.sqrt(64 * lambda) ? off * off - 64 * lambda : 0;
    }
    double found = new OutlierRule(lambda).saved(Points.ofNonZero(weights), reach);
    assertEquals(saved - 400 * lambda, found, 1e-6 * saved);
    assertEquals(0, OutlierRule.NONE.saved(Points.ofNonZero(weights), reach));
    assertEquals(0, new OutlierRule(lambda).saved(Points.ofNonZero(new float[3]), reach));
  }

  /** A target that a step over the largest weight cannot reach. */
  @ParameterizedTest
  @ValueSource(strings = {"trellis", "rate"})
  void targetsAreReached(String name) {
    float[] weights = weights(1000);
    Compression with = Compression.DEFAULT.codebook(name + "(rate=4)").encoding("dense/cabac");
    NetworkTensor.Coded coded = with.encode("w", SHAPE, weights);
    assertInstanceOf(Outliers.class, coded.codebook());
    float[] values = coded.values();
    double error = 0;
    for (int i = 0; i < values.length; i++) {
      error += ((double) weights[i] - values[i]) * (weights[i] - values[i]);
    }
    assertTrue(error / values.length < 0.02, error / values.length + " a weight");
    // A step of uniform levels may clamp, so that its bits can be had, but not its error.
    String target = name.equals("rate") ? "sqnr=80" : "rate=4";
    Compression without =
        Compression.DEFAULT
            .codebook(name + "(" + target + ",outliers=none)")
            .encoding("dense/cabac");
    String message =
        assertThrows(IllegalArgumentException.class, () -> without.encode("w", SHAPE, weights))
            .getMessage();
    assertTrue(message.contains("cannot be reached"), message);
  }

  @Test
  void partsAndTheWholeHaveTheSameOutliers() {
    Shape shape = Shape.of(3, Segment.MAX_WEIGHTS / 2 + 70);
    int row = (int) shape.rowLength();
    Outliers whole =
        new Outliers(
            new Step(8, 0.5f), new int[] {3, row - 1, 2 * row}, new float[] {900, -800, 700});
    List<Codebook> parts = new ArrayList<>();
    for (Segment segment : Segment.cut(shape)) {
      parts.add(whole.part(segment, row));
    }
    assertEquals(
        new Outliers(new Step(8, 0.5f), new int[] {3, row - 1}, new float[] {900, -800}),
        parts.get(0));
    assertEquals(new Step(8, 0.5f), parts.get(1));
    assertEquals(new Outliers(new Step(8, 0.5f), new int[] {0}, new float[] {700}), parts.get(2));
    assertEquals(whole, Codebook.join(shape, parts));
    whole.check(shape);
    assertThrows(IllegalArgumentException.class, () -> whole.check(Shape.of(2, row)));
  }

  @Test
  void whatIsNoOutlierIsRefused() {
    Step step = new Step(8, 0.5f);
    int[][] positions = {{}, {-1}, {3, 3}, {4, 3}, {1}, {1}, {1}, {1, 2}};
    float[][] values = {{}, {1}, {1, 2}, {1, 2}, {0}, {Float.NaN}, {1 / 0f}, {1}};
    for (int i = 0; i < positions.length; i++) {
      int[] at = positions[i];
      float[] of = values[i];
      assertThrows(IllegalArgumentException.class, () -> new Outliers(step, at, of), "case " + i);
    }
    Outliers one = new Outliers(step, new int[] {1}, new float[] {99});
    assertThrows(
        IllegalArgumentException.class, () -> new Outliers(one, new int[] {2}, new float[] {1}));
    assertArrayEquals(
        new float[] {0.5f, 99, 0, -0.5f}, one.weights(Shape.of(4), new byte[] {1, 127, 0, -1}));
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> CodebookFitters.parse("trellis(outliers=some)"))
            .getMessage();
    assertEquals("outliers: 'some', expected auto or none", message);
    assertInstanceOf(
        Trellis.class,
        CodebookFitters.parse("trellis(outliers=auto)").fit(SHAPE, weights(1), 8, 1));
  }
}
