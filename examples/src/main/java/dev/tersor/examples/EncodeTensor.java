package dev.tersor.examples;

import dev.tersor.core.Compression;
import dev.tersor.core.Tersor;
import dev.tersor.core.tensor.Shape;
import java.util.Random;

/** Encodes one tensor and decodes it again; needs tersor-codec and zstd-jni alone. */
public final class EncodeTensor {
  private EncodeTensor() {}

  /** Takes no arguments. */
  public static void main(String[] args) {
    float[] weights = normal(256 * 128);

    Compression small = Compression.DEFAULT.sparsity(0.9).bits(4).encoding("auto");
    byte[] file = Tersor.encode(weights, Shape.of(256, 128), small);
    float[] decoded = Tersor.decode(file).weights();

    int kept = 0;
    for (float weight : decoded) {
      kept += weight != 0 ? 1 : 0;
    }
    System.out.printf("%d bytes for %d weights, %d kept%n", file.length, decoded.length, kept);
  }

  private static float[] normal(int count) {
    Random random = new Random(1);
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) (0.05 * random.nextGaussian());
    }
    return numbers;
  }
}
