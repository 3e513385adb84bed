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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runtime-accessible sequences: what their parameters mean, and what only they can get wrong. */
class RuntimeAccessibleTest {
  private static final int BITS = 4;

  private static Codes codes(Shape shape, int... nonZeros) {
    byte[] codes = new byte[(int) shape.size()];
    for (int at : nonZeros) {
      codes[at] = (byte) (1 + at % 15);
    }
    return new Codes(shape, codes, new Step(BITS, 1));
  }

  private static int[] symbols(Split split, String stream) {
    return split.streams().stream()
        .filter(s -> s.name().equals(stream))
        .findFirst()
        .orElseThrow()
        .symbols()
        .values();
  }

  @ParameterizedTest
  @CsvSource({
    "filter, 8x16x3x3, 144",
    "kernel, 8x16x3x3, 9",
    "kernel, 8x16x5, 5",
    "kernel, 8x16, 16",
    "filter, 8x16, 16",
    "filter, 12, 12",
    "kernel, 12, 12",
    "7, 8x16x3x3, 7",
    "2000, 8x16x3x3, 2000",
    "filter, 0x16, 1",
    "kernel, 0x3x2147483647x2147483647x4, 1"
  })
  void blocksAreFiltersKernelsOrNumbers(String block, String dims, int expected) {
    Shape shape = Shape.of(Arrays.stream(dims.split("x", -1)).mapToLong(Long::parseLong).toArray());
    Split split = IndexSchemes.parse("ras-block(block=" + block + ")").split(codes(shape));
    assertArrayEquals(new int[] {expected}, symbols(split, "block"));
  }

  @ParameterizedTest
  @CsvSource({
    "ras-block(block=filter), ras-block",
    "ras-block(block=9), ras-block(block=9)",
    "ras-block-sparse(block=kernel), ras-block-sparse(block=kernel)",
    "ras-literal(block=element), ras-literal",
    "ras-literal(block=filter), ras-literal(block=filter)"
  })
  void namesAreReadBack(String given, String name) {
    IndexScheme scheme = IndexSchemes.parse(given);
    assertEquals(name, scheme.name());
    assertEquals(scheme, IndexSchemes.parse(name));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ras-block(block=0)",
        "ras-block(block=-1)",
        "ras-block(block=row)",
        "ras-block(block=element)",
        "ras-block(block=3000000000)",
        "ras-block-sparse(block=)",
        "ras-literal(length=3)",
        "ras-element(block=3)"
      })
  void wrongParametersAreRefused(String given) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> IndexSchemes.parse(given));
    assertTrue(e.getMessage().contains("block") || e.getMessage().contains("length"));
  }

  @Test
  void onlyElementsAreFoundOneByOne() {
    assertEquals(Access.RANDOM, IndexSchemes.parse("ras-element").access());
    assertEquals(Access.PARALLEL, IndexSchemes.parse("ras-block").access());
    assertEquals(Access.SEQUENTIAL, IndexSchemes.parse("ras-element-sparse").access());
    assertEquals(Access.PARALLEL, IndexSchemes.parse("ras-block-sparse").access());
  }

  /** A gap too long for a coder's streams costs fillers, and leaves the width of 16 bits. */
  @ParameterizedTest
  @ValueSource(
      strings = {"ras-element-sparse", "ras-block-sparse", "ras-block-sparse(block=99999)"})
  void gapsOfMoreThanSixteenBitsAreBridged(String name) {
    IndexScheme scheme = IndexSchemes.parse(name);
    for (int first : new int[] {65_534, 65_535, 65_536, 65_537, 131_071, 131_072, 200_000}) {
      Codes codes = codes(Shape.of(1, 300_000), first, 299_999);
      Split split = scheme.split(codes);
      for (Stream stream : split.streams()) {
        assertTrue(
            stream.symbols().width() <= 16 || stream.symbols().count() == 1, stream::toString);
      }
      assertArrayEquals(codes.codes(), scheme.join(codes.shape(), BITS, split));
    }
  }

  @Test
  void widthsAreTheNarrowest() {
    IndexScheme sparse = IndexSchemes.parse("ras-element-sparse");
    assertEquals(1, width(sparse.split(codes(Shape.of(9))), "gaps"));
    assertEquals(1, width(sparse.split(codes(Shape.of(9), 1)), "gaps"));
    assertEquals(2, width(sparse.split(codes(Shape.of(9), 3)), "gaps"));
    assertEquals(3, width(sparse.split(codes(Shape.of(9), 4)), "gaps"));
    IndexScheme blocks = IndexSchemes.parse("ras-block-sparse(block=4)");
    // The same gap ends at the border of a block.
    assertEquals(2, width(blocks.split(codes(Shape.of(8), 7)), "gaps"));
    assertEquals(1, width(blocks.split(codes(Shape.of(8), 0, 4)), "tuples"));
    assertEquals(2, width(blocks.split(codes(Shape.of(8), 0, 1, 4)), "tuples"));
  }

  private static int width(Split split, String name) {
    return split.symbols(name, Role.INDEX).width();
  }

  /** Every block is decoded from its own tuples: exchanging two of them exchanges their weights. */
  @Test
  void blocksDecodeAlone() {
    Shape shape = Shape.of(2, 5);
    IndexScheme scheme = IndexSchemes.parse("ras-block-sparse");
    Split split = scheme.split(codes(shape, 1, 3, 6, 9));
    assertArrayEquals(new int[] {2, 2}, symbols(split, "tuples"));
    assertArrayEquals(new int[] {1, 1, 1, 2}, symbols(split, "gaps"));
    Split exchanged = with(with(split, "gaps", 2, 1, 2, 1, 1), "values", BITS, 7, 10, 2, 4);
    byte[] expected = {0, 7, 0, 0, 10, 0, 2, 0, 4, 0};
    assertArrayEquals(expected, scheme.join(shape, BITS, exchanged));
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

  private static void assertMalformed(String name, long position, String stream, int... symbols) {
    Shape shape = Shape.of(2, 5);
    IndexScheme scheme = IndexSchemes.parse(name);
    Split split = scheme.split(codes(shape, 1, 3, 6, 9));
    Role role = stream.equals("sequence") || stream.equals("values") ? Role.VALUE : Role.INDEX;
    Split damaged = with(split, stream, split.symbols(stream, role).width(), symbols);
    MalformedInputException e =
        assertThrows(MalformedInputException.class, () -> scheme.join(shape, BITS, damaged));
    assertEquals(position, e.position(), e::toString);
  }

  @Test
  void streamsThatNoneWritesAreMalformed() {
    for (String scheme : List.of("ras-element", "ras-element-sparse", "ras-literal")) {
      assertMalformed(scheme, 0, "flag", 1);
    }
    for (String scheme : List.of("ras-block", "ras-block-sparse", "ras-literal(block=5)")) {
      assertMalformed(scheme, 0, "flag", 0);
      assertMalformed(scheme, 0, "block", 0);
      assertMalformed(scheme, 0, "block", 4);
      assertMalformed(scheme, 0, "block", -1);
    }
    assertMalformed("ras-element", 0, "values", 1, 2, 3);
    assertMalformed("ras-element-sparse", 3, "gaps", 1, 1, 2, 3);
    assertMalformed("ras-element-sparse", 1, "values", 1, 0, 2, 3);
    // Gaps 1 1 | 1 2
    assertMalformed("ras-block-sparse", 1, "gaps", 1, 3, 1, 2);
    assertMalformed("ras-block-sparse", 1, "values", 1, 0, 2, 3);
    assertMalformed("ras-block-sparse", 2, "tuples", 2, 1);
    assertMalformed("ras-block-sparse", 1, "tuples", 2, 3);
    assertMalformed("ras-block-sparse", 0, "tuples", 2, 2, 0);
    int border = 17;
    int bar = 16;
    int[] sound = {0, 2, 0, 4, 0, bar, 0, 7, 0, 0, 10, border};
    for (int at : new int[] {0, 5, 11}) {
      for (int symbol : new int[] {3, bar, border}) {
        int[] bad = sound.clone();
        bad[at] = symbol;
        if (sound[at] != symbol && (at != 0 || symbol >= bar)) {
          assertMalformed("ras-literal(block=5)", at, "sequence", bad);
        }
      }
    }
    assertMalformed("ras-literal(block=5)", 0, "sequence", Arrays.copyOf(sound, 11));
  }

  @Test
  void tuplesOfABlockAreUnsigned() {
    Shape shape = Shape.of(2, 5);
    IndexScheme scheme = IndexSchemes.parse("ras-block-sparse");
    Split split = with(scheme.split(codes(shape, 1, 3, 6, 9)), "tuples", 32, -1, 5);
    assertThrows(MalformedInputException.class, () -> scheme.join(shape, BITS, split));
    Split wide = with(split, "gaps", 17, 1, 1, 1, 2);
    assertThrows(MalformedInputException.class, () -> scheme.join(shape, BITS, wide));
  }
}
