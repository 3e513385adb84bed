package dev.tersor.core.symbol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.bits.MalformedInputException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Coders of planes of bytes. */
class ByteCodersTest {
  private static byte[] normal(int count, Random random) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) Math.round(120 + 3 * random.nextGaussian());
    }
    return bytes;
  }

  /** Any reader of the coder rans reads what it writes. */
  @ParameterizedTest
  @ValueSource(ints = {2, 100, 1_023, 1_024, 32_767, 32_768, 100_001})
  void ransOfBytesIsRans(int count) {
    byte[] bytes = normal(count, new Random(count));
    bytes[0] = 7;
    int[] counts = new Symbols(Symbols.ofBytes(bytes, 8).values(), 8).frequencies();
    ByteRans coder = new ByteRans();
    for (int i = 0; i < 2; i++) {
      Coded coded = coder.encode(bytes, count, counts);
      if (count >= 32_768) {
        int[] values = Symbols.ofBytes(bytes, 8).values();
        byte[] literal = ChunkedRans.encode(values, RansFrequencies.of(counts), Chunks.GROUP);
        assertArrayEquals(literal, coded.payload());
      }
      assertEquals(Symbols.ofBytes(bytes, 8), new Rans().decode(coded, count, 8));
      byte[] back = new byte[count + 3];
      coder.decode(coded, back, count);
      assertArrayEquals(bytes, Arrays.copyOf(back, count));
      assertThrows(
          MalformedInputException.class, () -> coder.decode(coded, new byte[count + 1], count + 1));
    }
  }

  @Test
  void whatIsKnownMakesContextsSmaller() {
    Random random = new Random(1);
    byte[] known = normal(20_000, random);
    byte[] bytes = new byte[known.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (known[i] * 5 + random.nextInt(8));
    }
    byte[] alone = ByteContexts.encode(bytes, bytes.length, null);
    byte[] better = ByteContexts.encode(bytes, bytes.length, known);
    assertTrue(better.length < 0.7 * alone.length, better.length + " of " + alone.length);
    byte[] shifted = new byte[known.length + 5];
    System.arraycopy(known, 0, shifted, 5, known.length);
    byte[] back = new byte[bytes.length];
    ByteContexts.decode(better, back, back.length, shifted, 5);
    assertArrayEquals(bytes, back);
    ByteContexts.decode(alone, back, back.length, null, 0);
    assertArrayEquals(bytes, back);
    assertThrows(
        MalformedInputException.class,
        () -> ByteContexts.decode(better, new byte[20_001], 20_001, shifted, 4));
  }

  @Test
  void theExampleIsRight() {
    assertEquals(
        "ffb87c", HexFormat.of().formatHex(ByteContexts.encode(new byte[] {0, 1}, 2, null)));
  }

  @Test
  void framesAreOfSoManyBytes() {
    byte[] bytes = normal(5_000, new Random(2));
    byte[] frame = ByteZstandard.encode(bytes, 1_000, 3_000, 3);
    byte[] back = new byte[3_000];
    ByteZstandard.decode(frame, back, 3_000);
    assertArrayEquals(Arrays.copyOfRange(bytes, 1_000, 4_000), back);
    for (int count : new int[] {0, 2_999, 3_001}) {
      assertThrows(
          MalformedInputException.class, () -> ByteZstandard.decode(frame, new byte[4_000], count));
    }
    assertThrows(
        MalformedInputException.class, () -> ByteZstandard.decode(new byte[0], new byte[1], 1));
    byte[] longer = Arrays.copyOf(frame, frame.length + 1);
    assertThrows(
        MalformedInputException.class, () -> ByteZstandard.decode(longer, new byte[3_000], 3_000));
  }
}
