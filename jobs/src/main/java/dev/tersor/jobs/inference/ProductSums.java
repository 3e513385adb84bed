package dev.tersor.jobs.inference;

import java.util.stream.IntStream;

/** Sums of the products of every two inputs of a layer, for each group of outputs by itself. */
public final class ProductSums {
  /** Rows that stay in the cache while all products of them are added. */
  private static final int TOGETHER = 256;

  private final int groups;
  private final int inputs;
  private final double[][] sums;
  private final long[] rows;

  /**
   * @param inputs of an output
   */
  public ProductSums(int groups, int inputs) {
    this.groups = groups;
    this.inputs = inputs;
    this.sums = new double[groups][Math.multiplyExact(inputs, inputs)];
    this.rows = new long[groups];
  }

  /**
   * Adds the products of rows of inputs, {@code x'x}; by all cores, the same sums whatever their
   * number.
   *
   * @param x rows x inputs
   */
  public void add(int group, float[] x) {
    int count = x.length / inputs;
    float[] found = new float[inputs * inputs];
    for (int from = 0; from < count; from += TOGETHER) {
      int first = from;
      int last = Math.min(count, from + TOGETHER);
      IntStream.range(0, inputs).parallel().forEach(input -> add(found, x, input, first, last));
    }
    for (int i = 0; i < inputs; i++) {
      for (int j = 0; j < i; j++) {
        found[i * inputs + j] = found[j * inputs + i];
      }
    }
    addProducts(group, found, count);
  }

  /** Four rows at a time, so that sums are read and written a fourth as often. */
  private void add(float[] found, float[] x, int input, int first, int last) {
    int to = input * inputs;
    int row = first;
    for (; row + 3 < last; row += 4) {
      int a = row * inputs;
      int b = a + inputs;
      int c = b + inputs;
      int d = c + inputs;
      float ofA = x[a + input];
      float ofB = x[b + input];
      float ofC = x[c + input];
      float ofD = x[d + input];
      for (int j = input; j < inputs; j++) {
        found[to + j] += ofA * x[a + j] + ofB * x[b + j] + (ofC * x[c + j] + ofD * x[d + j]);
      }
    }
    for (; row < last; row++) {
      int a = row * inputs;
      for (int j = input; j < inputs; j++) {
        found[to + j] += x[a + input] * x[a + j];
      }
    }
  }

  /**
   * Adds products that were found elsewhere.
   *
   * @param found inputs x inputs, the sums over so many rows
   */
  public void addProducts(int group, float[] found, int count) {
    for (int i = 0; i < found.length; i++) {
      sums[group][i] += found[i];
    }
    rows[group] += count;
  }

  /** Inputs of an output. */
  public int inputs() {
    return inputs;
  }

  /**
   * The mean products, groups x inputs x inputs.
   *
   * @throws ArithmeticException if one is not finite, or nothing was added
   */
  public float[] means() {
    float[] means = new float[groups * inputs * inputs];
    for (int group = 0; group < groups; group++) {
      for (int i = 0; i < inputs * inputs; i++) {
        float mean = (float) (sums[group][i] / rows[group]);
        if (!Float.isFinite(mean)) {
          throw new ArithmeticException("inputs are not finite: these data are no calibration");
        }
        means[group * inputs * inputs + i] = mean;
      }
    }
    return means;
  }
}
