package dev.tersor.core.symbol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.bits.PackedInts;
import dev.tersor.core.quantize.Assignment;
import dev.tersor.core.quantize.CodebookFitters;
import dev.tersor.core.quantize.Points;
import dev.tersor.core.tensor.Codebook;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the coders that keep streams in wavelet trees promise beyond all coders. */
class WaveletCodersTest {
  /** The largest layer of ResNet34. */
  private static final int LAYER = 2_359_296;

  static Stream<StructureCoder> coders() {
    List<StructureCoder> structures = new ArrayList<>();
    for (SymbolCoder coder : SymbolCoders.ALL.all()) {
      if (coder instanceof StructureCoder structure) {
        structures.add(structure);
      }
    }
    return structures.stream();
  }

  @ParameterizedTest
  @MethodSource("coders")
  void queriesAnswerWithoutDecoding(StructureCoder coder) {
    assertTrue(coder.isStructure() && coder.isRandomAccess());
    SplittableRandom random = new SplittableRandom(1);
    for (int width = 1; width <= 16; width++) {
      for (int count : new int[] {0, 1, 3, 4, 5, 255, 1025}) {
        int spread = random.nextInt(width);
        int[] values = new int[count];
        Arrays.setAll(values, i -> random.nextInt() >>> (31 - spread));
        Coded coded = coder.encode(new Symbols(values, width));
        SymbolSequence sequence = coder.open(coded, count, width);
        assertEquals(count, sequence.count());
        assertEquals(width, sequence.width());
        for (int i = 0; i < count; i++) {
          assertEquals(values[i], sequence.access(i));
        }
        for (int i = 0; i < 10; i++) {
          int from = random.nextInt(count + 1);
          assertDecodes(sequence, values, from, random.nextInt(from, count + 1));
        }
        assertThrows(IndexOutOfBoundsException.class, () -> sequence.access(count));
        assertThrows(IndexOutOfBoundsException.class, () -> sequence.access(-1));
        int[] out = new int[2];
        assertThrows(
            IndexOutOfBoundsException.class, () -> sequence.decode(count, count + 1, out, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> sequence.decode(0, 0, out, 3));
      }
    }
  }

  private static void assertDecodes(SymbolSequence sequence, int[] values, int from, int to) {
    int[] expected = Arrays.copyOfRange(values, from, to);
    int[] out = new int[to - from + 2];
    sequence.decode(from, to, out, 1);
    assertArrayEquals(expected, Arrays.copyOfRange(out, 1, out.length - 1));
    assertEquals(0, out[0] | out[out.length - 1]);
    byte[] bytes = new byte[out.length];
    if (sequence.width() > 8) {
      assertThrows(IllegalArgumentException.class, () -> sequence.decode(from, to, bytes, 1));
      return;
    }
    sequence.decode(from, to, bytes, 1);
    for (int i = 0; i < bytes.length; i++) {
      assertEquals((byte) out[i], bytes[i]);
    }
  }

  @ParameterizedTest
  @MethodSource("coders")
  void equalSymbolsTakeNoBits(StructureCoder coder) {
    for (int width = 1; width <= 16; width++) {
      int[] values = new int[100_000];
      Coded empty = coder.encode(new Symbols(new int[0], width));
      assertEquals(0, empty.table().length + empty.payload().length);
      Arrays.fill(values, (1 << width) - 1);
      Coded coded = coder.encode(new Symbols(values, width));
      int bytes = coded.table().length + coded.payload().length;
      // The code table counts the symbols below the only one, 12 bits for 138 of them.
      assertTrue(
          bytes <= (width <= 8 ? 16 : 800) && coded.payload().length == 0,
          coder.name() + ": " + bytes);
    }
  }

  private static byte[] nearNormalCodes(int bits) {
    SplittableRandom random = new SplittableRandom(bits);
    float[] weights = new float[LAYER];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextGaussian();
    }
    Codebook codebook = CodebookFitters.ALL.get("uniform").fit(Points.ofNonZero(weights), bits, 0);
    return Assignment.codes(weights, codebook);
  }

  /** All directories and tables counted; 2 bits are paired, 8 bits split. */
  @ParameterizedTest
  @ValueSource(ints = {2, 4, 8})
  void theSmallTreeIsWithinTwoPercentOfTheEntropy(int bits) {
    Symbols symbols = Symbols.ofBytes(nearNormalCodes(bits), bits);
    Coded coded = SymbolCoders.ALL.get("wavelet").encode(symbols);
    double entropy = Entropy.of(symbols).bits() / 8;
    double bytes = coded.table().length + coded.payload().length;
    assertTrue(bytes <= 1.02 * entropy, bits + " bits: " + bytes / entropy);
    assertTrue(bytes >= entropy);
    assertTrue(bytes < PackedInts.bytes(LAYER, bits), "smaller than packed");
    assertTrue(coded.table().length < 200, "table of " + coded.table().length);
  }

  /** What a layer costs whatever its size, from a layer that is hardly there. */
  @ParameterizedTest
  @MethodSource("coders")
  void fixedCostIsUnderTwoKibibytes(StructureCoder coder) {
    for (int bits : new int[] {2, 4, 8}) {
      int[] values = new int[1 << bits];
      Arrays.setAll(values, i -> i);
      Coded coded = coder.encode(new Symbols(values, bits));
      int fixed = coded.table().length + coded.payload().length;
      assertTrue(fixed < 2048, coder.name() + ": " + fixed);
    }
  }

  /** Which low bits stay out of the tree follows from the stream. */
  @Test
  void lowBitsAreSplitOffWhereTheyAreNoise() {
    SmallWavelet coder = new SmallWavelet();
    byte[] near = nearNormalCodes(8);
    int low = coder.encode(Symbols.ofBytes(near, 8)).table()[0];
    assertTrue(low >= 3 && low <= 5, "low bits " + low);
    // Nine zeros of ten: the low bits are no noise.
    for (int i = 0; i < near.length; i++) {
      near[i] = i % 10 == 0 ? near[i] : 0;
    }
    Symbols sparse = Symbols.ofBytes(near, 8);
    assertEquals(0, coder.encode(sparse).table()[0]);
  }

  @Test
  void damageOfTheOuterPartsIsMalformed() {
    SmallWavelet coder = new SmallWavelet();
    SplittableRandom random = new SplittableRandom(2);
    int[] values = new int[1001];
    Arrays.setAll(values, i -> random.nextInt(256));
    Coded coded = coder.encode(new Symbols(values, 8));
    for (int low : new int[] {8, 9, 255}) {
      byte[] table = coded.table().clone();
      table[0] = (byte) low;
      assertMalformed(coder, new Coded(table, coded.payload()), 1001, 8);
    }
    assertMalformed(coder, new Coded(new byte[0], coded.payload()), 1001, 8);
    assertMalformed(coder, coded, Integer.MAX_VALUE, 8);
    Coded pairs = coder.encode(new Symbols(new int[] {1, 2, 3}, 2));
    coder.open(pairs, 4, 2);
    assertMalformed(coder, pairs, 5, 2);
    assertMalformed(coder, pairs, 2, 2);
    Coded filled = coder.encode(new Symbols(new int[] {1, 2, 3, 1}, 2));
    assertMalformed(coder, filled, 3, 2);
  }

  private static void assertMalformed(StructureCoder coder, Coded coded, int count, int width) {
    assertThrows(MalformedInputException.class, () -> coder.open(coded, count, width));
  }
}
