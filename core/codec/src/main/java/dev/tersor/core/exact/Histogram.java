package dev.tersor.core.exact;

import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.symbol.Entropy;

/** How often each byte occurs in a run of bytes. */
final class Histogram {
  private static final int SYMBOLS = 1 << Byte.SIZE;

  /** Counted apart, so that equal neighbours do not wait for each other's count. */
  private static final int TABLES = 4;

  private Histogram() {}

  static int[] of(byte[] bytes, int from, int count) {
    int[] counts = new int[TABLES * SYMBOLS];
    int i = from;
    int end = from + count;
    for (; i <= end - Long.BYTES; i += Long.BYTES) {
      long eight = LittleEndian.getLong(bytes, i);
      counts[(int) eight & 0xFF]++;
      counts[SYMBOLS + ((int) (eight >>> 8) & 0xFF)]++;
      counts[2 * SYMBOLS + ((int) (eight >>> 16) & 0xFF)]++;
      counts[3 * SYMBOLS + ((int) (eight >>> 24) & 0xFF)]++;
      counts[(int) (eight >>> 32) & 0xFF]++;
      counts[SYMBOLS + ((int) (eight >>> 40) & 0xFF)]++;
      counts[2 * SYMBOLS + ((int) (eight >>> 48) & 0xFF)]++;
      counts[3 * SYMBOLS + (int) (eight >>> 56)]++;
    }
    for (; i < end; i++) {
      counts[bytes[i] & 0xFF]++;
    }
    int[] all = new int[SYMBOLS];
    for (int s = 0; s < SYMBOLS; s++) {
      all[s] = counts[s] + counts[SYMBOLS + s] + counts[2 * SYMBOLS + s] + counts[3 * SYMBOLS + s];
    }
    return all;
  }

  static int distinct(int[] counts) {
    int distinct = 0;
    for (int count : counts) {
      distinct += count > 0 ? 1 : 0;
    }
    return distinct;
  }

  /** Bits of the order-0 entropy. */
  static double bits(int[] counts) {
    long[] wide = new long[counts.length];
    for (int s = 0; s < counts.length; s++) {
      wide[s] = counts[s];
    }
    return Entropy.bits(wide);
  }
}
