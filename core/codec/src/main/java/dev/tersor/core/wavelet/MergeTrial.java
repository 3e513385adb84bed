package dev.tersor.core.wavelet;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Whether {@link Merge} with vectors gives what merging symbol by symbol gives. */
final class MergeTrial {
  private static final int COUNT = 77;
  private static final int AT = 3;

  private MergeTrial() {}

  static boolean isPassed(Merge vectors) {
    if (!vectors.pays()) {
      return false;
    }
    SplittableRandom random = new SplittableRandom(1);
    byte[] from = new byte[COUNT + Merge.SLACK];
    random.nextBytes(from);
    byte[] leaves = {7, -1, 100, -100};
    long[] high = {random.nextLong(), random.nextLong() & (1L << COUNT) - 1};
    long[] low = {random.nextLong(), random.nextLong() & (1L << COUNT) - 1};
    byte[] to = new byte[AT + COUNT + Merge.SLACK];
    int[] two = starts(new long[2], low);
    vectors.merge(low, COUNT, from, two[0], two[1], to, AT);
    boolean isSame = isSame(to, merged(new long[2], low, from, two));
    vectors.spell(leaves[0], leaves[1], low, COUNT, to, AT);
    isSame &= isSame(to, merged(new long[2], low, leaves, null));
    int[] four = starts(high, low);
    vectors.mergeFour(high, low, COUNT, from, four, to, AT);
    isSame &= isSame(to, merged(high, low, from, four));
    vectors.spellFour(leaves, high, low, COUNT, to, AT);
    return isSame && isSame(to, merged(high, low, leaves, null));
  }

  private static int digit(long[] high, long[] low, int i) {
    return (int) ((high[i >>> 6] >>> i & 1) << 1 | (low[i >>> 6] >>> i & 1));
  }

  /** Where the symbols of each digit begin, those of one digit after those of the one before. */
  private static int[] starts(long[] high, long[] low) {
    int[] starts = new int[5];
    for (int i = 0; i < COUNT; i++) {
      for (int d = digit(high, low, i) + 1; d < starts.length; d++) {
        starts[d]++;
      }
    }
    return starts;
  }

  /** The symbols by their digits: the next ones of their sequences, or the leaf of the digit. */
  private static byte[] merged(long[] high, long[] low, byte[] from, int[] starts) {
    byte[] symbols = new byte[COUNT];
    int[] next = starts == null ? null : starts.clone();
    for (int i = 0; i < COUNT; i++) {
      int digit = digit(high, low, i);
      symbols[i] = from[next == null ? digit : next[digit]++];
    }
    return symbols;
  }

  private static boolean isSame(byte[] to, byte[] expected) {
    return Arrays.equals(to, AT, AT + COUNT, expected, 0, COUNT);
  }
}
