package dev.tersor.core.symbol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EntropyTest {
  /** Sum of -log2 of each symbol's share. */
  private static double literal(int[] values) {
    Map<Integer, Integer> counts = new HashMap<>();
    for (int value : values) {
      counts.merge(value, 1, Integer::sum);
    }
    double bits = 0;
    for (int value : values) {
      bits -= Math.log((double) counts.get(value) / values.length) / Math.log(2);
    }
    return bits;
  }

  @Test
  void entropyIsTheLiteralOneAtEveryWidth() {
    SplittableRandom random = new SplittableRandom(1);
    for (int width = 1; width <= 32; width++) {
      int[] values = new int[3000];
      int spread = Math.min(width, 1 + random.nextInt(10));
      int high = 1 << (width - 1);
      Arrays.setAll(
          values, i -> random.nextInt(5) == 0 ? high : random.nextInt() >>> (32 - spread));
      Entropy.Statistics found = Entropy.of(new Symbols(values, width));
      assertEquals(literal(values), found.bits(), 1e-6, "width " + width);
      assertEquals(Arrays.stream(values).distinct().count(), found.alphabet());
    }
  }

  @Test
  void knownEntropies() {
    assertEquals(0, Entropy.bits(new long[] {}));
    assertEquals(0, Entropy.bits(new long[] {0, 0}));
    assertEquals(0, Entropy.bits(new long[] {0, 1_000_000_000_000L}));
    assertEquals(2, Entropy.bits(new long[] {1, 1}), 1e-12);
    assertEquals(8, Entropy.bits(new long[] {1, 1, 1, 1}), 1e-12);
    assertEquals(6, Entropy.bits(new long[] {2, 1, 1}), 1e-12);
  }

  @Test
  void constantAndEmptyStreamsHaveNone() {
    for (int width : new int[] {1, 16, 17, 32}) {
      Entropy.Statistics empty = Entropy.of(new Symbols(new int[0], width));
      assertEquals(new Entropy.Statistics(0, 0), empty);
      assertEquals(
          new Entropy.Statistics(1, 0), Entropy.of(new Symbols(new int[] {1, 1, 1}, width)));
    }
  }

  @Test
  void noCodeIsShorterAndHuffmanIsWithinABit() {
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < 50; i++) {
      int[] values = new int[2000];
      double scale = Math.exp(random.nextDouble() * 5);
      Arrays.setAll(values, j -> (int) Math.min(255, Math.abs(random.nextGaussian() * scale)));
      Symbols symbols = new Symbols(values, 8);
      double entropy = Entropy.of(symbols).bits();
      long coded = 8L * new Huffman().encode(symbols).payload().length;
      assertTrue(coded == 0 || coded >= entropy - 1e-6);
      assertTrue(coded <= entropy + values.length + 8);
    }
  }
}
