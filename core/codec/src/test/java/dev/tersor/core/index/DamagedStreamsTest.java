package dev.tersor.core.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams that the schemes of bit strings do not write. */
class DamagedStreamsTest {
  private static final int BITS = 4;

  /**
   * 300 weights, so that blocks of 15, 31 and 63 leave a rest, and no string of bits ends with a
   * symbol: the highest bit of the last one is filling.
   */
  private static Codes codes() {
    byte[] codes = new byte[300];
    for (int at : new int[] {0, 1, 4, 5, 9, 20, 38, 41, 59, 83, 111, 178, 270}) {
      codes[at] = (byte) (1 + at % 15);
    }
    return new Codes(Shape.of(300), codes, new Step(BITS, 1));
  }

  private static Split with(Split split, String name, int width, int... symbols) {
    List<Stream> streams = new ArrayList<>();
    for (Stream stream : split.streams()) {
      streams.add(
          stream.name().equals(name)
              ? new Stream(name, stream.role(), new Symbols(symbols, width))
              : stream);
    }
    return new Split(streams);
  }

  private static void assertMalformed(String scheme, Split split, long position) {
    IndexScheme index = IndexSchemes.ALL.get(scheme);
    MalformedInputException e =
        assertThrows(
            MalformedInputException.class, () -> index.join(Shape.of(300), BITS, split), scheme);
    assertEquals(position, e.position(), e::toString);
  }

  private static Split split(String scheme) {
    return IndexSchemes.ALL.get(scheme).split(codes());
  }

  private static int[] symbols(String scheme, String stream) {
    return split(scheme).symbols(stream, Role.INDEX).values();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rice/quotients",
        "rice/remainders",
        "golomb/quotients",
        "golomb/remainders",
        "elias-fano/high",
        "bitmap2/top",
        "rrr15/offsets",
        "rrr31/offsets",
        "rrr63/offsets"
      })
  void bitStringsEndWithTheirLastBit(String where) {
    String scheme = where.substring(0, where.indexOf('/'));
    String stream = where.substring(scheme.length() + 1);
    int[] symbols = symbols(scheme, stream);
    int[] longer = Arrays.copyOf(symbols, symbols.length + 1);
    int[] shorter = Arrays.copyOf(symbols, symbols.length - 1);
    int[] filled = symbols.clone();
    filled[symbols.length - 1] |= 0x80;
    for (int[] damaged : new int[][] {longer, shorter, filled}) {
      Split split = with(split(scheme), stream, 8, damaged);
      assertThrows(
          MalformedInputException.class,
          () -> IndexSchemes.ALL.get(scheme).join(Shape.of(300), BITS, split),
          where + Arrays.toString(damaged));
    }
  }

  @Test
  void divisorsAreThoseThatAreWritten() {
    for (int divisor : new int[] {0, -1, Integer.MIN_VALUE, 602, Integer.MAX_VALUE}) {
      assertMalformed("golomb", with(split("golomb"), "divisor", 32, divisor), 0);
      assertMalformed("rice", with(split("rice"), "divisor", 32, divisor), 0);
    }
    assertMalformed("rice", with(split("rice"), "divisor", 32, 3), 0);
  }

  @Test
  void aRankIsBelowTheNumberOfItsBlocks() {
    int[] classes = new int[20];
    classes[0] = 2;
    Split one = with(split("rrr15"), "classes", 4, classes);
    Split values = withValues(one, 5, 7);
    assertArrayEquals(
        new int[] {13, 14}, positions("rrr15", with(values, "offsets", 8, 104)), "C(15,2) = 105");
    assertMalformed("rrr15", with(values, "offsets", 8, 105), 0);
    classes[0] = 0;
    classes[19] = 1;
    assertArrayEquals(new int[] {299}, positions("rrr15", rank(values, classes, 14)));
  }

  @Test
  void theLastBlockEndsWithTheTensor() {
    int[] classes = new int[10];
    classes[9] = 1;
    Split one = withValues(with(split("rrr31"), "classes", 5, classes), 5);
    assertArrayEquals(new int[] {299}, positions("rrr31", with(one, "offsets", 8, 20)));
    assertMalformed("rrr31", with(one, "offsets", 8, 21), 9);
    Split masks = with(withValues(split("bitmap2"), 5), "top", 8, 0, 0, 4);
    assertArrayEquals(new int[] {299}, positions("bitmap2", with(masks, "masks", 16, 1 << 11)));
    assertMalformed("bitmap2", with(masks, "masks", 16, 1 << 12), 0);
  }

  @Test
  void aStoredBlockHasANonZero() {
    Split two = with(withValues(split("bitmap2"), 5), "top", 8, 3, 0, 0);
    assertMalformed("bitmap2", with(two, "masks", 16, 1, 0), 1);
    assertMalformed("bitmap2", with(two, "masks", 16, 1), 1);
    assertMalformed("bitmap2", with(with(two, "top", 8, 1, 0, 0), "masks", 16, 1, 1), 0);
    assertMalformed("bitmap2", with(two, "masks", 12, 1, 1), 0);
  }

  @Test
  void positionsOfEliasFanoAscend() {
    int[] low = symbols("elias-fano", "low");
    int width = split("elias-fano").symbols("low", Role.INDEX).width();
    int[] same = low.clone();
    same[1] = low[0];
    assertMalformed("elias-fano", with(split("elias-fano"), "low", width, same), 1);
  }

  @Test
  void aGapIsAtMostSixteenBitsWide() {
    int[] gaps = symbols("gap-best", "gaps");
    assertMalformed("gap-best", with(split("gap-best"), "gaps", 17, gaps), 0);
  }

  /** No other exception, and no tensor of another size. */
  @ParameterizedTest
  @ValueSource(
      strings = {"gap-best", "rice", "golomb", "elias-fano", "bitmap2", "rrr15", "rrr31", "rrr63"})
  void anyDamageIsMalformedOrDecodes(String scheme) {
    SplittableRandom random = new SplittableRandom(3);
    IndexScheme index = IndexSchemes.ALL.get(scheme);
    for (int round = 0; round < 2000; round++) {
      byte[] codes = new byte[random.nextInt(1, 500)];
      int spread = random.nextInt(1, 90);
      for (int at = random.nextInt(spread); at < codes.length; at += 1 + random.nextInt(spread)) {
        codes[at] = (byte) random.nextInt(1, 16);
      }
      Shape shape = Shape.of(codes.length);
      Split split = index.split(new Codes(shape, codes, new Step(BITS, 1)));
      assertArrayEquals(codes, index.join(shape, BITS, split));
      Stream victim = split.streams().get(random.nextInt(split.streams().size()));
      Symbols symbols = victim.symbols();
      int[] damaged = Arrays.copyOf(symbols.values(), symbols.count() + random.nextInt(2));
      if (damaged.length == 0) {
        continue;
      }
      int limit = symbols.width() == 32 ? Integer.MAX_VALUE : 1 << symbols.width();
      damaged[random.nextInt(damaged.length)] = random.nextInt(limit);
      Stream bad = new Stream(victim.name(), victim.role(), new Symbols(damaged, symbols.width()));
      List<Stream> streams = new ArrayList<>(split.streams());
      streams.set(streams.indexOf(victim), bad);
      try {
        assertEquals(codes.length, index.join(shape, BITS, new Split(streams)).length);
      } catch (MalformedInputException e) {
        assertTrue(e.position() >= 0, e::toString);
      }
    }
  }

  private static Split rank(Split split, int[] classes, int rank) {
    return with(with(withValues(split, 5), "classes", 4, classes), "offsets", 8, rank);
  }

  private static Split withValues(Split split, int... values) {
    return with(split, IndexScheme.VALUES, BITS, values);
  }

  private static int[] positions(String scheme, Split split) {
    byte[] codes = IndexSchemes.ALL.get(scheme).join(Shape.of(300), BITS, split);
    return new Codes(Shape.of(300), codes, new Step(BITS, 1)).nonZeroPositions();
  }
}
