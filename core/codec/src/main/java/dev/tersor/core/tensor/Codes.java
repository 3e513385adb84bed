package dev.tersor.core.tensor;

import dev.tersor.core.bits.PackedInts;
import java.util.Arrays;

/**
 * A quantised, possibly sparse tensor (or segment of one): a code for each weight in row-major
 * order and the codebook that gives codes their values.
 */
public final class Codes {
  private final Shape shape;
  private final byte[] codes;
  private final Codebook codebook;

  /** Found when they are first asked for; the same whoever finds them. */
  private volatile int[] nonZeroPositions;

  /**
   * @param codes one unsigned byte a weight, each below {@code codebook.size()}; not copied, and
   *     not to be changed any more
   * @throws IllegalArgumentException if there are not as many as weights, or the codebook is not of
   *     such a tensor
   */
  public Codes(Shape shape, byte[] codes, Codebook codebook) {
    if (codes.length != shape.size()) {
      throw new IllegalArgumentException(
          codes.length + " codes do not fill a tensor of shape " + shape);
    }
    codebook.check(shape);
    this.shape = shape;
    this.codes = codes;
    this.codebook = codebook;
  }

  /** Bytes of so many dense codes of {@code bits} bits laid end to end: the baseline of ratios. */
  public static long denseBytes(long weights, int bits) {
    return PackedInts.bytes(weights, bits);
  }

  public Shape shape() {
    return shape;
  }

  /** The codes themselves, not a copy. */
  public byte[] codes() {
    return codes;
  }

  public Codebook codebook() {
    return codebook;
  }

  public int bits() {
    return codebook.bits();
  }

  public int size() {
    return codes.length;
  }

  /**
   * Sorted positions of the codes other than 0, which is what sparse encodings store; not to be
   * changed.
   */
  public int[] nonZeroPositions() {
    int[] found = nonZeroPositions;
    if (found == null) {
      found = positions();
      nonZeroPositions = found;
    }
    return found;
  }

  private int[] positions() {
    int count = 0;
    for (byte code : codes) {
      count += code != 0 ? 1 : 0;
    }
    int[] positions = new int[count];
    int n = 0;
    for (int i = 0; n < count; i++) {
      positions[n] = i;
      n += codes[i] != 0 ? 1 : 0;
    }
    return positions;
  }

  /**
   * Weights that are not zero: those whose code is not 0, if the codebook {@linkplain
   * Codebook#keepsZero keeps the zero}; else those that do not stand for zero.
   */
  public int nonZeros() {
    if (codebook.keepsZero()) {
      return nonZeroPositions().length;
    }
    int count = 0;
    for (float weight : dequantize()) {
      count += weight != 0 ? 1 : 0;
    }
    return count;
  }

  /** The weights that the codes stand for. */
  public float[] dequantize() {
    return codebook.weights(shape, codes);
  }

  /** Same shape, codebook and codes. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Codes that
        && shape.equals(that.shape)
        && codebook.equals(that.codebook)
        && Arrays.equals(codes, that.codes);
  }

  @Override
  public int hashCode() {
    return 31 * shape.hashCode() + Arrays.hashCode(codes);
  }
}
