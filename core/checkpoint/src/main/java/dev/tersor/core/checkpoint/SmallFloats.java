package dev.tersor.core.checkpoint;

import dev.tersor.core.tensor.ScaleFormat;
import dev.tersor.core.tensor.SmallFloat;

/**
 * Floating-point numbers of at most eight bits, as tables of what each pattern stands for: a sign,
 * an exponent and a mantissa, with or without infinities. Those that codebooks have as well are
 * {@link SmallFloat}'s. Sources: OCP 8-bit Floating Point Specification (OFP8) 1.0, OCP
 * Microscaling Formats (MX) 1.0, and ONNX's page on float8 for the forms without a negative zero.
 *
 * <p>Example: {@code 0x4A} as E4M3 is 0 1001 010: (1 + 2/8) * 2^(9-7) = 5.
 */
final class SmallFloats {
  /** What the greatest exponent and the negative zero are for. */
  private enum Special {
    /** As in IEEE 754: infinities and NaNs have the greatest exponent. */
    INFINITIES,
    /** The pattern of the negative zero is NaN, and the bias is one more. */
    NAN_IS_NEGATIVE_ZERO,
    /** All patterns are numbers. */
    FINITE
  }

  private SmallFloats() {}

  static float[] e4m3() {
    return table(SmallFloat.E4M3);
  }

  static float[] e5m2() {
    return table(5, 2, Special.INFINITIES);
  }

  static float[] e4m3fnuz() {
    return table(4, 3, Special.NAN_IS_NEGATIVE_ZERO);
  }

  static float[] e5m2fnuz() {
    return table(5, 2, Special.NAN_IS_NEGATIVE_ZERO);
  }

  static float[] e2m3() {
    return table(2, 3, Special.FINITE);
  }

  static float[] e3m2() {
    return table(3, 2, Special.FINITE);
  }

  static float[] e2m1() {
    return table(SmallFloat.E2M1);
  }

  /** Powers of two alone: 2^(pattern - 127), and NaN. */
  static float[] e8m0() {
    float[] values = new float[256];
    for (int pattern = 0; pattern < values.length; pattern++) {
      values[pattern] = ScaleFormat.E8M0.value(pattern);
    }
    return values;
  }

  private static float[] table(SmallFloat format) {
    float[] values = new float[1 << format.bits()];
    for (int pattern = 0; pattern < values.length; pattern++) {
      values[pattern] = format.value(pattern);
    }
    return values;
  }

  private static float[] table(int exponentBits, int mantissaBits, Special special) {
    int magnitudes = 1 << (exponentBits + mantissaBits);
    float[] values = new float[2 * magnitudes];
    int bias = (1 << (exponentBits - 1)) - (special == Special.NAN_IS_NEGATIVE_ZERO ? 0 : 1);
    for (int pattern = 0; pattern < magnitudes; pattern++) {
      int exponent = pattern >>> mantissaBits;
      int mantissa = pattern & (1 << mantissaBits) - 1;
      // A subnormal number has the exponent of the least normal one, without the leading 1.
      int whole = exponent == 0 ? mantissa : mantissa + (1 << mantissaBits);
      float value = Math.scalb((float) whole, Math.max(1, exponent) - bias - mantissaBits);
      if (special == Special.INFINITIES && exponent == (1 << exponentBits) - 1) {
        value = mantissa == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
      }
      values[pattern] = value;
      values[magnitudes + pattern] = -value;
    }
    if (special == Special.NAN_IS_NEGATIVE_ZERO) {
      values[magnitudes] = Float.NaN;
    }
    return values;
  }
}
