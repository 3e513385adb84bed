package dev.tersor.core.quantize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.encode.Container;
import dev.tersor.core.encode.Recipe;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Outliers;
import dev.tersor.core.tensor.Segment;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.Step;
import dev.tersor.core.tensor.Trellis;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Codebooks whose error is that of a layer's outputs. */
class OutputErrorsTest {
  private static float[] normal(int n, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] numbers = new float[n];
    for (int i = 0; i < n; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return numbers;
  }

  /** Mean products of inputs each of which has a share of the one before. */
  private static float[] products(int columns, int inputs, double share, long seed) {
    double[] sums = new double[columns * columns];
    for (int n = 0; n < inputs; n++) {
      float[] x = normal(columns, seed * 1000 + n);
      for (int i = 1; i < columns; i++) {
        x[i] = (float) (share * x[i - 1] + Math.sqrt(1 - share * share) * x[i]);
      }
      for (int i = 0; i < columns; i++) {
        for (int j = 0; j < columns; j++) {
          sums[i * columns + j] += x[i] * x[j];
        }
      }
    }
    float[] means = new float[sums.length];
    for (int i = 0; i < means.length; i++) {
      means[i] = (float) (sums[i] / inputs);
    }
    return means;
  }

  private static Calibration.Inputs inputs(float[] products, int columns, int rows) {
    return new Calibration.Inputs(products, columns, rows, 0, false);
  }

  /** e H e' over all rows. */
  private static double error(float[] products, int columns, float[] weights, float[] values) {
    double sum = 0;
    for (int row = 0; row < weights.length; row += columns) {
      for (int i = 0; i < columns; i++) {
        for (int j = 0; j < columns; j++) {
          sum +=
              ((double) weights[row + i] - values[row + i])
                  * products[i * columns + j]
                  * ((double) weights[row + j] - values[row + j]);
        }
      }
    }
    return sum;
  }

  private static int bytes(Codes codes) {
    return Container.encode(codes, Recipe.parse("dense/mix")).breakdown().payloadBytes();
  }

  private static Codes quantise(
      String fitter, double lambda, Shape shape, float[] weights, Calibration known) {
    CodebookFitter by = CodebookFitters.parse(fitter).at(lambda);
    return by.quantise(shape, weights, known, by.fit(known.points(weights), 8, 1));
  }

  @Test
  void factorsAreThoseOfTheMoment() {
    float[] products = products(7, 40, 0.8, 3);
    SecondMoment moment = new SecondMoment(7, products, 0);
    float[] error = normal(7, 9);
    double trace = 0;
    double expected = 0;
    for (int i = 0; i < 7; i++) {
      trace += products[8 * i];
      for (int j = 0; j < 7; j++) {
        expected += (double) error[i] * products[7 * i + j] * error[j];
      }
    }
    double found = 0;
    float[] left = new float[7];
    for (int i = 0; i < 7; i++) {
      expected += 0.01 * trace / 7 * error[i] * error[i];
      double all = (double) error[i] + moment.left(error, 0, i);
      assertEquals(error[i] + left[i], all, 1e-5);
      found += moment.own(i) * all * all;
      moment.feed(i, error[i], left, i + 1);
    }
    assertEquals(expected, found, 1e-5 * expected);
  }

  /** The example of {@link SecondMoment}, but for its damping. */
  @Test
  void factorsOfTheExample() {
    SecondMoment moment = new SecondMoment(2, new float[] {9, 9, 9, 2, 1, Float.NaN, 1}, 3);
    assertEquals(1, moment.own(0), 0.04);
    assertEquals(1, moment.own(1), 0.02);
    assertEquals(1, moment.left(new float[] {1, 0}, 0, 1), 0.02);
  }

  /** Rounding with a fixed step is GPTQ as it is written: by the Cholesky factor of the inverse. */
  @Test
  void withoutBitsItIsGptq() {
    int columns = 24;
    Shape shape = Shape.of(5, columns);
    float[] weights = normal(5 * columns, 4);
    float[] products = products(columns, 100, 0.7, 5);
    CodebookFitter fitter = CodebookFitters.parse("rate(step=0.5,by=outputs)");
    Step codebook = new Step(6, 0.5f);
    Codes codes = fitter.quantise(shape, weights, inputs(products, columns, 5), codebook);
    assertArrayEquals(gptq(weights, products, columns, 0.5), codes.dequantize(), 1e-6f);
  }

  private static float[] gptq(float[] weights, float[] products, int columns, double step) {
    double[][] inverse = inverse(products, columns);
    // Upper Cholesky factor of the inverse: inverse = U'U.
    double[][] upper = new double[columns][columns];
    for (int i = 0; i < columns; i++) {
      for (int j = i; j < columns; j++) {
        double sum = inverse[i][j];
        for (int k = 0; k < i; k++) {
          sum -= upper[k][i] * upper[k][j];
        }
        upper[i][j] = i == j ? Math.sqrt(sum) : sum / upper[i][i];
      }
    }
    float[] rounded = new float[weights.length];
    for (int row = 0; row < weights.length; row += columns) {
      double[] w = new double[columns];
      for (int j = 0; j < columns; j++) {
        w[j] = weights[row + j];
      }
      for (int j = 0; j < columns; j++) {
        double q = step * Math.rint(w[j] / step);
        rounded[row + j] = (float) q;
        double error = (w[j] - q) / upper[j][j];
        for (int k = j; k < columns; k++) {
          w[k] -= error * upper[j][k];
        }
      }
    }
    return rounded;
  }

  /** Of the damped moment, by Gauss and Jordan. */
  private static double[][] inverse(float[] products, int n) {
    double trace = 0;
    for (int i = 0; i < n; i++) {
      trace += products[i * (n + 1)];
    }
    double[][] left = new double[n][2 * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        left[i][j] = products[i * n + j] + (i == j ? 0.01 * trace / n : 0);
      }
      left[i][n + i] = 1;
    }
    for (int i = 0; i < n; i++) {
      double pivot = left[i][i];
      for (int j = 0; j < 2 * n; j++) {
        left[i][j] /= pivot;
      }
      for (int k = 0; k < n; k++) {
        double factor = left[k][i];
        for (int j = 0; k != i && j < 2 * n; j++) {
          left[k][j] -= factor * left[i][j];
        }
      }
    }
    double[][] inverse = new double[n][];
    for (int i = 0; i < n; i++) {
      inverse[i] = Arrays.copyOfRange(left[i], n, 2 * n);
    }
    return inverse;
  }

  /** Where inputs have nothing to do with each other the error is that of weights. */
  @ParameterizedTest
  @ValueSource(strings = {"trellis(step=0.24)", "trellis(states=4,step=0.24)", "rate(step=0.4)"})
  void ofIndependentInputsItIsThatOfWeights(String name) {
    int columns = 40;
    Shape shape = Shape.of(30, columns);
    float[] weights = normal(1200, 2);
    weights[17] = 0;
    float[] identity = new float[columns * columns];
    for (int i = 0; i < columns; i++) {
      identity[i * (columns + 1)] = 3;
    }
    Codes plain = quantise(name, 0.02, shape, weights, Calibration.NONE);
    Codes own = quantise(outputs(name), 0.02, shape, weights, inputs(identity, columns, 30));
    assertEquals(plain.codebook(), own.codebook());
    double cost = cost(plain, weights);
    assertEquals(cost, cost(own, weights), 0.01 * cost);
    assertEquals(0, own.codes()[17]);
  }

  private static double cost(Codes codes, float[] weights) {
    double sum = 0;
    float[] values = codes.dequantize();
    for (int i = 0; i < values.length; i++) {
      sum += ((double) weights[i] - values[i]) * (weights[i] - values[i]);
    }
    return sum + 0.02 * Byte.SIZE * bytes(codes);
  }

  private static String outputs(String name) {
    return name.endsWith(")") ? name.replace(")", ",by=outputs)") : name + "(by=outputs)";
  }

  /** Where inputs have much in common, less error is left in outputs, at fewer bytes. */
  @ParameterizedTest
  @ValueSource(strings = {"trellis", "trellis(states=4)", "rate", "rate(levels=free)"})
  void outputsHaveLessErrorAtFewerBytes(String name) {
    int columns = 48;
    Shape shape = Shape.of(100, columns);
    float[] weights = normal(4800, 6);
    float[] products = products(columns, 500, 0.9, 7);
    Calibration known = inputs(products, columns, 100);
    for (double lambda : new double[] {0.01, 0.1}) {
      Codes plain = quantise(name, lambda, shape, weights, Calibration.NONE);
      Codes own = quantise(outputs(name), lambda, shape, weights, known);
      assertTrue(bytes(own) < bytes(plain), () -> bytes(own) + ", " + bytes(plain));
      double less = error(products, columns, weights, own.dequantize());
      double more = error(products, columns, weights, plain.dequantize());
      assertTrue(less < 0.65 * more, () -> less + ", not below " + more);
    }
  }

  /** Of a matrix and its transpose, rounded with a fixed step, the same weights come out. */
  @Test
  void columnsMayBeOutputs() {
    int inputs = 24;
    int outputs = 7;
    float[] weights = normal(inputs * outputs, 14);
    float[] products = products(inputs, 100, 0.8, 15);
    CodebookFitter fitter = CodebookFitters.parse("rate(step=0.5,by=outputs)");
    Step step = new Step(6, 0.5f);
    Shape shape = Shape.of(inputs, outputs);
    Calibration.Inputs rows =
        Calibration.Inputs.of(products, Shape.of(1, inputs, inputs), shape, true);
    float[] found = fitter.quantise(shape, weights, rows, step).dequantize();
    float[] expected =
        fitter
            .quantise(
                Shape.of(outputs, inputs),
                transposed(weights, inputs, outputs),
                inputs(products, inputs, outputs),
                step)
            .dequantize();
    assertArrayEquals(transposed(expected, outputs, inputs), found, 0f);
    // Segments by themselves, each with the moment of its rows.
    Segment behind = new Segment(1, 10L * outputs, Shape.of(inputs - 10, outputs));
    fitter.quantise(
        behind.shape(),
        Arrays.copyOfRange(weights, 10 * outputs, weights.length),
        rows.part(behind, outputs),
        step);
  }

  private static float[] transposed(float[] matrix, int rows, int columns) {
    float[] transposed = new float[matrix.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        transposed[j * rows + i] = matrix[i * columns + j];
      }
    }
    return transposed;
  }

  /** The same where columns are outputs, whatever their number. */
  @ParameterizedTest
  @ValueSource(ints = {1, 5, 100})
  void columnsHaveLessErrorAtTheSameBytes(int outputs) {
    int inputs = 4800 / outputs;
    inputs = Math.min(inputs, 200);
    Shape shape = Shape.of(inputs, outputs);
    float[] weights = normal(inputs * outputs, 6);
    float[] products = products(inputs, 500, 0.9, 7);
    Calibration known = Calibration.Inputs.of(products, Shape.of(1, inputs, inputs), shape, true);
    for (String name : new String[] {"trellis", "rate"}) {
      Codes plain = quantise(name, 0.05, shape, weights, Calibration.NONE);
      Codes own = quantise(outputs(name), 0.05, shape, weights, known);
      float[] turned = transposed(weights, inputs, outputs);
      double less = error(products, inputs, turned, transposed(own.dequantize(), inputs, outputs));
      double more =
          error(products, inputs, turned, transposed(plain.dequantize(), inputs, outputs));
      // A bit more of each weight is about a quarter of the error.
      double bits = 8.0 * (bytes(own) - bytes(plain)) / weights.length;
      double atSame = less * Math.pow(4, bits);
      assertTrue(atSame < 0.8 * more, () -> name + ": " + atSame + ", not below " + more);
    }
  }

  /** Each group of rows has a moment of its own, and a segment those of its rows. */
  @Test
  void rowsHaveTheMomentsOfTheirGroup() {
    int columns = 20;
    Shape shape = Shape.of(6, columns);
    float[] weights = normal(120, 8);
    float[] first = products(columns, 100, 0.9, 1);
    float[] both = Arrays.copyOf(first, 2 * first.length);
    System.arraycopy(products(columns, 100, -0.9, 2), 0, both, first.length, first.length);
    Calibration.Inputs known = inputs(both, columns, 3);
    CodebookFitter fitter = CodebookFitters.parse("rate(step=0.5,by=outputs)");
    Codebook step = new Step(6, 0.5f);
    float[] all = fitter.quantise(shape, weights, known, step).dequantize();
    Shape half = Shape.of(3, columns);
    float[] behind = Arrays.copyOfRange(weights, 60, 120);
    Calibration part = known.part(new Segment(1, 60, half), columns);
    assertArrayEquals(
        Arrays.copyOfRange(all, 60, 120),
        fitter.quantise(half, behind, part, step).dequantize(),
        0f);
    assertArrayEquals(
        Arrays.copyOfRange(all, 0, 60),
        fitter
            .quantise(half, Arrays.copyOf(weights, 60), inputs(first, columns, 3), step)
            .dequantize(),
        0f);
  }

  /** What lies far out is kept beside codes, and leaves nothing to others. */
  @ParameterizedTest
  @ValueSource(strings = {"trellis", "rate"})
  void outliersAreKept(String name) {
    int columns = 64;
    Shape shape = Shape.of(128, columns);
    float[] weights = normal(columns * 128, 12);
    weights[100] = 4000;
    weights[5000] = -3000;
    float[] products = products(columns, 200, 0.5, 13);
    Codes codes = quantise(outputs(name), 1e-3, shape, weights, inputs(products, columns, 128));
    assertTrue(codes.codebook() instanceof Outliers);
    float[] values = codes.dequantize();
    assertEquals(4000, values[100]);
    assertEquals(-3000, values[5000]);
    double error = error(products, columns, weights, values);
    assertTrue(error < 0.01 * weights.length, () -> "error " + error);
  }

  /** A singular moment, of one input or of none, is damped. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3})
  void singularMomentsAreDamped(int seen) {
    int columns = 32;
    Shape shape = Shape.of(4, columns);
    float[] weights = normal(128, 1);
    float[] products = products(columns, Math.max(1, seen), 0.3, 2);
    if (seen == 0) {
      Arrays.fill(products, 0);
    }
    for (String name : new String[] {"trellis(by=outputs)", "rate(by=outputs)"}) {
      Codes codes = quantise(name, 1e-4, shape, weights, inputs(products, columns, 4));
      for (float value : codes.dequantize()) {
        assertTrue(Math.abs(value) < 20, () -> "value " + value);
      }
    }
  }

  /** One row, one column, one value, nothing. */
  @Test
  void smallTensors() {
    for (int[] dims : new int[][] {{1, 9}, {9, 1}, {1, 1}, {3, 100}}) {
      Shape shape = Shape.of(dims[0], dims[1]);
      float[] weights = new float[dims[0] * dims[1]];
      for (float each : new float[] {0, 0.25f}) {
        Arrays.fill(weights, each);
        Calibration known = inputs(products(dims[1], 50, 0, 1), dims[1], dims[0]);
        for (String name : new String[] {"trellis(by=outputs)", "rate(by=outputs)"}) {
          Codes codes = quantise(name, 1e-6, shape, weights, known);
          assertEquals(each, codes.dequantize()[0], 0.01);
        }
      }
    }
  }

  @Test
  void nothingIsNoOutput() {
    Shape none = Shape.of(0, 4);
    for (String name : new String[] {"trellis", "rate"}) {
      Calibration known = inputs(products(4, 10, 0, 1), 4, 1);
      assertEquals(0, quantise(outputs(name), 0.1, none, new float[0], known).codes().length);
    }
  }

  @Test
  void badInputsAreRefused() {
    float[] products = products(4, 10, 0, 1);
    float[] weights = normal(8, 1);
    Shape shape = Shape.of(2, 4);
    CodebookFitter fitter = CodebookFitters.parse("trellis(by=outputs)").at(0.1);
    Trellis codebook = (Trellis) fitter.fit(Points.ofNonZero(weights), 8, 1);
    assertMessage(
        "trellis(lambda=0.1,by=outputs) goes by outputs, and is given that of weights",
        () -> fitter.quantise(shape, weights, Calibration.NONE, codebook));
    CodebookFitter plain = CodebookFitters.parse("trellis").at(0.1);
    assertMessage(
        "trellis(lambda=0.1) goes by weights, and is given that of outputs",
        () -> plain.quantise(shape, weights, inputs(products, 4, 2), codebook));
    assertMessage(
        "input products of 2 columns, weights of 4",
        () -> fitter.quantise(shape, weights, inputs(products, 2, 2), codebook));
    assertMessage("16 input products, expected groups of 3 x 3", () -> inputs(products, 3, 2));
    assertMessage(
        "input products of 1 groups of 1 rows, weights have rows 0 to 1",
        () -> fitter.quantise(shape, weights, inputs(products, 4, 1), codebook));
    products[6] = Float.NaN;
    assertMessage(
        "second moment of columns 1 and 2 is NaN",
        () -> fitter.quantise(shape, weights, inputs(products, 4, 2), codebook));
    products[6] = 0;
    products[5] = -1;
    assertMessage(
        "second moment of columns 1 and 1 is -1.0",
        () -> fitter.quantise(shape, weights, inputs(products, 4, 2), codebook));
    Calibration.Inputs wide = inputs(new float[5000 * 5000], 5000, 1);
    assertMessage(
        "rows of 5,000 weights, at most 4,096 can be quantised by outputs",
        () -> fitter.quantise(Shape.of(1, 5000), new float[5000], wide, codebook));
  }

  private static void assertMessage(String expected, Runnable refused) {
    assertEquals(expected, assertThrows(IllegalArgumentException.class, refused::run).getMessage());
  }
}
