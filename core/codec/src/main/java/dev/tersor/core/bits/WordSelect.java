package dev.tersor.core.bits;

/**
 * The k-th one of a word, by broadword prefix sums of its bytes and a table for the byte (Vigna,
 * "Broadword Implementation of Rank/Select Queries", 2008).
 */
public final class WordSelect {
  private static final long EACH_BYTE = 0x0101010101010101L;
  private static final long TOP_BITS = 0x8080808080808080L;

  /** Where the k-th one of a byte lies, at {@code 256 k + byte}. */
  private static final byte[] IN_BYTE = inByte();

  private WordSelect() {}

  private static byte[] inByte() {
    byte[] table = new byte[8 << 8];
    for (int value = 0; value < 256; value++) {
      int k = 0;
      for (int bit = 0; bit < 8; bit++) {
        if ((value >>> bit & 1) != 0) {
          table[k++ << 8 | value] = (byte) bit;
        }
      }
    }
    return table;
  }

  /**
   * Where the one lies that has {@code k} ones below it.
   *
   * @param k below the number of ones
   */
  public static int select(long word, int k) {
    long sums = word - (word >>> 1 & 0x5555555555555555L);
    sums = (sums & 0x3333333333333333L) + (sums >>> 2 & 0x3333333333333333L);
    sums = (sums + (sums >>> 4) & 0x0F0F0F0F0F0F0F0FL) * EACH_BYTE;
    // A byte that has at most k ones up to its end lies below the one that is sought.
    int at = Long.bitCount((k * EACH_BYTE | TOP_BITS) - sums & TOP_BITS) << 3;
    int left = k - (int) (sums << 8 >>> at & 0xFF);
    return at + IN_BYTE[left << 8 | (int) (word >>> at & 0xFF)];
  }
}
