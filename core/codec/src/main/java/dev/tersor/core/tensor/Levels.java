package dev.tersor.core.tensor;

import dev.tersor.core.bits.Half;

/**
 * Levels of uniform quantisation. A code is the {@code bits}-bit two's complement of a level q in
 * -Q..Q with Q = max(1, 2^(bits-1) - 1), and stands for q steps. With one bit there is no room for
 * a sign: the levels are 0 and 1, and the step may be negative.
 */
public final class Levels {
  private Levels() {}

  /** The largest level Q. */
  public static int limit(int bits) {
    return Math.max(1, (1 << (bits - 1)) - 1);
  }

  /** The level of a code; 0 for the one code that no weight has. */
  public static int of(int bits, int code) {
    int limit = limit(bits);
    if (code <= limit) {
      return code;
    }
    int negative = code - (1 << bits);
    return negative >= -limit ? negative : 0;
  }

  /** The levels of all bytes; those that are no code have any. */
  static int[] all(int bits) {
    int[] levels = new int[256];
    for (int code = 0; code < 1 << bits; code++) {
      levels[code] = of(bits, code);
    }
    return levels;
  }

  static void checkBits(int bits) {
    if (bits < 1 || bits > 8) {
      throw new IllegalArgumentException("bits " + bits + " outside 1..8");
    }
  }

  /** Checks that all levels of a step are finite. */
  static void check(int bits, float step) {
    if (!Float.isFinite(limit(bits) * step)) {
      throw new IllegalArgumentException("step " + step + " gives levels that are not finite");
    }
  }

  /** Steps rounded to 16 bits; null where 16 bits cannot hold all multiples of one of them. */
  static float[] half(float... steps) {
    float[] rounded = new float[steps.length];
    for (int i = 0; i < steps.length; i++) {
      if (!Half.holdsMultiples(steps[i])) {
        return null;
      }
      rounded[i] = Half.rounded(steps[i]);
    }
    return rounded;
  }
}
