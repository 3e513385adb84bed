package dev.tersor.core.symbol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.bits.BitReader;
import dev.tersor.core.bits.HuffmanTable;
import dev.tersor.core.bits.MalformedInputException;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HuffmanTest {
  private final Huffman huffman = new Huffman();

  private Coded assertRoundTrip(int[] values, int width) {
    Symbols symbols = new Symbols(values, width);
    Coded coded = huffman.encode(symbols);
    assertEquals(symbols, huffman.decode(coded, values.length, width));
    return coded;
  }

  private static void shuffle(int[] values, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = values.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swap = values[i];
      values[i] = values[j];
      values[j] = swap;
    }
  }

  /** A symbol as often as its Fibonacci number: codes up to the limit of 20 bits. */
  private static int[] fibonacciStream(int distinct, int alphabet) {
    int[] frequencies = new int[distinct];
    int total = 0;
    for (int i = 0; i < distinct; i++) {
      frequencies[i] = i < 2 ? 1 : frequencies[i - 1] + frequencies[i - 2];
      total += frequencies[i];
    }
    int[] values = new int[total];
    int n = 0;
    for (int i = 0; i < distinct; i++) {
      int symbol = (int) ((long) i * (alphabet - 1) / (distinct - 1));
      Arrays.fill(values, n, n + frequencies[i], symbol);
      n += frequencies[i];
    }
    shuffle(values, distinct);
    return values;
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 8, 16})
  void codesUpToTheLimit(int width) {
    int[] values = fibonacciStream(25, 1 << width);
    Coded coded = assertRoundTrip(values, width);
    byte[] lengths = HuffmanTable.read(coded.table(), 1 << width);
    int subtables = 0;
    int longest = 0;
    for (byte length : lengths) {
      subtables += length > 11 ? 1 : 0;
      longest = Math.max(longest, length);
    }
    assertEquals(20, longest);
    assertTrue(subtables >= 8, subtables + " codes that are longer than the decoder's first index");
  }

  @Test
  void everySymbolOfA16BitAlphabet() {
    int[] values = new int[3 << 16];
    Arrays.setAll(values, i -> i & 0xFFFF);
    shuffle(values, 1);
    Coded coded = assertRoundTrip(values, 16);
    assertEquals(2 * values.length, coded.payload().length);
    SplittableRandom random = new SplittableRandom(2);
    Arrays.setAll(values, i -> i <= 0xFFFF ? i : random.nextInt(1 << random.nextInt(1, 17)));
    shuffle(values, 3);
    assertRoundTrip(values, 16);
  }

  /** The decoder's table against one that walks the canonical codes bit by bit. */
  @Test
  void thePayloadIsThePlainCanonicalCode() {
    SplittableRandom random = new SplittableRandom(4);
    int[] values = new int[20_000];
    Arrays.setAll(
        values,
        i -> (int) Math.min(4095, Math.abs(random.nextGaussian() * random.nextInt(1, 600))));
    Coded coded = assertRoundTrip(values, 12);
    byte[] lengths = HuffmanTable.read(coded.table(), 1 << 12);
    int[] codes = rfc1951(lengths);
    BitReader in = new BitReader(coded.payload());
    for (int value : values) {
      for (int bit = lengths[value] - 1; bit >= 0; bit--) {
        assertEquals(codes[value] >>> bit & 1, in.read(1, "code"));
      }
    }
    assertTrue(in.remainingBits() < 8);
  }

  /** RFC 1951, section 3.2.2, as printed there. */
  private static int[] rfc1951(byte[] lengths) {
    int[] perLength = new int[22];
    for (byte length : lengths) {
      perLength[length]++;
    }
    perLength[0] = 0;
    int[] next = new int[22];
    int code = 0;
    for (int bits = 1; bits <= 21; bits++) {
      code = (code + perLength[bits - 1]) << 1;
      next[bits] = code;
    }
    int[] codes = new int[lengths.length];
    for (int s = 0; s < lengths.length; s++) {
      codes[s] = lengths[s] > 0 ? next[lengths[s]]++ : 0;
    }
    return codes;
  }

  /** Streams of every end, some of one code a look-up and some of three, long codes among short. */
  @Test
  void everyEndOfAStreamIsDecoded() {
    SplittableRandom random = new SplittableRandom(6);
    for (int mean : new int[] {1, 4, 60, 2000}) {
      for (int count : new int[] {2, 40, 4080, 20_000}) {
        for (int more = 0; more < 17; more++) {
          int[] values = new int[count + more];
          Arrays.setAll(values, i -> (int) (-mean * Math.log(1 - random.nextDouble())));
          values[0] = 0;
          values[1] = 1;
          assertRoundTrip(values, 16);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 16})
  void emptyStreamsHaveNoBytesAtAll(int width) {
    Coded coded = assertRoundTrip(new int[0], width);
    assertEquals(0, coded.table().length);
    assertEquals(0, coded.payload().length);
    assertThrows(MalformedInputException.class, () -> huffman.decode(coded, 1, width));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 200, 65_535})
  void aStreamOfOneSymbolHasNoPayload(int symbol) {
    int[] values = new int[1000];
    Arrays.fill(values, symbol);
    Coded coded = assertRoundTrip(values, 16);
    assertEquals(0, coded.payload().length);
    assertThrows(MalformedInputException.class, () -> huffman.decode(coded, 0, 16));
    Coded longer = new Coded(coded.table(), new byte[1]);
    assertThrows(MalformedInputException.class, () -> huffman.decode(longer, 1000, 16));
  }

  @Test
  void wideStreamsAndWideSymbolsAreRefused() {
    assertTrue(huffman.accepts(new Symbols(new int[0], 16)));
    assertFalse(huffman.accepts(new Symbols(new int[0], 17)));
    for (int value : new int[] {16, -1}) {
      Symbols symbols = new Symbols(new int[] {value}, 4);
      assertThrows(IllegalArgumentException.class, () -> huffman.encode(symbols));
    }
  }

  @Test
  void codesThatAreNotCompleteAreMalformed() {
    byte[] payload = new byte[8];
    for (byte[] lengths : new byte[][] {{1, 2}, {1, 1, 1}, {2, 2, 2}, {1, 2, 3, 4}}) {
      Coded coded = new Coded(HuffmanTable.write(lengths), payload);
      assertThrows(
          MalformedInputException.class,
          () -> huffman.decode(coded, 10, 4),
          Arrays.toString(lengths));
    }
  }

  @Test
  void aPayloadOfAnotherLengthIsMalformed() {
    int[] values = new int[100];
    Arrays.setAll(values, i -> i % 7);
    Coded coded = assertRoundTrip(values, 3);
    for (int length : new int[] {0, 1, coded.payload().length - 1, coded.payload().length + 1}) {
      Coded wrong = new Coded(coded.table(), Arrays.copyOf(coded.payload(), length));
      assertThrows(MalformedInputException.class, () -> huffman.decode(wrong, 100, 3));
    }
    assertThrows(MalformedInputException.class, () -> huffman.decode(coded, 90, 3));
    assertThrows(MalformedInputException.class, () -> huffman.decode(coded, 110, 3));
    assertThrows(MalformedInputException.class, () -> huffman.decode(coded, 100, 2));
  }

  @Test
  void tablesOfEveryShapeComeBack() {
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 2000; i++) {
      byte[] lengths = new byte[random.nextInt(1, 700)];
      int at = 0;
      while (at < lengths.length) {
        int run = Math.min(lengths.length - at, random.nextInt(1, 1 << random.nextInt(1, 9)));
        byte length = (byte) (random.nextBoolean() ? 0 : random.nextInt(1, 21));
        Arrays.fill(lengths, at, at + run, length);
        at += run;
      }
      lengths[lengths.length - 1] = 20;
      assertArrayEquals(lengths, HuffmanTable.read(HuffmanTable.write(lengths), 700));
    }
  }
}
