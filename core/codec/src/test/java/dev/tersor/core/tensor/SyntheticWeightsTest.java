package dev.tersor.core.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SyntheticWeightsTest {
  private static float[] draw(long seed, String tensor, Shape shape) {
    return new SyntheticWeights(seed, tensor, shape).draw(0, (int) shape.size());
  }

  /** Changing these means raising {@link SyntheticWeights#VERSION}. */
  @Test
  void theDrawnWeightsNeverChange() {
    assertEquals(1, SyntheticWeights.VERSION);
    assertArrayEquals(
        new float[] {
          -0.007494659f,
          -0.6007585f,
          -0.3342815f,
          -0.08585518f,
          0.2865612f,
          -0.7799561f,
          0.8968714f,
          -0.40862277f
        },
        draw(300, "fc1.weight", Shape.of(2, 4)));
    assertArrayEquals(
        new float[] {0.009827812f, -0.0027097908f, 0.018024083f},
        new SyntheticWeights(7, "embedding", Shape.of(1L << 20, 1L << 14))
            .draw((1L << 33) + 16_383, 3));
  }

  @Test
  void anyRangeIsASliceOfTheWhole() {
    SplittableRandom random = new SplittableRandom(1);
    for (Shape shape :
        List.of(
            Shape.of(37, 3, 3, 3), Shape.of(1, 999), Shape.of(999), Shape.of(), Shape.of(99, 1))) {
      int size = (int) shape.size();
      float[] whole = draw(5, "t", shape);
      SyntheticWeights weights = new SyntheticWeights(5, "t", shape);
      for (int i = 0; i < 200; i++) {
        int from = random.nextInt(size + 1);
        int to = random.nextInt(from, size + 1);
        assertArrayEquals(
            Arrays.copyOfRange(whole, from, to), weights.draw(from, to - from), shape.toString());
      }
    }
  }

  @Test
  void anEmptyTensorHasNoWeights() {
    assertEquals(0, draw(1, "t", Shape.of(0, 5)).length);
    assertEquals(0, draw(1, "t", Shape.of(5, 0)).length);
  }

  @Test
  void everyRowHasItsOwnScaleNearTheUsualOne() {
    int rows = 200;
    int columns = 4608;
    float[] weights = draw(34, "layer4.conv", Shape.of(rows, columns));
    double usual = Math.sqrt(2.0 / columns);
    double logs = 0;
    double logSquares = 0;
    for (int row = 0; row < rows; row++) {
      double sum = 0;
      double squares = 0;
      for (int i = row * columns; i < (row + 1) * columns; i++) {
        sum += weights[i];
        squares += (double) weights[i] * weights[i];
      }
      double mean = sum / columns;
      double deviation = Math.sqrt(squares / columns - mean * mean);
      assertEquals(0, mean / deviation, 5 / Math.sqrt(columns), "mean of row " + row);
      double log = Math.log(deviation / usual);
      assertEquals(0, log, 5 * Math.hypot(0.05, 0.0104), "scale of row " + row);
      logs += log;
      logSquares += log * log;
    }
    assertEquals(0, logs / rows, 5 * 0.05 / Math.sqrt(rows));
    assertEquals(0.05, Math.sqrt(logSquares / rows), 0.012);
  }

  /** Quantiles of one long row against those of the normal distribution. */
  @Test
  void aRowIsNearNormal() {
    int n = 1_000_000;
    float[] row = draw(1, "t", Shape.of(n));
    Arrays.sort(row);
    double deviation = (row[(int) (n * 0.8413447)] - row[(int) (n * 0.1586553)]) / 2.0;
    double[][] quantiles = {
      {0.001, -3.0902},
      {0.01, -2.3263},
      {0.1, -1.2816},
      {0.25, -0.6745},
      {0.5, 0},
      {0.75, 0.6745},
      {0.9, 1.2816},
      {0.99, 2.3263},
      {0.999, 3.0902}
    };
    for (double[] quantile : quantiles) {
      double found = row[(int) (n * quantile[0])] / deviation;
      assertEquals(quantile[1], found, 0.03, "quantile " + quantile[0]);
    }
    double largest = Math.max(-row[0], row[n - 1]) / deviation;
    assertTrue(largest > 4 && largest < 4.5, "largest weight " + largest);
  }

  @Test
  void tensorsSeedsAndRowsAreIndependent() {
    Shape shape = Shape.of(64, 512);
    float[] weights = draw(1, "a", shape);
    for (float[] other :
        List.of(
            draw(1, "b", shape),
            draw(2, "a", shape),
            draw(1, "ab", shape),
            draw(1, "", shape),
            shifted(weights, 1),
            shifted(weights, 512))) {
      assertEquals(0, correlation(weights, other), 5 / Math.sqrt(weights.length));
    }
  }

  private static float[] shifted(float[] weights, int by) {
    float[] shifted = new float[weights.length];
    for (int i = 0; i < weights.length; i++) {
      shifted[i] = weights[(i + by) % weights.length];
    }
    return shifted;
  }

  private static double correlation(float[] a, float[] b) {
    double products = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (int i = 0; i < a.length; i++) {
      products += (double) a[i] * b[i];
      squaresA += (double) a[i] * a[i];
      squaresB += (double) b[i] * b[i];
    }
    return products / Math.sqrt(squaresA * squaresB);
  }
}
