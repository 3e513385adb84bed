package dev.tersor.core.infer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.kernel.DenseMatrix;
import dev.tersor.core.kernel.Matrix;
import dev.tersor.core.kernel.Products;
import dev.tersor.core.model.Architecture;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Layers by hand; jobs hold whole networks against ONNX Runtime. */
class InferenceTest {
  private static final String MODEL =
      """
      name = tiny
      title = Tiny
      input = [1, 4, 4]
      sources = [{ synthetic = 1 }]
      tensors = [
        { name = c, kind = conv, shape = [2, 1, 3, 3], macs = 72, prune = true }
        { name = c2, kind = conv, shape = [2, 1, 3, 3], macs = 72, prune = false }
        { name = l, kind = fc, shape = [2, 2], macs = 4, prune = true }
      ]
      graph {
        data = mnist, mean = [0], deviation = [1]
        layers = [
          {
            op = residual
            body = [{ op = conv, weight = c, bias = b, padding = 1 }]
            shortcut = [{ op = conv, weight = c2, padding = 1 }]
          }
          { op = batch-norm, name = n, epsilon = 0 }
          { op = relu }
          { op = max-pool, size = 2 }
          { op = global-average-pool }
          { op = flatten }
          { op = dropout }
          { op = linear, weight = l, bias = lb }
        ]
      }
      """;

  private static Matrix matrix(int rows, float... values) {
    return new DenseMatrix(Products.scalar(), values, rows, values.length / rows);
  }

  private static Map<String, float[]> numbers() {
    Map<String, float[]> numbers = new HashMap<>();
    numbers.put("b", new float[] {1, -2});
    numbers.put("lb", new float[] {0.5f, -0.5f});
    numbers.put("n.gamma", new float[] {2, 1});
    numbers.put("n.beta", new float[] {0, 3});
    numbers.put("n.moving_mean", new float[] {1, 0});
    numbers.put("n.moving_variance", new float[] {4, 1});
    return numbers;
  }

  private static Map<String, Matrix> weights() {
    // Each filter passes on its middle; the shortcut's add one tenth of it.
    float[] middles = new float[18];
    middles[4] = 1;
    middles[9 + 4] = -1;
    float[] tenths = new float[18];
    tenths[4] = 0.1f;
    tenths[9 + 4] = 0.1f;
    Map<String, Matrix> weights = new HashMap<>();
    weights.put("c", matrix(2, middles));
    weights.put("c2", matrix(2, tenths));
    weights.put("l", matrix(2, 1, 2, 3, 4));
    return weights;
  }

  @Test
  void layersAreWhatTheySay() {
    Architecture architecture = Architecture.parse(MODEL, "tiny.conf");
    Inference inference = new Inference(architecture, Products.scalar(), weights(), numbers());
    float[] image = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    // Channel 0: ((1.1 p + 1) - 1) / 2 * 2; the largest of each window are 5, 7, 13 and 15.
    double first = 1.1 * (5 + 7 + 13 + 15) / 4;
    // Channel 1: -0.9 p - 2 + 3 is above 0 for pixels 0 and 1 alone, in the first window.
    double second = 1.0 / 4;
    float[] scores = inference.scores(image);
    assertEquals(2, scores.length);
    assertEquals(first + 2 * second + 0.5, scores[0], 1e-5);
    assertEquals(3 * first + 4 * second - 0.5, scores[1], 1e-5);
    assertArrayEquals(scores, inference.scores(image), "nothing is left over from the pass before");
  }

  @Test
  void whatDoesNotFitIsNamed() {
    Architecture architecture = Architecture.parse(MODEL, "tiny.conf");
    Map<String, Matrix> missing = weights();
    missing.remove("c2");
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Inference(architecture, Products.scalar(), missing, numbers()));
    assertTrue(e.getMessage().contains("c2"), e::getMessage);
    Map<String, float[]> numbers = numbers();
    numbers.put("lb", new float[3]);
    e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Inference(architecture, Products.scalar(), weights(), numbers));
    assertTrue(e.getMessage().contains("lb"), e::getMessage);
    Inference inference = new Inference(architecture, Products.scalar(), weights(), numbers());
    assertThrows(IllegalArgumentException.class, () -> inference.scores(new float[15]));
  }
}
