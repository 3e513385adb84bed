package dev.tersor.core.bits;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodeLengthsTest {
  private static long cost(int[] frequencies, byte[] lengths) {
    long cost = 0;
    for (int s = 0; s < frequencies.length; s++) {
      cost += (long) frequencies[s] * lengths[s];
    }
    return cost;
  }

  private static void assertComplete(int[] frequencies, byte[] lengths, int limit) {
    long kraft = 0;
    for (int s = 0; s < frequencies.length; s++) {
      assertEquals(frequencies[s] > 0, lengths[s] > 0, "symbol " + s);
      assertTrue(lengths[s] <= limit, "length " + lengths[s]);
      kraft += lengths[s] > 0 ? 1L << (limit - lengths[s]) : 0;
    }
    assertEquals(1L << limit, kraft, "Kraft sum");
  }

  /** Huffman's algorithm in its plainest form: the sum of all merged weights. */
  private static long literalCost(int[] frequencies) {
    PriorityQueue<Long> nodes = new PriorityQueue<>();
    for (int frequency : frequencies) {
      if (frequency > 0) {
        nodes.add((long) frequency);
      }
    }
    long cost = 0;
    while (nodes.size() > 1) {
      long merged = nodes.remove() + nodes.remove();
      cost += merged;
      nodes.add(merged);
    }
    return cost;
  }

  /** The least cost of lengths up to {@code limit} by trying every vector of them. */
  private static long bruteForce(int[] frequencies, int limit, int symbol, long room) {
    if (symbol == frequencies.length) {
      return 0;
    }
    long best = Long.MAX_VALUE;
    for (int length = 1; length <= limit; length++) {
      long share = 1L << (limit - length);
      if (share <= room) {
        long rest = bruteForce(frequencies, limit, symbol + 1, room - share);
        if (rest < Long.MAX_VALUE) {
          best = Math.min(best, rest + (long) length * frequencies[symbol]);
        }
      }
    }
    return best;
  }

  @Test
  void smallAlphabetsAreOptimalUnderEveryLimit() {
    SplittableRandom random = new SplittableRandom(1);
    for (int n = 2; n <= 6; n++) {
      for (int limit = 32 - Integer.numberOfLeadingZeros(n - 1); limit <= 6; limit++) {
        for (int i = 0; i < 20; i++) {
          int[] frequencies = new int[n];
          for (int s = 0; s < n; s++) {
            frequencies[s] = 1 + random.nextInt(1 << random.nextInt(1, 12));
          }
          byte[] lengths = CodeLengths.of(frequencies, limit);
          assertComplete(frequencies, lengths, limit);
          assertEquals(
              bruteForce(frequencies, limit, 0, 1L << limit),
              cost(frequencies, lengths),
              Arrays.toString(frequencies) + " limit " + limit);
        }
      }
    }
  }

  @Test
  void largeAlphabetsCostWhatHuffmansTreeCosts() {
    SplittableRandom random = new SplittableRandom(2);
    for (int n : new int[] {2, 3, 100, 4096, 65_536}) {
      int[] frequencies = new int[n];
      for (int s = 0; s < n; s++) {
        frequencies[s] = random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(1000);
      }
      frequencies[0] = 1;
      frequencies[n - 1] = 1_000_000;
      byte[] lengths = CodeLengths.of(frequencies, 40);
      assertComplete(frequencies, lengths, 40);
      assertEquals(literalCost(frequencies), cost(frequencies, lengths), n + " symbols");
    }
  }

  /** Fibonacci frequencies have the deepest tree there is: n - 1 levels. */
  private static int[] fibonacci(int n) {
    int[] frequencies = new int[n];
    for (int s = 0; s < n; s++) {
      frequencies[s] = s < 2 ? 1 : frequencies[s - 1] + frequencies[s - 2];
    }
    return frequencies;
  }

  /**
   * The least cost by dynamic programming over the tree's levels: with {@code open} nodes at a
   * level, some become leaves of the heaviest symbols left and the others have two children each; a
   * step down costs one bit of every symbol that is left. Frequencies ascend.
   */
  private static long levelByLevel(int[] frequencies, int limit) {
    int n = frequencies.length;
    long[] left = new long[n + 1];
    for (int assigned = n - 1; assigned >= 0; assigned--) {
      left[assigned] = left[assigned + 1] + frequencies[n - 1 - assigned];
    }
    long[][] best = new long[n + 1][n + 1];
    for (long[] row : best) {
      Arrays.fill(row, Long.MAX_VALUE);
    }
    best[0][1] = 0;
    long optimum = Long.MAX_VALUE;
    for (int level = 0; level <= limit; level++) {
      long[][] next = new long[n + 1][n + 1];
      for (long[] row : next) {
        Arrays.fill(row, Long.MAX_VALUE);
      }
      for (int assigned = 0; assigned <= n; assigned++) {
        for (int open = 0; open <= n; open++) {
          for (int leaves = 0; leaves <= Math.min(open, n - assigned); leaves++) {
            long cost = best[assigned][open];
            int then = assigned + leaves;
            if (cost < Long.MAX_VALUE && then == n) {
              optimum = Math.min(optimum, cost);
            } else if (cost < Long.MAX_VALUE) {
              int below = Math.min(n, 2 * (open - leaves));
              next[then][below] = Math.min(next[then][below], cost + left[then]);
            }
          }
        }
      }
      best = next;
    }
    return optimum;
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 6, 8, 11, 15, 20, 28})
  void limitedLengthsAreOptimalForFibonacciFrequencies(int limit) {
    int[] frequencies = fibonacci(30);
    byte[] lengths = CodeLengths.of(frequencies, limit);
    assertComplete(frequencies, lengths, limit);
    assertEquals(levelByLevel(frequencies, limit), cost(frequencies, lengths));
  }

  @Test
  void limitedLengthsAreOptimalForRandomSkewedFrequencies() {
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 40; i++) {
      int[] frequencies = new int[random.nextInt(17, 30)];
      for (int s = 0; s < frequencies.length; s++) {
        frequencies[s] = 1 + random.nextInt(1 << random.nextInt(1, 25));
      }
      Arrays.sort(frequencies);
      for (int limit = 5; limit <= 8; limit++) {
        byte[] lengths = CodeLengths.of(frequencies, limit);
        assertComplete(frequencies, lengths, limit);
        assertEquals(levelByLevel(frequencies, limit), cost(frequencies, lengths));
      }
    }
  }

  @Test
  void anUnlimitedFibonacciTreeIsAChain() {
    byte[] lengths = CodeLengths.of(fibonacci(12), 20);
    assertArrayEquals(new byte[] {11, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1}, lengths);
  }

  @Test
  void noSymbolAndOneSymbol() {
    assertArrayEquals(new byte[4], CodeLengths.of(new int[4], 20));
    assertArrayEquals(new byte[] {0, 0, 1, 0}, CodeLengths.of(new int[] {0, 0, 9, 0}, 20));
  }

  @Test
  void aFullAlphabetAtItsLimitIsFlat() {
    int[] frequencies = new int[256];
    Arrays.setAll(frequencies, s -> 1 + s * s * s);
    byte[] expected = new byte[256];
    Arrays.fill(expected, (byte) 8);
    assertArrayEquals(expected, CodeLengths.of(frequencies, 8));
  }
}
