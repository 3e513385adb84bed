package dev.tersor.core.tensor;

import dev.tersor.core.bits.Half;

/** How a scale is stored, in the low bits of an int. */
public enum ScaleFormat {
  /** IEEE 754 binary32. */
  FP32(0, 32),
  /** IEEE 754 binary16. */
  FP16(1, 16),
  /** A power of two, 2^(number - 127); 255 is no number (OCP Microscaling 1.0, section 5.4.1). */
  E8M0(2, 8),
  /** {@link SmallFloat#E4M3}. */
  E4M3(3, 8),
  /** 0 to 63. */
  UINT6(4, 6),
  /** 0 to 255. */
  UINT8(5, 8),
  /** -128 to 127 in two's complement. */
  INT8(6, 8),
  /** bfloat16. */
  BF16(7, 16);

  private static final int E8M0_BIAS = 127;

  private final int number;
  private final int bits;

  ScaleFormat(int number, int bits) {
    this.number = number;
    this.bits = bits;
  }

  /** What files call it. */
  public int number() {
    return number;
  }

  /**
   * The one with a number.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static ScaleFormat of(int number) {
    for (ScaleFormat format : values()) {
      if (format.number == number) {
        return format;
      }
    }
    throw new IllegalArgumentException("format of scales " + number + ", expected 0..7");
  }

  /** Bits of a number. */
  public int bits() {
    return bits;
  }

  /** The format of its sign, exponent and mantissa; null where it has no mantissa to split off. */
  public FloatFormat split() {
    return switch (this) {
      case FP32 -> FloatFormat.FP32;
      case FP16 -> FloatFormat.FP16;
      case BF16 -> FloatFormat.BF16;
      default -> null;
    };
  }

  /** The value of a number; not a number or infinite where it stands for no scale. */
  public float value(int number) {
    return switch (this) {
      case FP32 -> Float.intBitsToFloat(number);
      case FP16 -> Half.toFloat((short) number);
      case E8M0 ->
          number == 255 ? Float.NaN : (float) Math.scalb(1.0, number - E8M0_BIAS); // subnormal at 0
      case E4M3 -> SmallFloat.E4M3.value(number);
      case UINT6, UINT8 -> number;
      case INT8 -> (byte) number;
      case BF16 -> FloatFormat.BF16.toFloat(number);
    };
  }

  /** The number nearest to a finite value; beyond the last one that. */
  public int nearest(double value) {
    return switch (this) {
      case FP32 -> {
        float most = Float.MAX_VALUE;
        yield Float.floatToRawIntBits((float) Math.max(-most, Math.min(most, value)) + 0f);
      }
      case FP16 -> {
        float clamped = (float) Math.max(-65504, Math.min(65504, value));
        yield Half.fromFloat(clamped) == Short.MIN_VALUE ? 0 : Half.fromFloat(clamped) & 0xFFFF;
      }
      case E8M0 -> {
        int below = value > 0 ? Math.getExponent(value) : -E8M0_BIAS;
        boolean isAbove = value > 0 && value - Math.scalb(1.0, below) > Math.scalb(0.5, below);
        yield Math.max(0, Math.min(254, below + E8M0_BIAS + (isAbove ? 1 : 0)));
      }
      case E4M3 -> SmallFloat.E4M3.nearest(value + 0.0);
      case UINT6 -> (int) Math.max(0, Math.min(63, Math.rint(value)));
      case UINT8 -> (int) Math.max(0, Math.min(255, Math.rint(value)));
      case INT8 -> (int) Math.max(-128, Math.min(127, Math.rint(value))) & 0xFF;
      case BF16 -> {
        int bits = FP32.nearest(value);
        // Ties go to the even mantissa; beyond the largest there is none.
        int rounded = (bits + 0x7FFF + (bits >>> 16 & 1)) >>> 16;
        yield (rounded & 0x7F80) == 0x7F80 ? rounded - 1 : rounded;
      }
    };
  }
}
