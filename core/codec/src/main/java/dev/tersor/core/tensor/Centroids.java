package dev.tersor.core.tensor;

import dev.tersor.core.bits.Half;
import java.util.Arrays;

/** Free centroids that the weights of a tensor share, beside the kept zero of code 0. */
public final class Centroids implements Codebook.OfTensor {
  private static final long serialVersionUID = 1L;

  private final int bits;

  /** By code; codes that have no centroid stand for zero. */
  private final float[] values;

  /**
   * @param bits 1 to 8
   * @param centroids the values of the codes 1, 2, ...; at most 2^bits - 1 (missing ones are zero)
   */
  public Centroids(int bits, float... centroids) {
    Levels.checkBits(bits);
    if (centroids.length > (1 << bits) - 1) {
      throw new IllegalArgumentException(
          centroids.length + " centroids do not fit beside the zero in " + bits + " bits");
    }
    this.bits = bits;
    this.values = new float[1 << bits];
    for (int i = 0; i < centroids.length; i++) {
      if (!Float.isFinite(centroids[i])) {
        throw new IllegalArgumentException("codebook value " + centroids[i] + " is not finite");
      }
      values[i + 1] = centroids[i] + 0f; // a negative zero becomes the zero that stands for none
    }
  }

  @Override
  public int bits() {
    return bits;
  }

  @Override
  public boolean keepsZero() {
    return true;
  }

  @Override
  public float value(int code) {
    return values[code];
  }

  /** The values of the codes 1, 2, ... up to the last that is not zero; a copy. */
  public float[] centroids() {
    int last = values.length - 1;
    while (last > 0 && values[last] == 0) {
      last--;
    }
    return Arrays.copyOfRange(values, 1, last + 1);
  }

  /** With all centroids rounded to 16 bits, where these hold every one. */
  @Override
  public Centroids half() {
    float[] rounded = centroids();
    for (int i = 0; i < rounded.length; i++) {
      if (!Half.holds(rounded[i])) {
        return this;
      }
      rounded[i] = Half.rounded(rounded[i]);
    }
    return new Centroids(bits, rounded);
  }

  /** The codebook of the same weights with the opposite sign, where centroids are ascending. */
  public Centroids negated() {
    float[] ascending = centroids();
    float[] negated = new float[ascending.length];
    for (int i = 0; i < negated.length; i++) {
      negated[i] = 0f - ascending[negated.length - 1 - i];
    }
    return new Centroids(bits, negated);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Centroids that
        && bits == that.bits
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }
}
