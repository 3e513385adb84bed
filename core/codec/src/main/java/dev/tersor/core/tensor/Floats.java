package dev.tersor.core.tensor;

import java.util.Arrays;

/**
 * A tensor (or segment of one) that is not quantised: a number for each weight in row-major order,
 * bit by bit as its checkpoint has it. A weight is pruned where all its bits are zero; {@code -0.0}
 * is a number like others.
 */
public final class Floats {
  private static final Codebook MASK = new Step(1, 1);

  private final Shape shape;
  private final FloatFormat format;
  private final int[] bits;
  private Codes nonZeros;
  private Codes all;

  /**
   * @param bits a number a weight, in the low bits; not copied
   */
  public Floats(Shape shape, FloatFormat format, int[] bits) {
    if (bits.length != shape.size()) {
      throw new IllegalArgumentException(
          bits.length + " numbers do not fill a tensor of shape " + shape);
    }
    this.shape = shape;
    this.format = format;
    this.bits = bits;
  }

  /**
   * @throws IllegalArgumentException if a weight is not a number of that format
   */
  public static Floats of(Shape shape, FloatFormat format, float[] weights) {
    int[] bits = new int[weights.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = format.toBits(weights[i]);
    }
    return new Floats(shape, format, bits);
  }

  public Shape shape() {
    return shape;
  }

  public FloatFormat format() {
    return format;
  }

  /** The numbers themselves, not a copy. */
  public int[] bits() {
    return bits;
  }

  public int size() {
    return bits.length;
  }

  /** A tensor of one-bit codes: 1 where a weight is not pruned. Always the same object. */
  public synchronized Codes nonZeros() {
    if (nonZeros == null) {
      byte[] mask = new byte[bits.length];
      for (int i = 0; i < mask.length; i++) {
        mask[i] = (byte) (bits[i] == 0 ? 0 : 1);
      }
      nonZeros = new Codes(shape, mask, MASK);
    }
    return nonZeros;
  }

  /** A tensor of one-bit codes, all 1. Always the same object. */
  public synchronized Codes all() {
    if (all == null) {
      byte[] mask = new byte[bits.length];
      Arrays.fill(mask, (byte) 1);
      all = new Codes(shape, mask, MASK);
    }
    return all;
  }

  /** The weights as floats, which hold numbers of every format exactly. */
  public float[] weights() {
    float[] weights = new float[bits.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = format.toFloat(bits[i]);
    }
    return weights;
  }

  /** Same shape, format and bits. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Floats that
        && shape.equals(that.shape)
        && format == that.format
        && Arrays.equals(bits, that.bits);
  }

  @Override
  public int hashCode() {
    return 31 * shape.hashCode() + Arrays.hashCode(bits);
  }
}
