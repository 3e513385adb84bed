package dev.tersor.core.bits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HalfTest {
  /** The number that 16 bits stand for, by the definition of IEEE 754. */
  private static double literal(int bits) {
    double sign = bits >>> 15 == 0 ? 1 : -1;
    int exponent = bits >>> 10 & 31;
    int mantissa = bits & 1023;
    if (exponent == 31) {
      return mantissa == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN;
    }
    return exponent == 0
        ? sign * mantissa * Math.pow(2, -24)
        : sign * (1 + mantissa / 1024.0) * Math.pow(2, exponent - 15);
  }

  @Test
  void everyNumberIsRead() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      assertEquals((float) literal(bits), Half.toFloat((short) bits));
    }
  }

  @Test
  void everyNumberIsItsOwnNearest() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float value = Half.toFloat((short) bits);
      if (!Float.isNaN(value)) {
        assertEquals((short) bits, Half.fromFloat(value), Integer.toHexString(bits));
      }
    }
    assertTrue(Float.isNaN(Half.toFloat(Half.fromFloat(Float.NaN))));
  }

  /** Between two neighbours the nearer one, in the middle the one with an even last bit. */
  @Test
  void whatLiesBetweenGoesToTheNearest() {
    for (int bits = 0; bits < 0x7BFF; bits++) {
      float low = Half.toFloat((short) bits);
      float high = Half.toFloat((short) (bits + 1));
      float middle = (low + high) / 2;
      int even = (bits & 1) == 0 ? bits : bits + 1;
      for (int sign : new int[] {1, -1}) {
        int mark = sign > 0 ? 0 : 0x8000;
        assertEquals((short) (even | mark), Half.fromFloat(sign * middle));
        assertEquals((short) (bits | mark), Half.fromFloat(sign * Math.nextDown(middle)));
        assertEquals((short) (bits + 1 | mark), Half.fromFloat(sign * Math.nextUp(middle)));
      }
    }
    assertEquals((short) 0x7BFF, Half.fromFloat(65519.996f));
    assertEquals((short) 0x7C00, Half.fromFloat(65520));
    assertEquals((short) 0xFC00, Half.fromFloat(-1e30f));
  }

  /** What is held changes by at most half a step, and no number becomes zero or infinite. */
  @Test
  void whatIsHeldIsNearAndNeitherZeroNorInfinite() {
    for (float held : new float[] {0, -0f, 65504, 65519.996f, 0x1.000002p-25f, 1e-5f, 3e-8f}) {
      assertTrue(Half.holds(held) && Half.holds(-held), "" + held);
    }
    for (float not : new float[] {65520, 70_000, 1e30f, 0x1p-25f, 1e-10f, Float.MIN_VALUE}) {
      assertFalse(Half.holds(not) || Half.holds(-not), "" + not);
    }
    for (int bits = 0; bits < 1 << 16; bits++) {
      assertTrue(Half.holds(Half.toFloat((short) bits)) || (bits & 0x7FFF) > 0x7C00);
    }
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 1_000_000; i++) {
      float value = Float.intBitsToFloat(random.nextInt());
      if (Half.holds(value) && Float.isFinite(value)) {
        float rounded = Half.rounded(value);
        double step = Math.max(0x1p-24, Math.ulp(rounded) * 0x1p13);
        assertTrue(Math.abs((double) value - rounded) <= step / 2, "" + value);
        assertTrue(Float.isFinite(rounded) && (rounded != 0 || value == 0), "" + value);
      }
    }
  }

  @Test
  void multiplesAreHeldWhereTheMantissaIsWhole() {
    assertTrue(Half.holdsMultiples(0.1f) && Half.holdsMultiples(-0x1p-14f));
    assertTrue(Half.holdsMultiples(0) && Half.holdsMultiples(3 * 0x1p-24f));
    assertFalse(Half.holdsMultiples(1e-7f) || Half.holdsMultiples(1e5f));
  }
}
