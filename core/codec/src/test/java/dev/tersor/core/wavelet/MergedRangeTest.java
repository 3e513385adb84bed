package dev.tersor.core.wavelet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.bits.BitVectorForm;
import dev.tersor.core.bits.IncubatorModule;
import dev.tersor.core.bits.MalformedInputException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Long ranges from the leaves up, with the Vector API, which tests do without otherwise. */
class MergedRangeTest {
  private final String before = System.getProperty(IncubatorModule.PROPERTY, "");

  @BeforeEach
  void on() {
    System.setProperty(IncubatorModule.PROPERTY, "on");
    assertTrue(IncubatorModule.isPresent(), "the tests' JVM has the module");
  }

  @AfterEach
  void restore() {
    System.setProperty(IncubatorModule.PROPERTY, before);
  }

  private static Merge merge() {
    return IncubatorModule.instance("dev.tersor.core.wavelet.VectorMerge", Merge.class);
  }

  @Test
  void mergesAsSymbolBySymbol() {
    SplittableRandom random = new SplittableRandom(3);
    Merge merge = merge();
    for (int round = 0; round < 400; round++) {
      int count = 1 + random.nextInt(300);
      double share = random.nextInt(5) / 4.0;
      long[] ones = new long[(count >>> 6) + 1];
      byte[] from = new byte[count + 7 + Merge.SLACK];
      random.nextBytes(from);
      for (int i = 0; i < count; i++) {
        ones[i >>> 6] |= random.nextDouble() < share ? 1L << i : 0;
      }
      int second = 7 + count - Arrays.stream(ones).map(Long::bitCount).mapToInt(n -> (int) n).sum();
      byte[] expected = new byte[count];
      int left = 7;
      int right = second;
      for (int i = 0; i < count; i++) {
        expected[i] = (ones[i >>> 6] >>> i & 1) != 0 ? from[right++] : from[left++];
      }
      byte[] to = new byte[5 + count + Merge.SLACK];
      merge.merge(ones, count, from, 7, second, to, 5);
      assertArrayEquals(expected, Arrays.copyOfRange(to, 5, 5 + count));
    }
  }

  @Test
  void mergesFourAsSymbolBySymbol() {
    SplittableRandom random = new SplittableRandom(4);
    Merge merge = merge();
    for (int round = 0; round < 400; round++) {
      int count = 1 + random.nextInt(300);
      int most = 1 + random.nextInt(4);
      long[] high = new long[(count >>> 6) + 1];
      long[] low = new long[(count >>> 6) + 1];
      byte[] from = new byte[count + 7 + Merge.SLACK];
      random.nextBytes(from);
      int[] digits = random.ints(count, 0, most).toArray();
      int[] starts = new int[5];
      starts[0] = 7;
      for (int i = 0; i < count; i++) {
        high[i >>> 6] |= (digits[i] >>> 1 & 1L) << i;
        low[i >>> 6] |= (digits[i] & 1L) << i;
        starts[digits[i] + 1]++;
      }
      Arrays.parallelPrefix(starts, Integer::sum);
      byte[] symbols = {3, 1, 4, 15};
      byte[] merged = new byte[count];
      byte[] spelled = new byte[count];
      int[] next = starts.clone();
      for (int i = 0; i < count; i++) {
        merged[i] = from[next[digits[i]]++];
        spelled[i] = symbols[digits[i]];
      }
      byte[] to = new byte[5 + count + Merge.SLACK];
      merge.mergeFour(high, low, count, from, starts, to, 5);
      assertArrayEquals(merged, Arrays.copyOfRange(to, 5, 5 + count));
      merge.spellFour(symbols, high, low, count, to, 5);
      assertArrayEquals(spelled, Arrays.copyOfRange(to, 5, 5 + count));
    }
  }

  private static List<BitVectorForm> forms(Shape shape) {
    return shape == Shape.QUAD ? List.of(BitVectorForm.BLOCKS) : List.of(BitVectorForm.values());
  }

  @ParameterizedTest
  @EnumSource(Shape.class)
  void decodesAsAccess(Shape shape) {
    SplittableRandom random = new SplittableRandom(2);
    for (BitVectorForm form : forms(shape)) {
      for (int width = 1; width <= 8; width++) {
        int alphabet = 1 << width;
        byte[] symbols = new byte[9001];
        for (int i = 0; i < symbols.length; i++) {
          int all = i < 4500 ? alphabet : alphabet / 2 + 1;
          symbols[i] = (byte) (random.nextInt(4) == 0 ? random.nextInt(all) : i % 3 % all);
        }
        WaveletTree tree = WaveletTree.of(symbols, width, shape, form);
        for (int length : new int[] {63, 64, 65, 129, 1023, 4096, 4097, 9001}) {
          int from = random.nextInt(symbols.length - length + 1);
          byte[] out = new byte[length + 4];
          Arrays.fill(out, (byte) -1);
          tree.decode(from, from + length, out, 2);
          assertArrayEquals(
              Arrays.copyOfRange(symbols, from, from + length),
              Arrays.copyOfRange(out, 2, 2 + length),
              shape + " " + form + " of " + width);
          assertEquals(-4, out[0] + out[1] + out[length + 2] + out[length + 3]);
        }
      }
    }
  }

  /** Wider symbols have bytes that stand for them, unless there are too many. */
  @ParameterizedTest
  @EnumSource(Shape.class)
  void decodesWideSymbols(Shape shape) {
    SplittableRandom random = new SplittableRandom(6);
    for (int width : new int[] {3, 8, 9, 12, 16}) {
      for (int used : new int[] {1, 2, 200, 256, 257, 300}) {
        int[] alphabet = random.ints(used, 0, 1 << width).toArray();
        int[] symbols = new int[5000];
        Arrays.setAll(symbols, i -> alphabet[i < used ? i : random.nextInt(used)]);
        WaveletTree tree = WaveletTree.of(symbols, width, shape, BitVectorForm.BLOCKS);
        for (int length : new int[] {64, 500, 5000}) {
          int from = random.nextInt(symbols.length - length + 1);
          int[] out = new int[length + 2];
          Arrays.fill(out, -1);
          tree.decode(from, from + length, out, 1);
          assertArrayEquals(
              Arrays.copyOfRange(symbols, from, from + length),
              Arrays.copyOfRange(out, 1, 1 + length),
              shape + " of " + width + " with " + used);
          assertEquals(-2, out[0] + out[length + 1]);
        }
      }
    }
  }

  @Test
  void severalThreadsAtOnce() {
    byte[] symbols = new byte[20_000];
    new Random(7).nextBytes(symbols);
    WaveletTree tree = WaveletTree.of(symbols, 8, Shape.MATRIX, BitVectorForm.BLOCKS);
    assertTrue(
        IntStream.range(0, 400)
            .parallel()
            .allMatch(
                i -> {
                  byte[] out = new byte[1000];
                  tree.decode(i, i + out.length, out, 0);
                  return Arrays.equals(symbols, i, i + out.length, out, 0, out.length);
                }));
  }

  /** Damaged trees are found out when they are opened, or give some symbols. */
  @ParameterizedTest
  @EnumSource(
      value = Shape.class,
      names = {"HUFFMAN", "QUAD"})
  void damagedTrees(Shape shape) {
    SplittableRandom random = new SplittableRandom(5);
    byte[] symbols = new byte[2000];
    for (int i = 0; i < symbols.length; i++) {
      symbols[i] = (byte) Math.min(15, Integer.numberOfTrailingZeros(random.nextInt() | 1 << 20));
    }
    byte[] stored = WaveletTree.of(symbols, 4, shape, forms(shape).get(0)).toBytes();
    int opened = 0;
    for (int round = 0; round < 3000; round++) {
      byte[] damaged = stored.clone();
      damaged[random.nextInt(stored.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        WaveletTree tree = WaveletTree.open(damaged);
        opened++;
        if (tree.width() <= Byte.SIZE) {
          tree.decode(0, tree.length(), new byte[tree.length()], 0);
        }
      } catch (MalformedInputException e) {
        assertTrue(e.position() >= 0 && e.position() <= damaged.length, e.getMessage());
      }
    }
    assertTrue(opened < 3000, "no damage was found");
  }
}
