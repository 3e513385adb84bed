package dev.tersor.core.tensor;

import dev.tersor.core.bits.Half;
import java.io.Serializable;
import java.util.Arrays;

/**
 * What a code stands for. Code 0 is always the kept zero, so that pruned weights and filler
 * elements have a code of their own.
 */
public final class Codebook implements Serializable {
  private static final long serialVersionUID = 1L;

  /** How a codebook is stored. */
  public enum Kind {
    /** One fp32 step; code c is the b-bit two's complement integer q and stands for q * step. */
    UNIFORM,
    /** One fp32 centroid for each of the codes 1 .. 2^b - 1. */
    TABLE
  }

  private final Kind kind;
  private final int bits;
  private final float[] values;

  private Codebook(Kind kind, int bits, float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException("codebook value " + value + " is not finite");
      }
    }
    this.kind = kind;
    this.bits = bits;
    this.values = values;
  }

  /**
   * The symmetric uniform codebook: codes for -Q..Q with Q = max(1, 2^(b-1) - 1), two's complement
   * in b bits. With one bit there is no room for a sign and the levels are 0 and {@code step},
   * which may be negative.
   *
   * @param bits 1 to 8
   * @param step distance of two levels; all levels must be finite
   */
  public static Codebook uniform(int bits, float step) {
    checkBits(bits);
    float[] values = new float[1 << bits];
    int limit = uniformLimit(bits);
    values[1] = step;
    for (int q = 1; q <= limit && bits > 1; q++) {
      values[q] = q * step;
      values[(1 << bits) - q] = -q * step;
    }
    return new Codebook(Kind.UNIFORM, bits, values);
  }

  /**
   * A codebook of free centroids.
   *
   * @param centroids the values of the codes 1, 2, ...; at most 2^bits - 1 (missing ones are zero)
   */
  public static Codebook table(int bits, float[] centroids) {
    checkBits(bits);
    if (centroids.length > (1 << bits) - 1) {
      throw new IllegalArgumentException(
          centroids.length + " centroids do not fit beside the zero in " + bits + " bits");
    }
    float[] values = new float[1 << bits];
    for (int i = 0; i < centroids.length; i++) {
      values[i + 1] = centroids[i] + 0f; // a negative zero becomes the zero that stands for none
    }
    return new Codebook(Kind.TABLE, bits, values);
  }

  /**
   * This codebook with its step or centroids rounded to 16 bits. A centroid is no zero, whatever it
   * is rounded to.
   *
   * @throws IllegalArgumentException if one is beyond the range of 16 bits
   */
  public Codebook half() {
    if (kind == Kind.UNIFORM) {
      return uniform(bits, half(values[1]));
    }
    float[] centroids = new float[values.length - 1];
    for (int i = 0; i < centroids.length; i++) {
      centroids[i] = half(values[i + 1]);
    }
    return table(bits, centroids);
  }

  private static float half(float value) {
    float rounded = Half.toFloat(Half.fromFloat(value));
    return rounded == 0 && value != 0 ? Math.copySign(Half.LEAST, value) : rounded;
  }

  /** Largest level Q of the uniform codebook of {@code bits} bits. */
  public static int uniformLimit(int bits) {
    return Math.max(1, (1 << (bits - 1)) - 1);
  }

  private static void checkBits(int bits) {
    if (bits < 1 || bits > 8) {
      throw new IllegalArgumentException("bits " + bits + " outside 1..8");
    }
  }

  public Kind kind() {
    return kind;
  }

  public int bits() {
    return bits;
  }

  /** Number of codes, 2^bits. */
  public int size() {
    return values.length;
  }

  public float value(int code) {
    return values[code];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Codebook that
        && kind == that.kind
        && bits == that.bits
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }
}
