package dev.tersor.core.encode;

import dev.tersor.core.tensor.Centroids;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Elements;
import dev.tersor.core.tensor.GroupSteps;
import dev.tersor.core.tensor.Outliers;
import dev.tersor.core.tensor.RowSteps;
import dev.tersor.core.tensor.Runs;
import dev.tersor.core.tensor.ScaleFormat;
import dev.tersor.core.tensor.Scaled;
import dev.tersor.core.tensor.Scales;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.StateMachine;
import dev.tersor.core.tensor.Step;
import dev.tersor.core.tensor.Trellis;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Tensors of any shape, width, density and kind of codebook, from a seed. */
final class RandomTensors {
  /** How many kinds of codebooks there are. */
  static final int CODEBOOKS = 7;

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
      case 6 ->
          outliers(shape, codebook(shape, bits, random.nextInt(CODEBOOKS - 1), random), random);
      case 0 -> new Step(bits, (float) random.nextGaussian());
      case 1 -> new Centroids(bits, normal(random.nextInt(1 << bits), random));
      case 2 -> new RowSteps(bits, normal((int) shape.rows(), random));
      case 3 -> new GroupSteps(bits, group, columns, normal(groups, random));
      case 4 -> scaled(shape, bits, group, random);
      default ->
          bits == 1
              ? new Step(1, -0.5f)
              : new Trellis(
                  random.nextBoolean() ? StateMachine.FOUR : StateMachine.EIGHT,
                  bits,
                  (float) random.nextDouble());
    };
  }

  /** Every third weight or fewer beside codes of a codebook that is a row of numbers. */
  private static Codebook outliers(Shape shape, Codebook base, SplittableRandom random) {
    int[] positions = new int[(int) shape.size()];
    int count = 0;
    int most = 3 << random.nextInt(12);
    for (int at = random.nextInt(most); at < shape.size(); at += 1 + random.nextInt(most)) {
      positions[count++] = at;
    }
    return count == 0 || base instanceof Scaled
        ? base
        : new Outliers(base, Arrays.copyOf(positions, count), normal(count, random));
  }

  /** Any elements that keep the zero, in any runs, with zero points or units of larger runs. */
  private static Codebook scaled(Shape shape, int bits, int group, SplittableRandom random) {
    List<Elements> all = new ArrayList<>(List.of(Elements.UNSIGNED));
    for (Elements elements : Elements.values()) {
      boolean takes = elements.width() == bits || (elements == Elements.INTEGER && bits > 1);
      if (takes && elements.haveZero()) {
        all.add(elements);
      }
    }
    Elements elements = all.get(random.nextInt(all.size()));
    long columns = shape.rowLength();
    Runs groups = Runs.groups(group, columns);
    Scales units =
        random.nextBoolean()
            ? scales(ScaleFormat.FP32, Runs.segments(columns), shape, random)
            : scales(ScaleFormat.FP16, Runs.groups(4 * group, columns), shape, random);
    Scales scales =
        switch (random.nextInt(6)) {
          case 0 -> scales(ScaleFormat.FP32, Runs.tensor(), shape, random);
          case 1 -> scales(ScaleFormat.FP16, Runs.rows(), shape, random);
          case 2 -> scales(ScaleFormat.E8M0, groups, shape, random);
          case 3 -> scales(ScaleFormat.FP16, groups, shape, random);
          case 4 -> of(scales(ScaleFormat.E4M3, groups, shape, random), units);
          default -> of(scales(ScaleFormat.INT8, groups, shape, random), units);
        };
    if (elements != Elements.UNSIGNED || random.nextBoolean()) {
      return new Scaled(elements, bits, scales);
    }
    int[] zeros = new int[scales.count()];
    for (int i = 0; i < zeros.length; i++) {
      zeros[i] = random.nextInt(1 << bits);
    }
    Scales zeroPoints = new Scales(ScaleFormat.UINT8, scales.runs(), zeros, null);
    return new Scaled(elements, bits, scales, zeroPoints, null);
  }

  private static Scales scales(
      ScaleFormat format, Runs runs, Shape shape, SplittableRandom random) {
    double[] values = new double[runs.count(shape)];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextGaussian() * (format == ScaleFormat.INT8 ? 40 : 1);
    }
    return Scales.nearest(format, runs, values);
  }

  private static Scales of(Scales scales, Scales units) {
    return new Scales(scales.format(), scales.runs(), scales.stored(), units);
  }

  static float[] normal(int count, SplittableRandom random) {
    float[] numbers = new float[count];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return numbers;
  }
}
