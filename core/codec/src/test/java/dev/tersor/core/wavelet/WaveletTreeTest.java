package dev.tersor.core.wavelet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tersor.core.bits.BitVectorForm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every shape in every form against a scan of the sequence. */
class WaveletTreeTest {
  private static final int[] LENGTHS = {
    0, 1, 2, 63, 64, 65, 127, 128, 255, 256, 257, 511, 512, 513, 4095, 4096, 4097
  };

  /** A tree's shape and the form of its bits. */
  record Kind(Shape shape, BitVectorForm form) {}

  static Stream<Kind> kinds() {
    List<Kind> kinds = new ArrayList<>();
    for (Shape shape : Shape.values()) {
      for (BitVectorForm form : BitVectorForm.values()) {
        if (shape != Shape.QUAD || form == BitVectorForm.BLOCKS) {
          kinds.add(new Kind(shape, form));
        }
      }
    }
    return kinds.stream();
  }

  private static int[] draw(int length, IntUnaryOperator symbol) {
    int[] symbols = new int[length];
    Arrays.setAll(symbols, symbol);
    return symbols;
  }

  private static WaveletTree tree(int[] symbols, int width, Kind kind) {
    WaveletTree tree = WaveletTree.of(symbols, width, kind.shape(), kind.form());
    return WaveletTree.open(tree.toBytes());
  }

  private static void assertIsAScan(int[] symbols, int width, Kind kind) {
    WaveletTree tree = tree(symbols, width, kind);
    assertEquals(symbols.length, tree.length());
    assertEquals(width, tree.width());
    int[] seen = new int[1 << width];
    for (int i = 0; i < symbols.length; i++) {
      int symbol = symbols[i];
      assertEquals(symbol, tree.access(i), "symbol " + i);
      assertEquals(seen[symbol], tree.rank(symbol, i), "rank at " + i);
      assertEquals(i, tree.select(symbol, seen[symbol]), "select");
      seen[symbol]++;
    }
    for (int symbol = 0; symbol < seen.length; symbol += 1 + seen.length / 300) {
      int s = symbol;
      assertEquals(seen[s], tree.count(s));
      assertEquals(seen[s], tree.rank(s, symbols.length));
      assertThrows(IndexOutOfBoundsException.class, () -> tree.select(s, seen[s]));
    }
    assertDecodes(tree, symbols, 0, symbols.length);
    SplittableRandom random = new SplittableRandom(symbols.length);
    for (int i = 0; i < 20; i++) {
      int from = random.nextInt(symbols.length + 1);
      assertDecodes(tree, symbols, from, random.nextInt(from, symbols.length + 1));
      assertDecodes(tree, symbols, from, Math.min(symbols.length, from + random.nextInt(70)));
    }
  }

  private static void assertDecodes(WaveletTree tree, int[] symbols, int from, int to) {
    int[] out = new int[to - from + 5];
    tree.decode(from, to, out, 3);
    assertArrayEquals(
        Arrays.copyOfRange(symbols, from, to), Arrays.copyOfRange(out, 3, 3 + to - from));
    assertEquals(0, out[2] | out[3 + to - from]);
    if (tree.width() <= 8) {
      byte[] bytes = new byte[to - from + 5];
      tree.decode(from, to, bytes, 3);
      for (int i = 0; i < bytes.length; i++) {
        assertEquals((byte) out[i], bytes[i]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void answersAsAScanDoes(Kind kind) {
    SplittableRandom random = new SplittableRandom(1);
    for (int length : LENGTHS) {
      int width = length < 1000 ? 4 : 3;
      assertIsAScan(draw(length, i -> skewed(random, width)), width, kind);
    }
  }

  /** Every symbol of a wide alphabet once: the tree has all nodes that it can have. */
  @ParameterizedTest
  @MethodSource("kinds")
  void fullTrees(Kind kind) {
    for (int width : new int[] {10, 11, 13, 16}) {
      int[] symbols = draw(1 << width, i -> i * 5 & (1 << width) - 1);
      WaveletTree tree = tree(symbols, width, kind);
      assertDecodes(tree, symbols, 0, symbols.length);
      assertDecodes(tree, symbols, 77, symbols.length - 300);
      for (int i = 0; i < symbols.length; i += 61) {
        assertEquals(symbols[i], tree.access(i));
      }
    }
  }

  private static int skewed(SplittableRandom random, int width) {
    return Math.min((1 << width) - 1, Integer.numberOfTrailingZeros(random.nextInt() | 1 << 30));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void everyWidthAndAlphabet(Kind kind) {
    SplittableRandom random = new SplittableRandom(2);
    for (int width = 1; width <= 16; width++) {
      int all = 1 << width;
      int length = width < 9 ? 700 : 300;
      assertIsAScan(draw(length, i -> random.nextInt(all)), width, kind);
      assertIsAScan(draw(length, i -> all - 1), width, kind);
      assertIsAScan(draw(length, i -> i % 2 == 0 ? 0 : all - 1), width, kind);
      assertIsAScan(draw(length, i -> all / 2 + random.nextInt(Math.min(3, all / 2))), width, kind);
    }
    for (int alphabet = 1; alphabet <= 20; alphabet++) {
      int distinct = alphabet;
      assertIsAScan(draw(200, i -> 3 * (i % distinct)), 6, kind);
    }
  }

  /** A code of the longest words: each symbol twice as rare as the one before. */
  @ParameterizedTest
  @MethodSource("kinds")
  void deepTrees(Kind kind) {
    int[] symbols = new int[1 << 15];
    for (int symbol = 1, from = 0; symbol < 15; from += symbols.length >>> symbol++) {
      Arrays.fill(symbols, from, symbols.length, symbol);
    }
    assertIsAScan(Arrays.copyOfRange(symbols, symbols.length - 6000, symbols.length), 4, kind);
    WaveletTree tree = tree(symbols, 4, kind);
    for (int i = 0; i < symbols.length; i += 97) {
      assertEquals(symbols[i], tree.access(i));
    }
  }

  /** Whole intervals of an inventory, and places far from where evenly spread ones would be. */
  @ParameterizedTest
  @MethodSource("kinds")
  void selectsAmongThousandsOfASymbol(Kind kind) {
    int[] symbols = new int[20_000];
    Arrays.fill(symbols, 1, 4097, 1);
    Arrays.fill(symbols, 9000, 17_192, 2);
    Arrays.fill(symbols, 17_192, 17_193, 3);
    symbols[12_000] = 3;
    symbols[12_001] = 5;
    WaveletTree tree = tree(symbols, 3, kind);
    int[] seen = new int[8];
    for (int i = 0; i < symbols.length; i++) {
      assertEquals(i, tree.select(symbols[i], seen[symbols[i]]++), "select");
    }
  }

  @Property(tries = 80, edgeCases = EdgeCasesMode.NONE)
  void anySequence(
      @ForAll @IntRange(min = 1, max = 16) int width,
      @ForAll @IntRange(max = 3000) int length,
      @ForAll @IntRange(max = 16) int spread,
      @ForAll Shape of,
      @ForAll BitVectorForm form,
      @ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int bits = Math.min(width, spread);
    int base = random.nextInt(1 << width) >>> bits << bits;
    Kind kind = new Kind(of, of == Shape.QUAD ? BitVectorForm.BLOCKS : form);
    assertIsAScan(draw(length, i -> base | random.nextInt(1 << bits)), width, kind);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void bytesAndIntegersMakeTheSameTree(Kind kind) {
    SplittableRandom random = new SplittableRandom(3);
    int[] symbols = draw(1000, i -> random.nextInt(256));
    byte[] bytes = new byte[symbols.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) symbols[i];
    }
    assertArrayEquals(
        WaveletTree.of(symbols, 8, kind.shape(), kind.form()).toBytes(),
        WaveletTree.of(bytes, 8, kind.shape(), kind.form()).toBytes());
    assertEquals(bytes[0], (byte) symbols[0], "the symbols are not touched");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void refusesWhatIsOutside(Kind kind) {
    WaveletTree tree = tree(draw(100, i -> i % 5), 3, kind);
    assertThrows(IndexOutOfBoundsException.class, () -> tree.access(-1));
    assertThrows(IndexOutOfBoundsException.class, () -> tree.access(100));
    assertThrows(IndexOutOfBoundsException.class, () -> tree.rank(1, -1));
    assertThrows(IndexOutOfBoundsException.class, () -> tree.rank(1, 101));
    assertThrows(IndexOutOfBoundsException.class, () -> tree.select(1, -1));
    assertThrows(IndexOutOfBoundsException.class, () -> tree.select(1, 20));
    assertThrows(IndexOutOfBoundsException.class, () -> tree.select(7, 0));
    for (int symbol : new int[] {-1, 8, 1 << 20}) {
      assertThrows(IllegalArgumentException.class, () -> tree.rank(symbol, 3));
      assertThrows(IllegalArgumentException.class, () -> tree.count(symbol));
      assertThrows(IllegalArgumentException.class, () -> tree.select(symbol, 0));
    }
    assertEquals(0, tree.rank(7, 100));
    byte[] out = new byte[10];
    assertThrows(IndexOutOfBoundsException.class, () -> tree.decode(-1, 3, out, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> tree.decode(95, 101, out, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> tree.decode(5, 4, out, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> tree.decode(0, 10, out, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> tree.decode(0, 10, new int[9], 0));
    WaveletTree wide = tree(draw(100, i -> i), 9, kind);
    assertThrows(IllegalArgumentException.class, () -> wide.decode(0, 1, out, 0));
    int[] symbols = {4};
    for (int width : new int[] {0, 2, 17}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> WaveletTree.of(symbols, width, kind.shape(), kind.form()));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> WaveletTree.of(symbols, 3, Shape.QUAD, BitVectorForm.SPARSE));
  }
}
