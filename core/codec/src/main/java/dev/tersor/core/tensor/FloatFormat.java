package dev.tersor.core.tensor;

import dev.tersor.core.bits.Half;
import java.util.Locale;

/** A binary floating-point number: one sign bit, an exponent, and a mantissa in the low bits. */
public enum FloatFormat {
  /** IEEE 754 binary32: 1, 8 and 23 bits. */
  FP32(32, 23),
  /** IEEE 754 binary16: 1, 5 and 10 bits. */
  FP16(16, 10),
  /** bfloat16, the upper half of a binary32: 1, 8 and 7 bits. */
  BF16(16, 7);

  private final int bits;
  private final int mantissaBits;

  FloatFormat(int bits, int mantissaBits) {
    this.bits = bits;
    this.mantissaBits = mantissaBits;
  }

  /** Bits of a number. */
  public int bits() {
    return bits;
  }

  public int mantissaBits() {
    return mantissaBits;
  }

  /** Bits of sign and exponent. */
  public int exponentBits() {
    return bits - mantissaBits;
  }

  /** What tables call it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The float that has the value of a number; NaNs keep sign and mantissa. */
  public float toFloat(int number) {
    return switch (this) {
      case FP32 -> Float.intBitsToFloat(number);
      case FP16 -> Half.toFloat((short) number);
      case BF16 -> Float.intBitsToFloat(number << 16);
    };
  }

  /**
   * The inverse of {@link #toFloat}.
   *
   * @throws IllegalArgumentException if the value is not one of this format: nothing is rounded
   */
  public int toBits(float value) {
    int raw = Float.floatToRawIntBits(value);
    int number =
        switch (this) {
          case FP32 -> raw;
          case FP16 -> half(value, raw);
          case BF16 -> raw >>> 16;
        };
    if (Float.floatToRawIntBits(toFloat(number)) != raw) {
      throw new IllegalArgumentException(value + " is no " + label() + " number");
    }
    return number;
  }

  private static int half(float value, int raw) {
    // Rounding makes one NaN of all.
    return Float.isNaN(value)
        ? (raw >>> 16 & 0x8000) | 0x7C00 | (raw >>> 13 & 0x3FF)
        : Half.fromFloat(value) & 0xFFFF;
  }
}
