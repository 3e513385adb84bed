package dev.tersor.core.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tersor.core.tensor.Shape;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntPredicate;
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

  /** The numbers of the specifications' tables, and every pattern by the definition. */
  @Test
  void floatsOfEightBits() {
    assertSmall(DType.F8_E5M2, 5, 2, 15, pattern -> (pattern & 0x7C) == 0x7C, 0x7C);
    assertSmall(DType.F8_E4M3, 4, 3, 7, pattern -> (pattern & 0x7F) == 0x7F, -1);
    assertSmall(DType.F8_E4M3FNUZ, 4, 3, 8, pattern -> pattern == 0x80, -1);
    assertSmall(DType.F8_E5M2FNUZ, 5, 2, 16, pattern -> pattern == 0x80, -1);
    assertEquals(448, all(DType.F8_E4M3, 0x7E)[0]);
    assertEquals(57344, all(DType.F8_E5M2, 0x7B)[0]);
    assertEquals(0x1p-9f, all(DType.F8_E4M3, 1)[0]);
    assertEquals(0x1p-16f, all(DType.F8_E5M2, 1)[0]);
    assertEquals(240, all(DType.F8_E4M3FNUZ, 0x7F)[0]);
    assertEquals(0x1p-127f, all(DType.F8_E8M0, 0)[0]);
    assertEquals(0x1p127f, all(DType.F8_E8M0, 254)[0]);
    assertEquals(Float.NaN, all(DType.F8_E8M0, 255)[0]);
  }

  private static float[] all(DType dtype, int... bytes) {
    byte[] stored = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      stored[i] = (byte) bytes[i];
    }
    int blocks = bytes.length / dtype.bytes();
    float[] values = new float[blocks * dtype.elements()];
    dtype.decode(stored, 0, dtype.bytes(), values, 0, blocks);
    return values;
  }

  private static void assertSmall(
      DType dtype,
      int exponentBits,
      int mantissaBits,
      int bias,
      IntPredicate special,
      int infinity) {
    for (int pattern = 0; pattern < 256; pattern++) {
      float value = all(dtype, pattern)[0];
      float sign = pattern < 128 ? 1 : -1;
      if (special.test(pattern)) {
        float expected = (pattern & 0x7F) == infinity ? sign / 0 : Float.NaN;
        assertEquals(expected, value, dtype + " " + pattern);
        continue;
      }
      int exponent = pattern >> mantissaBits & (1 << exponentBits) - 1;
      double fraction = (pattern & (1 << mantissaBits) - 1) / (double) (1 << mantissaBits);
      double expected =
          exponent == 0
              ? fraction * Math.pow(2, 1 - bias)
              : (1 + fraction) * Math.pow(2, exponent - bias);
      assertEquals((float) (sign * expected), value, dtype + " " + pattern);
    }
  }

  @Test
  void floatsOfFourAndSixBits() {
    assertArrayEquals(
        new float[] {0, 0.5f, 1, 1.5f, 2, 3, 4, 6, -0.0f, -0.5f, -1, -1.5f, -2, -3, -4, -6},
        all(DType.F4, 0x10, 0x32, 0x54, 0x76, 0x98, 0xBA, 0xDC, 0xFE));
    // Patterns 0x01, 0x1F, 0x20, 0x3F, from the low bits on.
    int packed = 0x01 | 0x1F << 6 | 0x20 << 12 | 0x3F << 18;
    assertArrayEquals(
        new float[] {0.125f, 7.5f, -0.0f, -7.5f},
        all(DType.F6_E2M3, packed & 0xFF, packed >> 8 & 0xFF, packed >> 16));
    assertArrayEquals(
        new float[] {0.0625f, 28, -0.0f, -28},
        all(DType.F6_E3M2, packed & 0xFF, packed >> 8 & 0xFF, packed >> 16));
  }

  @Test
  void integersAndDoubles() {
    assertArrayEquals(new float[] {-1, 7, -8, 0}, all(DType.I4, 0x7F, 0x08));
    assertArrayEquals(new float[] {15, 7, 8, 0}, all(DType.U4, 0x7F, 0x08));
    assertArrayEquals(new float[] {-128, 127}, all(DType.I8, 0x80, 0x7F));
    assertArrayEquals(new float[] {128, 255}, all(DType.U8, 0x80, 0xFF));
    assertArrayEquals(new float[] {1, 0, 1}, all(DType.BOOL, 1, 0, 2));
    assertArrayEquals(new float[] {-2}, all(DType.I16, 0xFE, 0xFF));
    assertArrayEquals(new float[] {65534}, all(DType.U16, 0xFE, 0xFF));
    assertArrayEquals(new float[] {-2}, all(DType.I32, 0xFE, 0xFF, 0xFF, 0xFF));
    assertArrayEquals(new float[] {0x1p32f}, all(DType.U32, 0xFE, 0xFF, 0xFF, 0xFF));
    int[] ones = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
    assertArrayEquals(new float[] {-1}, all(DType.I64, ones));
    assertArrayEquals(new float[] {0x1p64f}, all(DType.U64, ones));
    float[] values = new float[1];
    DType.F64.decode(Fixtures.u64(Double.doubleToRawLongBits(Math.PI)), 0, 8, values, 0, 1);
    assertEquals((float) Math.PI, values[0]);
  }

  @Test
  void bigEndianNumbersAreTurned() {
    byte[] stored = {0x40, 0x49, 0x0F, (byte) 0xDB, (byte) 0xBF, (byte) 0x80, 0, 0};
    float[] values = new float[2];
    BigEndian.of(DType.F32).decode(stored, 0, 4, values, 0, 2);
    assertArrayEquals(new float[] {(float) Math.PI, -1}, values);
    assertEquals(DType.I8, BigEndian.of(DType.I8));
  }

  /** Runs may begin and end within a block. */
  @Test
  void blocksOfSeveralElementsAreReadInAnyRun() throws IOException {
    byte[] bytes = new byte[30];
    new Random(3).nextBytes(bytes);
    for (DType dtype : new DType[] {DType.F4, DType.F6_E3M2, DType.I4}) {
      float[] values = new float[30 / dtype.bytes() * dtype.elements()];
      dtype.decode(bytes, 0, dtype.bytes(), values, 0, 30 / dtype.bytes());
      for (int cut = 0; cut < 2; cut++) {
        float[] some = Arrays.copyOf(values, values.length - cut);
        StoredTensor tensor =
            new StoredTensor(
                "t",
                "t",
                dtype,
                dtype.name(),
                Shape.of(some.length),
                Layout.AS_STORED,
                Extent.raw("f", 0, 30, dtype));
        Fixtures.assertRuns(tensor, new BytesSource("f", bytes), some);
      }
    }
  }

  @Test
  void otherIsRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> DType.OTHER.decode(new byte[4], 0, 4, new float[1], 0, 1));
  }
}
