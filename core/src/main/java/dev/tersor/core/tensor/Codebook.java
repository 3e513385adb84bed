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
    TABLE,
    /** One fp32 step for each row, an output channel; codes are those of {@link #UNIFORM}. */
    CHANNELS
  }

  private final Kind kind;
  private final int bits;

  /** The value of each code, or with {@link Kind#CHANNELS} the step of each row. */
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
   * A uniform codebook for each row of a tensor: the codes are the same, the steps differ.
   *
   * @param bits 1 to 8
   * @param steps of the rows, in order, as in {@link #uniform}
   */
  public static Codebook channels(int bits, float[] steps) {
    checkBits(bits);
    for (float step : steps) {
      if (!Float.isFinite(uniformLimit(bits) * step)) {
        throw new IllegalArgumentException("step " + step + " gives levels that are not finite");
      }
    }
    return new Codebook(Kind.CHANNELS, bits, steps.clone());
  }

  /**
   * What a code of the uniform codebook counts in steps: the {@code bits}-bit two's complement
   * number, 0 for the one code that no weight has.
   */
  public static int level(int bits, int code) {
    int limit = uniformLimit(bits);
    if (code <= limit) {
      return code;
    }
    int negative = code - (1 << bits);
    return negative >= -limit ? negative : 0;
  }

  /**
   * This codebook with its steps or centroids rounded to 16 bits; this one as it is where 16 bits
   * cannot hold one of them. Of a step they must hold all multiples, which are the levels.
   */
  public Codebook half() {
    return switch (kind) {
      case UNIFORM ->
          Half.holdsMultiples(values[1]) ? uniform(bits, Half.rounded(values[1])) : this;
      case CHANNELS -> {
        float[] steps = new float[values.length];
        for (int row = 0; row < steps.length; row++) {
          if (!Half.holdsMultiples(values[row])) {
            yield this;
          }
          steps[row] = Half.rounded(values[row]);
        }
        yield channels(bits, steps);
      }
      case TABLE -> {
        float[] centroids = new float[values.length - 1];
        for (int i = 0; i < centroids.length; i++) {
          if (!Half.holds(values[i + 1])) {
            yield this;
          }
          centroids[i] = Half.rounded(values[i + 1]);
        }
        yield table(bits, centroids);
      }
    };
  }

  /** The codebook of the same weights with the opposite sign. */
  public Codebook negated() {
    float[] negated = values.clone();
    if (kind == Kind.TABLE) {
      int last = negated.length - 1;
      while (last > 0 && negated[last] == 0) {
        last--;
      }
      for (int i = 1; i <= last; i++) {
        negated[i] = 0f - values[last + 1 - i];
      }
    } else if (bits == 1) {
      for (int i = 0; i < negated.length; i++) {
        negated[i] = 0f - values[i];
      }
    }
    return new Codebook(kind, bits, negated);
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
    return 1 << bits;
  }

  /**
   * What a code stands for, whatever the row.
   *
   * @throws IllegalStateException if each row has a step of its own
   */
  public float value(int code) {
    if (kind == Kind.CHANNELS) {
      throw new IllegalStateException("a codebook with a step for each row has no value without");
    }
    return values[code];
  }

  /** What a code stands for in a row. */
  public float value(int row, int code) {
    // No negative zero for the kept zero of a row with a negative step.
    return kind == Kind.CHANNELS ? level(bits, code) * values[row] + 0f : values[code];
  }

  /**
   * Rows that have a step of their own.
   *
   * @throws IllegalStateException if all rows share the codebook
   */
  public int rows() {
    checkChannels();
    return values.length;
  }

  /**
   * The step of a row.
   *
   * @throws IllegalStateException if all rows share the codebook
   */
  public float step(int row) {
    checkChannels();
    return values[row];
  }

  private void checkChannels() {
    if (kind != Kind.CHANNELS) {
      throw new IllegalStateException("a codebook that all rows share has no steps of rows");
    }
  }

  /**
   * The codebook of a part of a tensor: the steps of its rows, or this one where all rows share it.
   *
   * @param segment of a tensor that this is the codebook of
   * @param rowLength weights of a row of that tensor
   */
  public Codebook part(Segment segment, long rowLength) {
    if (kind != Kind.CHANNELS) {
      return this;
    }
    int first = rowLength == 0 ? 0 : Math.toIntExact(segment.offset() / rowLength);
    int count = Math.toIntExact(segment.shape().rows());
    return new Codebook(kind, bits, Arrays.copyOfRange(values, first, first + count));
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
