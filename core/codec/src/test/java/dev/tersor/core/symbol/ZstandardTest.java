package dev.tersor.core.symbol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.bits.MalformedInputException;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZstandardTest {
  private final Zstandard zstd = new Zstandard();

  private Coded assertRoundTrip(int[] values, int width) {
    Symbols symbols = new Symbols(values, width);
    Coded coded = zstd.encode(symbols);
    assertEquals(symbols, zstd.decode(coded, values.length, width));
    return coded;
  }

  private static int[] draw(int count, IntUnaryOperator symbol) {
    int[] values = new int[count];
    Arrays.setAll(values, symbol);
    return values;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 7, 8, 9, 16, 32})
  void repetitionsCostNothing(int width) {
    SplittableRandom random = new SplittableRandom(width);
    int[] once = draw(500, i -> random.nextInt() >>> (32 - width));
    Coded coded = assertRoundTrip(draw(50_000, i -> once[i % 500]), width);
    assertTrue(coded.payload().length < 500 * 4 + 200, coded.payload().length + " bytes");
  }

  /** A compressor of bytes sees symbols where they are whole bytes, or bytes are whole symbols. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 11, 16, 20, 32})
  void skewedSymbolsComeNearTheEntropy(int width) {
    SplittableRandom random = new SplittableRandom(1);
    Symbols symbols =
        new Symbols(
            draw(40_000, i -> random.nextInt(3) == 0 ? 0 : random.nextInt() >>> (32 - width)),
            width);
    Coded coded = assertRoundTrip(symbols.values(), width);
    assertEquals(width == 16 || width == 32 || 8 % width == 0 ? 0 : 1, coded.table()[0]);
    double least = width > 8 ? 40_000 * (0.92 + 2.0 / 3 * width) : Entropy.of(symbols).bits();
    double bits = 8.0 * coded.payload().length;
    assertTrue(bits < (width > 8 ? 1.25 : 1.15) * least, bits + " bits of " + least);
  }

  @Test
  void theFrameSaysNothingTwice() {
    Coded coded = assertRoundTrip(draw(20_000, i -> i % 13), 4);
    byte[] frame = coded.payload();
    assertEquals(0xFD2FB528, LittleEndian.getInt(frame, 0));
    // RFC 8878, 3.1.1.1.1: no content size, no single segment, no checksum, no dictionary.
    assertEquals(0, frame[4]);
    assertEquals(frame.length, Zstd.findFrameCompressedSize(frame));
  }

  @Test
  void wideSymbolsAreRefused() {
    for (int value : new int[] {16, -1}) {
      Symbols symbols = new Symbols(new int[] {value}, 4);
      assertThrows(IllegalArgumentException.class, () -> zstd.encode(symbols));
    }
  }

  /** Just above the entropy without repetitions, far below it with them. */
  @Test
  void theBoundFollowsAQuickLevel() {
    SplittableRandom random = new SplittableRandom(2);
    Symbols equal = new Symbols(draw(10_000, i -> random.nextInt(16)), 4);
    assertTrue(zstd.leastBits(equal) >= Entropy.of(equal).bits());
    assertTrue(zstd.leastBits(equal) <= 8.0 * zstd.encode(equal).payload().length);
    assertEquals(0, zstd.leastBits(new Symbols(new int[0], 4)));
    Symbols repeated = new Symbols(draw(10_000, i -> i * i % 257 & 15), 4);
    assertTrue(zstd.leastBits(repeated) <= 8.0 * zstd.encode(repeated).payload().length);
  }

  private void assertMalformed(byte[] table, byte[] payload, int count, int width) {
    MalformedInputException e =
        assertThrows(
            MalformedInputException.class,
            () -> zstd.decode(new Coded(table, payload), count, width));
    assertTrue(e.position() >= 0 && e.position() <= table.length + payload.length, e::toString);
  }

  @Test
  void aPayloadOfAnotherLengthIsMalformed() {
    for (int width : new int[] {3, 8, 16}) {
      SplittableRandom random = new SplittableRandom(width);
      Coded coded = assertRoundTrip(draw(2000, i -> i % 5 + random.nextInt(2)), width);
      byte[] table = coded.table();
      byte[] payload = coded.payload();
      for (int length = 0; length < payload.length; length++) {
        assertMalformed(table, Arrays.copyOf(payload, length), 2000, width);
      }
      assertMalformed(table, Arrays.copyOf(payload, payload.length + 1), 2000, width);
      for (int other : new int[] {0, 1, 1990, 2010, 3_000_000, Integer.MAX_VALUE}) {
        assertMalformed(table, payload, other, width);
      }
    }
  }

  /** A second frame, or one that decoders skip, is no part of a stream. */
  @Test
  void otherFramesAreMalformed() {
    Coded coded = assertRoundTrip(draw(1000, i -> i % 7), 8);
    byte[] frame = coded.payload();
    byte[] twice = Arrays.copyOf(frame, 2 * frame.length);
    System.arraycopy(frame, 0, twice, frame.length, frame.length);
    assertMalformed(coded.table(), twice, 2000, 8);
    byte[] skipped = Arrays.copyOf(frame, frame.length + 12);
    LittleEndian.putInt(skipped, frame.length, 0x184D2A50);
    LittleEndian.putInt(skipped, frame.length + 4, 4);
    assertMalformed(coded.table(), skipped, 1000, 8);
    byte[] alone = new byte[12];
    LittleEndian.putInt(alone, 0, 0x184D2A50);
    LittleEndian.putInt(alone, 4, 4);
    assertMalformed(coded.table(), alone, 1000, 8);
  }

  @Test
  void symbolsOutsideTheirWidthAreMalformed() {
    byte[] bytes = new byte[1000];
    bytes[500] = 8;
    assertMalformed(new byte[] {1}, Zstd.compress(bytes), 1000, 3);
    byte[] filling = new byte[(3 * 1001 + 7) / 8];
    filling[filling.length - 1] = (byte) 0x80;
    assertMalformed(new byte[] {0}, Zstd.compress(filling), 1001, 3);
  }

  @Test
  void unknownLayoutsAreMalformed() {
    Coded coded = assertRoundTrip(draw(1000, i -> i % 7), 8);
    assertMalformed(new byte[] {1}, coded.payload(), 1000, 9);
    assertMalformed(new byte[] {2}, coded.payload(), 1000, 3);
    assertMalformed(new byte[] {0, 0}, coded.payload(), 1000, 8);
    assertMalformed(new byte[0], coded.payload(), 1000, 8);
  }
}
