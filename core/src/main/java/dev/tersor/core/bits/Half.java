package dev.tersor.core.bits;

/**
 * IEEE 754 binary16: 1 sign, 5 exponent and 10 mantissa bits. Java 17 has no {@code
 * Float.float16ToFloat}.
 */
public final class Half {
  /** The least number above zero. */
  public static final float LEAST = 0x1p-24f;

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
    if (magnitude < 0x1p-14f) {
      // Adding 2^-1 makes the float's last bit worth 2^-24, so that it rounds as binary16 does.
      int rounded = Float.floatToRawIntBits(magnitude + 0.5f) - Float.floatToRawIntBits(0.5f);
      return (short) (sign | rounded);
    }
    int shifted = (bits & 0x7FFFFFFF) - (112 << 23);
    int even = shifted >>> 13 & 1;
    return (short) (sign | (shifted + 0xFFF + even) >>> 13);
  }
}
