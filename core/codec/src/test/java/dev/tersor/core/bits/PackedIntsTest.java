package dev.tersor.core.bits;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PackedIntsTest {
  static IntStream widths() {
    return IntStream.rangeClosed(1, 32);
  }

  private static int[] random(int count, int width, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return IntStream.range(0, count).map(i -> random.nextInt() >>> (32 - width)).toArray();
  }

  /** Bit by bit, as the class comment says. */
  private static byte[] literal(int[] values, int width) {
    byte[] packed = new byte[(values.length * width + 7) / 8];
    for (int i = 0; i < values.length; i++) {
      for (int bit = 0; bit < width; bit++) {
        int at = i * width + bit;
        packed[at / 8] |= (byte) ((values[i] >>> bit & 1) << (at % 8));
      }
    }
    return packed;
  }

  @ParameterizedTest
  @MethodSource("widths")
  void everyCountPacksLiterallyAndComesBack(int width) {
    for (int count = 0; count <= 130; count++) {
      int[] values = random(count, width, count);
      byte[] packed = PackedInts.pack(values, width);
      assertEquals(PackedInts.bytes(count, width), packed.length);
      assertArrayEquals(literal(values, width), packed, count + " values");
      assertArrayEquals(values, PackedInts.unpack(packed, count, width), count + " values");
    }
  }

  @ParameterizedTest
  @MethodSource("widths")
  void theLargestValuesAreHeld(int width) {
    int[] values = new int[77];
    Arrays.fill(values, -1 >>> (32 - width));
    assertArrayEquals(values, PackedInts.unpack(PackedInts.pack(values, width), 77, width));
  }

  @ParameterizedTest
  @MethodSource("widths")
  void aWrongLengthIsMalformed(int width) {
    byte[] packed = PackedInts.pack(random(19, width, 1), width);
    for (int length : new int[] {0, packed.length - 1, packed.length + 1, packed.length + 8}) {
      byte[] wrong = Arrays.copyOf(packed, length);
      assertThrows(MalformedInputException.class, () -> PackedInts.unpack(wrong, 19, width));
    }
  }

  @ParameterizedTest
  @MethodSource("widths")
  void everyFillingBitMustBeZero(int width) {
    for (int count = 1; count <= 8; count++) {
      int n = count;
      byte[] packed = PackedInts.pack(new int[n], width);
      for (int bit = n * width; bit < 8 * packed.length; bit++) {
        byte[] filled = packed.clone();
        filled[bit / 8] |= (byte) (1 << (bit % 8));
        MalformedInputException e =
            assertThrows(MalformedInputException.class, () -> PackedInts.unpack(filled, n, width));
        assertEquals(packed.length - 1, e.position());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("widths")
  void aValueThatIsTooWideIsRefused(int width) {
    if (width < 32) {
      for (int value : new int[] {1 << width, -1}) {
        assertThrows(
            IllegalArgumentException.class, () -> PackedInts.pack(new int[] {0, value}, width));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 33, Integer.MAX_VALUE})
  void widthsAreOneToThirtyTwo(int width) {
    assertThrows(IllegalArgumentException.class, () -> PackedInts.pack(new int[0], width));
    assertThrows(IllegalArgumentException.class, () -> PackedInts.unpack(new byte[0], 0, width));
  }

  @Test
  void sizesBeyondTwoGibibitsAreExact() {
    assertEquals(1L << 31, PackedInts.bytes(1L << 29, 32));
    assertEquals((1L << 30) + 1, PackedInts.bytes((1L << 33) + 1, 1));
  }
}
