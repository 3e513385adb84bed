package dev.tersor.core.bits;

/**
 * IEEE 754 binary16: 1 sign, 5 exponent and 10 mantissa bits. Java 17 has no {@code
 * Float.float16ToFloat}.
 */
public final class Half {
  private static final float LEAST = 0x1p-24f;

  /** The least number that has all bits of the mantissa. */
  private static final float LEAST_NORMAL = 0x1p-14f;

  private static final int INFINITY = 0x7C00;

  private Half() {}

  /** The number that 16 bits stand for, which a float holds exactly. */
  public static float toFloat(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = bits >>> 10 & 0x1F;
    int mantissa = bits & 0x3FF;
    if (exponent == 0) {
      // A subnormal, mantissa * 2^-24, is a normal float.
      return Float.intBitsToFloat(sign | Float.floatToRawIntBits(mantissa * LEAST));
    }
    int exponent32 = exponent == 31 ? 255 : exponent - 15 + 127;
    return Float.intBitsToFloat(sign | exponent32 << 23 | mantissa << 13);
  }

  /**
   * Whether 16 bits hold a number: the nearest binary16 is at most half a step away, and is zero
   * only for zero. Beyond 65,504 and below 2^-25 they do not.
   */
  public static boolean holds(float value) {
    float rounded = rounded(value);
    return Float.isInfinite(rounded) == Float.isInfinite(value) && (rounded == 0) == (value == 0);
  }

  /**
   * Whether 16 bits hold a number and all multiples of it: it changes by at most 2^-11 of itself,
   * which numbers below 2^-14 do only by chance.
   */
  public static boolean holdsMultiples(float value) {
    return holds(value) && (Math.abs(value) >= LEAST_NORMAL || rounded(value) == value);
  }

  /** The nearest number of 16 bits. */
  public static float rounded(float value) {
    return toFloat(fromFloat(value));
  }

  /** The nearest binary16, ties to even; beyond its range infinity, and NaN for NaN. */
  public static short fromFloat(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = bits >>> 16 & 0x8000;
    float magnitude = Math.abs(value);
    if (Float.isNaN(value)) {
      return (short) (sign | INFINITY | 0x200);
    }
    if (magnitude >= 65520) {
      return (short) (sign | INFINITY);
    }
    if (magnitude < LEAST_NORMAL) {
      // Adding 2^-1 makes the float's last bit worth 2^-24, so that it rounds as binary16 does.
      int rounded = Float.floatToRawIntBits(magnitude + 0.5f) - Float.floatToRawIntBits(0.5f);
      return (short) (sign | rounded);
    }
    int shifted = (bits & 0x7FFFFFFF) - (112 << 23);
    int even = shifted >>> 13 & 1;
    return (short) (sign | (shifted + 0xFFF + even) >>> 13);
  }
}
