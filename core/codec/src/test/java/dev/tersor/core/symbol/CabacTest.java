package dev.tersor.core.symbol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.bits.MalformedInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CabacTest {
  private final Cabac cabac = new Cabac();

  private Coded assertRoundTrip(int[] values, int width) {
    Symbols symbols = new Symbols(values, width);
    Coded coded = cabac.encode(symbols);
    assertEquals(symbols, cabac.decode(coded, values.length, width));
    return coded;
  }

  private static int[] draw(int count, IntUnaryOperator symbol) {
    int[] values = new int[count];
    Arrays.setAll(values, symbol);
    return values;
  }

  /** Near-normal codes of two's complement. */
  private static int[] codes(int count, int width, double deviation, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int limit = (1 << (width - 1)) - 1;
    return draw(
        count,
        i -> {
          double code = Math.rint(random.nextGaussian() * deviation);
          return (int) Math.max(-limit, Math.min(limit, code)) & ((1 << width) - 1);
        });
  }

  private static Set<Binarisation> binarisations(int width) {
    Set<Binarisation> all = new HashSet<>();
    all.add(new Binarisation(Binarisation.Kind.TREE, 0, width));
    all.add(new Binarisation(Binarisation.Kind.SIGNED, 0, width));
    for (int centre : new int[] {0, 1, (1 << width) / 2, (1 << width) - 1}) {
      all.add(new Binarisation(Binarisation.Kind.CENTRED, centre, width));
    }
    return all;
  }

  /** Skewed, equally frequent, and extreme streams, with every binarisation. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 8, 11, 16})
  void theBytesAreThoseOfTheLiteralCoder(int width) {
    SplittableRandom random = new SplittableRandom(width);
    int most = (1 << width) - 1;
    for (int count : new int[] {1, 2, 3, 50, 700}) {
      List<int[]> streams = new ArrayList<>();
      streams.add(draw(count, i -> random.nextInt() >>> (32 - random.nextInt(1, width + 1))));
      streams.add(draw(count, i -> random.nextInt(most + 1)));
      streams.add(draw(count, i -> random.nextInt(50) == 0 ? random.nextInt(most + 1) : 0));
      streams.add(draw(count, i -> random.nextInt(50) == 0 ? 0 : most));
      streams.add(draw(count, i -> i < count / 2 ? most : 1));
      for (int[] values : streams) {
        for (Binarisation binarisation : binarisations(width)) {
          byte[] payload = CabacEncoder.encode(values, count, binarisation);
          assertArrayEquals(LiteralCabac.encode(values, width, binarisation), payload);
          int[] decoded = new int[count];
          CabacDecoder.decode(new Coded(new byte[0], payload), binarisation, decoded);
          assertArrayEquals(values, decoded, binarisation::toString);
        }
      }
    }
  }

  /** A carry through many bytes: long runs of the lower part, then of the upper. */
  @Test
  void carriesGoThroughWrittenBytes() {
    SplittableRandom random = new SplittableRandom(9);
    for (int i = 0; i < 300; i++) {
      int period = random.nextInt(2, 60);
      int[] values = draw(2000, at -> at % period == 0 ? random.nextInt(2) : at / 500 % 2);
      Binarisation tree = new Binarisation(Binarisation.Kind.TREE, 0, 1);
      assertArrayEquals(
          LiteralCabac.encode(values, 1, tree), CabacEncoder.encode(values, values.length, tree));
    }
  }

  @Test
  void magnitudesAndSymbolsAreInverse() {
    for (int width = 1; width <= 9; width++) {
      for (Binarisation binarisation : binarisations(width)) {
        for (int symbol = 1; symbol < 1 << width; symbol++) {
          assertEquals(symbol, binarisation.symbol(binarisation.magnitude(symbol)));
        }
        assertEquals(0, binarisation.magnitude(0));
        int found = 0;
        for (int magnitude = -2 << width; magnitude <= 2 << width; magnitude++) {
          found += magnitude != 0 && binarisation.symbol(magnitude) > 0 ? 1 : 0;
        }
        assertEquals((1 << width) - 1, found, binarisation::toString);
      }
    }
  }

  /** What suits two's complement codes, ranks of values, run lengths, and sets of bits. */
  @Test
  void theBinarisationFollowsTheStream() {
    SplittableRandom random = new SplittableRandom(1);
    assertKind(Binarisation.Kind.SIGNED, codes(9000, 8, 20, 1), 8);
    int[] ranks =
        draw(
            9000,
            i -> {
              double spread = 4 << (i / 576 % 4);
              return 128 + (int) Math.max(-100, Math.min(99, random.nextGaussian() * spread));
            });
    Binarisation ofRanks = assertKind(Binarisation.Kind.CENTRED, ranks, 8);
    assertTrue(Math.abs(ofRanks.number() - 127) < 5, ofRanks::toString);
    int[] gaps = draw(9000, i -> (int) (Math.log(1 - random.nextDouble()) / Math.log(0.97)));
    assertEquals(0, assertKind(Binarisation.Kind.CENTRED, gaps, 12).number());
    int[] masks = draw(40_000, i -> (random.nextInt() >>> 8) & random.nextInt(256));
    assertKind(Binarisation.Kind.TREE, masks, 8);
  }

  private Binarisation assertKind(Binarisation.Kind kind, int[] values, int width) {
    Binarisation read = Binarisation.read(assertRoundTrip(values, width).table(), width);
    assertEquals(kind, read.kind());
    return read;
  }

  /** Independent symbols: the entropy, and the price of learning the frequencies. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 6, 8})
  void independentCodesTakeTheirEntropy(int width) {
    int[] values = codes(150_000, width, Math.max(0.6, (1 << width) / 9.0), width);
    if (width == 1) {
      values = draw(150_000, i -> (i * 0x9E3779B9) >>> 29 == 0 ? 1 : 0);
    }
    double entropy = Entropy.of(new Symbols(values, width)).bits();
    double bits = 8.0 * assertRoundTrip(values, width).payload().length;
    assertTrue(bits <= 1.006 * entropy, bits + " bits, entropy " + entropy);
  }

  /** What no code of single symbols can have: filters of other spreads, weights in clusters. */
  @Test
  void neighboursAreUsed() {
    SplittableRandom random = new SplittableRandom(5);
    int[] filters =
        draw(
            150_000,
            i -> {
              double spread = 1 << (i / 576 * 7 % 4);
              return (int) Math.max(-127, Math.min(127, random.nextGaussian() * 4 * spread)) & 0xFF;
            });
    double entropy = Entropy.of(new Symbols(filters, 8)).bits();
    double bits = 8.0 * assertRoundTrip(filters, 8).payload().length;
    assertTrue(bits < 0.98 * entropy, bits + " bits, entropy " + entropy);
    int[] clustered = draw(150_000, i -> i / 40 % 5 == 0 ? random.nextInt(16) : 0);
    double order0 = Entropy.of(new Symbols(clustered, 4)).bits();
    double coded = 8.0 * assertRoundTrip(clustered, 4).payload().length;
    assertTrue(coded < 0.75 * order0, coded + " bits, entropy " + order0);
  }

  @Test
  void emptyAndConstantStreamsHaveNoPayload() {
    Coded empty = assertRoundTrip(new int[0], 4);
    assertEquals(0, empty.table().length + empty.payload().length);
    assertThrows(MalformedInputException.class, () -> cabac.decode(empty, 1, 4));
    for (int symbol : new int[] {0, 7, 65_535}) {
      Coded constant = assertRoundTrip(draw(5000, i -> symbol), 16);
      assertEquals(3, constant.table().length);
      assertEquals(0, constant.payload().length);
      assertThrows(MalformedInputException.class, () -> cabac.decode(constant, 0, 16));
      Coded longer = new Coded(constant.table(), new byte[1]);
      assertThrows(MalformedInputException.class, () -> cabac.decode(longer, 5000, 16));
    }
  }

  /** Nearly constant streams: the least that a symbol can take. */
  @Test
  void aSymbolInAMillion() {
    for (int other : new int[] {0, 999_999, 1_500_000}) {
      Coded coded = assertRoundTrip(draw(1_500_001, i -> i == other ? 1 : 0), 8);
      assertTrue(coded.payload().length < 100, coded.payload().length + " bytes");
    }
  }

  @Test
  void wideStreamsAndWideSymbolsAreRefused() {
    assertTrue(cabac.accepts(new Symbols(new int[0], 16)));
    assertFalse(cabac.accepts(new Symbols(new int[0], 17)));
    for (int value : new int[] {16, -1}) {
      Symbols symbols = new Symbols(new int[] {value}, 4);
      assertThrows(IllegalArgumentException.class, () -> cabac.encode(symbols));
    }
  }

  private void assertMalformed(Coded coded, int count, int width) {
    MalformedInputException e =
        assertThrows(MalformedInputException.class, () -> cabac.decode(coded, count, width));
    int end = coded.table().length + coded.payload().length;
    assertTrue(e.position() >= 0 && e.position() <= end, e::toString);
  }

  @Test
  void aPayloadOfAnotherLengthIsMalformed() {
    for (int[] values : new int[][] {codes(700, 8, 30, 2), draw(700, i -> i * i % 7)}) {
      Coded coded = assertRoundTrip(values, 8);
      for (int length = 0; length < coded.payload().length; length++) {
        assertMalformed(new Coded(coded.table(), Arrays.copyOf(coded.payload(), length)), 700, 8);
      }
      for (int more = 1; more <= 9; more++) {
        byte[] longer = Arrays.copyOf(coded.payload(), coded.payload().length + more);
        assertMalformed(new Coded(coded.table(), longer), 700, 8);
      }
      for (int other : new int[] {0, 1, 600, 800, 30_000_000, Integer.MAX_VALUE}) {
        assertMalformed(coded, other, 8);
      }
    }
  }

  /** Decoding wrong bits leads nearly always to another end than the encoder's. */
  @Test
  void damagedPayloadsAreFound() {
    int[] values = codes(500, 6, 8, 3);
    Coded coded = assertRoundTrip(values, 6);
    int found = 0;
    int bits = 8 * coded.payload().length;
    for (int bit = 0; bit < bits; bit++) {
      byte[] payload = coded.payload().clone();
      payload[bit >>> 3] ^= (byte) (1 << (bit & 7));
      try {
        int[] other = cabac.decode(new Coded(coded.table(), payload), 500, 6).values();
        assertFalse(Arrays.equals(values, other));
      } catch (MalformedInputException e) {
        assertTrue(e.position() >= coded.table().length, e::toString);
        found++;
      }
    }
    assertTrue(found > 0.95 * bits, found + " of " + bits + " found");
  }

  @Test
  void damagedTablesAreMalformed() {
    int[] values = codes(100, 8, 30, 4);
    Coded coded = assertRoundTrip(values, 8);
    assertEquals(1, coded.table().length);
    assertMalformed(new Coded(new byte[0], coded.payload()), 100, 8);
    assertMalformed(new Coded(new byte[] {1, 0}, coded.payload()), 100, 8);
    assertMalformed(new Coded(new byte[] {5}, coded.payload()), 100, 8);
    assertMalformed(new Coded(new byte[] {2}, coded.payload()), 100, 8);
    assertMalformed(new Coded(new byte[] {2, 0x40}, coded.payload()), 100, 8);
  }
}
