package dev.tersor.jobs;

import dev.tersor.core.checkpoint.SafetensorsWriter;
import dev.tersor.core.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Small checkpoints for tests. */
public final class Checkpoints {
  private Checkpoints() {}

  /** Near-normal weights, the same for the same seed. */
  public static float[] weights(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] weights = new float[count];
    for (int i = 0; i < count; i++) {
      weights[i] = (float) (0.05 * random.nextGaussian());
    }
    return weights;
  }

  /** Writes tensors with given values. */
  public static void write(Path file, Map<String, Shape> shapes, Map<String, float[]> values)
      throws IOException {
    try (SafetensorsWriter writer =
        new SafetensorsWriter(Files.newOutputStream(file), shapes, Map.of())) {
      for (String name : new TreeMap<>(shapes).keySet()) {
        writer.write(name, values.get(name));
      }
    }
  }

  /** A network of a convolution, a depthwise one, two matrices and a bias. */
  public static Map<String, float[]> small(Path file) throws IOException {
    Map<String, Shape> shapes =
        new TreeMap<>(
            Map.of(
                "conv.weight", Shape.of(16, 8, 3, 3),
                "dw.weight", Shape.of(24, 1, 3, 3),
                "fc1.weight", Shape.of(60, 70),
                "fc2.weight", Shape.of(10, 60),
                "fc2.bias", Shape.of(10)));
    Map<String, float[]> values = new TreeMap<>();
    shapes.forEach((name, shape) -> values.put(name, weights((int) shape.size(), name.hashCode())));
    write(file, shapes, values);
    return values;
  }
}
