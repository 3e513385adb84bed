package dev.tersor.core.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** dCSR row by row is dCSR of each row by itself, group after group. */
class DcsrRowsTest {
  private static final int BITS = 5;

  private static Codes codes(int rows, int columns, double density, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] codes = new byte[rows * columns];
    for (int i = 0; i < codes.length; i++) {
      // Rows of their own densities, some of them empty.
      double own = density * (i / columns % 3);
      codes[i] = random.nextDouble() < own ? (byte) random.nextInt(1, 1 << BITS) : 0;
    }
    return new Codes(Shape.of(rows, columns), codes, new Step(BITS, 1));
  }

  /** Offset of a lane, extension masks included, as section III-A.2 puts it together. */
  private static int[] offsets(Split split, int groups) {
    int[] stored = split.values("offsets", Role.INDEX, 8);
    int[] tracking = split.values("tracking", Role.INDEX, 8);
    int[] masks = split.values("masks", Role.INDEX, 16);
    int[] offsets = new int[16 * groups];
    int used = 0;
    for (int g = 0; g < groups; g++) {
      int shift = g % 2 == 0 ? 4 : 0;
      int tracked = tracking[g / 2] >> shift & 15;
      for (int lane = 0; lane < 16; lane++) {
        offsets[16 * g + lane] = stored[16 * (g / 2) + lane] >> shift & 15;
      }
      for (int bit = 0; bit < 3; bit++) {
        if ((tracked >> bit & 1) != 0) {
          for (int lane = 0; lane < 16; lane++) {
            offsets[16 * g + lane] += (masks[used] >> lane & 1) << (4 + bit);
          }
          used++;
        }
      }
    }
    assertEquals(masks.length, used);
    return offsets;
  }

  @Test
  void eachRowIsThatOfItself() {
    for (String name : List.of("dcsr", "dcsr-absolute")) {
      IndexScheme flat = IndexSchemes.ALL.get(name);
      IndexScheme byRow = IndexSchemes.parse(name + "(by=row)");
      for (int seed = 0; seed < 12; seed++) {
        int columns = new int[] {7, 144, 600, 2304}[seed % 4];
        Codes codes = codes(5 + seed, columns, 0.02 + 0.03 * seed, seed);
        Split split = byRow.split(codes);
        int[] counts = split.streams().get(0).symbols().values();
        List<Integer> lanes = new ArrayList<>();
        List<Integer> bases = new ArrayList<>();
        List<Integer> values = new ArrayList<>();
        for (int row = 0; row < counts.length; row++) {
          byte[] part = Arrays.copyOfRange(codes.codes(), row * columns, (row + 1) * columns);
          Split alone = flat.split(new Codes(Shape.of(1, columns), part, codes.codebook()));
          assertEquals(alone.values("count", Role.INDEX, 32)[0], counts[row]);
          int groups = (counts[row] + 15) / 16;
          Arrays.stream(offsets(alone, groups)).forEach(lanes::add);
          signed(alone).forEach(bases::add);
          Arrays.stream(alone.values("values", Role.VALUE, BITS)).forEach(values::add);
        }
        assertArrayEquals(ints(lanes), offsets(split, lanes.size() / 16), name + " " + seed);
        assertEquals(bases, signed(split));
        assertArrayEquals(ints(values), split.values("values", Role.VALUE, BITS));
        assertArrayEquals(codes.codes(), byRow.join(codes.shape(), BITS, split));
      }
    }
  }

  private static int[] ints(List<Integer> numbers) {
    return numbers.stream().mapToInt(i -> i).toArray();
  }

  private static List<Integer> signed(Split split) {
    Stream stream =
        split.streams().stream()
            .filter(s -> s.name().equals("steps") || s.name().equals("bases"))
            .findFirst()
            .orElseThrow();
    int unused = 32 - stream.symbols().width();
    return Arrays.stream(stream.symbols().values())
        .map(s -> s << unused >> unused)
        .boxed()
        .toList();
  }

  @Test
  void countsTakeTheNarrowestWidth() {
    IndexScheme scheme = IndexSchemes.parse("dcsr(by=row)");
    for (int[] expected : new int[][] {{255, 8}, {256, 16}, {65_536, 32}}) {
      byte[] ones = new byte[expected[0]];
      Arrays.fill(ones, (byte) 1);
      Codes codes = new Codes(Shape.of(1, ones.length), ones, new Step(BITS, 1));
      assertEquals(expected[1], scheme.split(codes).streams().get(0).symbols().width());
    }
  }

  /** A lane that a damaged step leads into the next row is not taken for one of that row. */
  @Test
  void noLaneLeavesItsRow() {
    IndexScheme scheme = IndexSchemes.parse("dcsr(by=row)");
    byte[] weights = new byte[2 * 40];
    weights[30] = 3;
    weights[45] = 3;
    Codes codes = new Codes(Shape.of(2, 40), weights, new Step(BITS, 1));
    Split split = scheme.split(codes);
    assertArrayEquals(weights, scheme.join(codes.shape(), BITS, split));
    split.values("steps", Role.INDEX, 8)[0] = 45;
    MalformedInputException thrown =
        assertThrows(MalformedInputException.class, () -> scheme.join(codes.shape(), BITS, split));
    assertTrue(thrown.getMessage().contains("position 45 of 40"), thrown.getMessage());
    Split counted = scheme.split(codes);
    counted.streams().get(0).symbols().values()[1] = 41;
    assertTrue(
        assertThrows(MalformedInputException.class, () -> scheme.join(codes.shape(), BITS, counted))
            .getMessage()
            .contains("a row has 40"));
  }
}
