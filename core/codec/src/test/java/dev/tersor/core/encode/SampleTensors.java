package dev.tersor.core.encode;

import dev.tersor.core.tensor.Centroids;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.RowSteps;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;

/** Seeded random and degenerate tensors that every encoding must hold. */
final class SampleTensors {
  private SampleTensors() {}

  static List<Codes> all(int bits) {
    List<Codes> samples = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(bits);
    int most = (1 << bits) - 1;
    for (double density : new double[] {0, 0.02, 0.3, 0.5, 0.95, 1}) {
      IntUnaryOperator draw = i -> random.nextDouble() < density ? 1 + random.nextInt(most) : 0;
      samples.add(filled(bits, draw, 17, 31));
      samples.add(filled(bits, draw, 8, 16, 3, 3));
      samples.add(filled(bits, draw, 3, 700));
    }
    samples.add(filled(bits, i -> 0, 0, 5));
    samples.add(filled(bits, i -> 0, 5, 0));
    samples.add(filled(bits, i -> 1));
    samples.add(filled(bits, i -> 0));
    samples.add(filled(bits, i -> most, 1));
    samples.add(filled(bits, i -> i == 255 ? 0 : most, 256));
    samples.add(filled(bits, i -> i % 255 == 0 ? 1 : 0, 2048));
    samples.add(filled(bits, i -> i == 1023 ? 1 : 0, 4, 256));
    samples.add(filled(bits, i -> i == 0 ? 1 : 0, 257, 1));
    samples.add(filled(bits, i -> 1 + i % most, 1, 513));
    if (bits == 2 || bits == 7) {
      samples.replaceAll(SampleTensors::withChannels);
    }
    return samples;
  }

  /** The same codes with a step for each row. */
  static Codes withChannels(Codes codes) {
    float[] steps = new float[(int) codes.shape().rows()];
    for (int row = 0; row < steps.length; row++) {
      steps[row] = (row - 1) * 0.0625f;
    }
    return new Codes(codes.shape(), codes.codes(), new RowSteps(codes.bits(), steps));
  }

  /** Skewed codes, as quantised weights are: a two-sided geometric distribution. */
  static Codes skewed(int bits, double sparsity, int size, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int most = (1 << bits) - 1;
    return filled(
        bits,
        i ->
            random.nextDouble() < sparsity
                ? 0
                : 1 + Math.min(most - 1, Integer.numberOfTrailingZeros(random.nextInt() | 1 << 30)),
        1,
        size);
  }

  static Codes filled(int bits, IntUnaryOperator code, long... dims) {
    Shape shape = Shape.of(dims);
    byte[] codes = new byte[(int) shape.size()];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) code.applyAsInt(i);
    }
    return new Codes(shape, codes, bits % 2 == 0 ? uniform(bits) : table(bits));
  }

  private static Codebook uniform(int bits) {
    return new Step(bits, 0.125f);
  }

  private static Codebook table(int bits) {
    float[] centroids = new float[(1 << bits) - 1];
    for (int i = 0; i < centroids.length; i++) {
      centroids[i] = (i - 2.5f) * 0.01f;
    }
    return new Centroids(bits, centroids);
  }
}
