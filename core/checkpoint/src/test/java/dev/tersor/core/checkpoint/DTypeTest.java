package dev.tersor.core.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class DTypeTest {
  /** IEEE 754's definition of a binary format of 1 sign bit and the given field widths. */
  private static float oracle(int pattern, int exponentBits, int mantissaBits) {
    int exponent = pattern >>> mantissaBits & (1 << exponentBits) - 1;
    int mantissa = pattern & (1 << mantissaBits) - 1;
    int bias = (1 << (exponentBits - 1)) - 1;
    double sign = pattern >>> (exponentBits + mantissaBits) == 0 ? 1 : -1;
    double fraction = mantissa / (double) (1 << mantissaBits);
    if (exponent == (1 << exponentBits) - 1) {
      return mantissa == 0 ? (float) (sign / 0.0) : Float.NaN;
    }
    return (float)
        (exponent == 0
            ? sign * Math.pow(2, 1 - bias) * fraction
            : sign * Math.pow(2, exponent - bias) * (1 + fraction));
  }

  private static void exhaust(DType dtype, int exponentBits, int mantissaBits) {
    int[] patterns = new int[1 << 16];
    for (int i = 0; i < patterns.length; i++) {
      patterns[i] = i;
    }
    float[] values = new float[patterns.length];
    dtype.decode(Fixtures.u16(patterns), 0, 2, values, 0, values.length);
    for (int i = 0; i < patterns.length; i++) {
      // Canonical NaN bits, but the sign of a zero counts.
      assertEquals(
          Float.floatToIntBits(oracle(i, exponentBits, mantissaBits)),
          Float.floatToIntBits(values[i]),
          "pattern " + i);
    }
  }

  @Test
  void everyF16() {
    exhaust(DType.F16, 5, 10);
  }

  @Test
  void everyBf16() {
    exhaust(DType.BF16, 8, 7);
  }

  @Test
  void landmarks() {
    float[] values = new float[9];
    int[] halves = {0x0001, 0x03FF, 0x0400, 0x3C00, 0xC000, 0x7BFF, 0x7C00, 0xFC00, 0x8000};
    DType.F16.decode(Fixtures.u16(halves), 0, 2, values, 0, 9);
    assertArrayEquals(
        new float[] {
          5.9604645e-8f,
          6.097555e-5f,
          6.1035156e-5f,
          1,
          -2,
          65504,
          Float.POSITIVE_INFINITY,
          Float.NEGATIVE_INFINITY,
          -0.0f
        },
        values);
    DType.BF16.decode(Fixtures.u16(0x3F80, 0xC049), 0, 2, values, 1, 2);
    assertEquals(1, values[1]);
    assertEquals(-3.140625f, values[2]);
  }

  @Test
  void f32KeepsEveryBit() {
    float[] values = {Float.MIN_VALUE, -0.0f, Float.NaN, 1e38f, Float.NEGATIVE_INFINITY};
    float[] decoded = new float[5];
    DType.F32.decode(Fixtures.f32(values), 0, 4, decoded, 0, 5);
    for (int i = 0; i < 5; i++) {
      assertEquals(Float.floatToRawIntBits(values[i]), Float.floatToRawIntBits(decoded[i]));
    }
  }

  @Test
  void otherIsRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> DType.OTHER.decode(new byte[4], 0, 4, new float[1], 0, 1));
  }
}
