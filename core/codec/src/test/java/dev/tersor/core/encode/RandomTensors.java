package dev.tersor.core.encode;

import dev.tersor.core.tensor.Centroids;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.GroupSteps;
import dev.tersor.core.tensor.RowSteps;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.Step;
import java.util.SplittableRandom;

/** Tensors of any shape, width, density and kind of codebook, from a seed. */
final class RandomTensors {
  /** How many kinds of codebooks there are. */
  static final int CODEBOOKS = 4;

  private RandomTensors() {}

  /** A small tensor of at most three dimensions. */
  static Codes small(SplittableRandom random) {
    long[] dims = new long[random.nextInt(4)];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = random.nextInt(13);
    }
    double density = random.nextBoolean() ? random.nextDouble() : random.nextInt(2);
    return of(
        Shape.of(dims),
        random.nextInt(1, 9),
        density,
        random.nextInt(CODEBOOKS),
        random.nextLong());
  }

  /**
   * Runs of zeros and of non-zeros beside scattered ones, so that blocks fill and gaps are long.
   *
   * @param type of the codebook, below {@link #CODEBOOKS}
   */
  static Codes of(Shape shape, int bits, double density, int type, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] codes = new byte[(int) shape.size()];
    boolean runs = random.nextBoolean();
    for (int at = 0; at < codes.length; ) {
      int stop = runs ? Math.min(codes.length, at + random.nextInt(1, 600)) : at + 1;
      boolean nonZero = random.nextDouble() < density;
      for (; at < stop; at++) {
        codes[at] = (byte) (nonZero ? random.nextInt(1, 1 << bits) : 0);
      }
    }
    return new Codes(shape, codes, codebook(shape, bits, type, random));
  }

  private static Codebook codebook(Shape shape, int bits, int type, SplittableRandom random) {
    int columns = (int) shape.rowLength();
    int group = 2 << random.nextInt(6);
    int groups = (int) shape.rows() * GroupSteps.inRow(group, columns);
    return switch (type) {
      case 0 -> new Step(bits, (float) random.nextGaussian());
      case 1 -> new Centroids(bits, normal(random.nextInt(1 << bits), random));
      case 2 -> new RowSteps(bits, normal((int) shape.rows(), random));
      default -> new GroupSteps(bits, group, columns, normal(groups, random));
    };
  }

  static float[] normal(int count, SplittableRandom random) {
    float[] numbers = new float[count];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return numbers;
  }
}
