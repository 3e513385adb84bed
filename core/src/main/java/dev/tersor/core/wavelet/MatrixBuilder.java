package dev.tersor.core.wavelet;

/**
 * Makes the levels of a {@link MatrixLayout}: the digits of 64 symbols are gathered in words, one
 * for each bit of a digit, while the symbols go to their place in the next level.
 */
final class MatrixBuilder {
  private final MatrixLayout layout;
  private final int[] frequencies;
  private final int length;

  MatrixBuilder(MatrixLayout layout, int[] frequencies, int length) {
    this.layout = layout;
    this.frequencies = frequencies;
    this.length = length;
  }

  private int words() {
    return Math.toIntExact(((long) layout.levels() * length + 63) >>> 6);
  }

  /** Where the symbols of each digit begin in the next level. */
  private int[] starts(int shift) {
    int[] starts = new int[1 << layout.log()];
    for (int s = layout.base(); s < frequencies.length; s++) {
      int digit = s >>> shift & starts.length - 1;
      for (int d = digit + 1; d < starts.length; d++) {
        starts[d] += frequencies[s];
      }
    }
    return starts;
  }

  /**
   * The string of a binary matrix.
   *
   * @param symbols the sequence, which is overwritten
   */
  long[] binary(char[] symbols) {
    long[] words = new long[words()];
    char[] now = symbols;
    char[] next = new char[symbols.length];
    long written = 0;
    for (int shift = layout.bits() - 1; shift >= 0; shift--) {
      int zero = 0;
      int one = starts(shift)[1];
      for (int at = 0; at < length; ) {
        int filled = (int) written & 63;
        int end = filled + Math.min(length - at, 64 - filled);
        long bits = 0;
        for (int k = filled; k < end; k++) {
          char symbol = now[at++];
          int bit = symbol >>> shift & 1;
          bits |= (long) bit << k;
          next[zero + ((one - zero) & -bit)] = symbol;
          one += bit;
          zero += 1 - bit;
        }
        words[(int) (written >>> 6)] |= bits;
        written += end - filled;
      }
      char[] swap = now;
      now = next;
      next = swap;
    }
    return words;
  }

  /**
   * The bytes of a quad matrix, those of a {@link QuadVector}.
   *
   * @param symbols the sequence, which is overwritten
   */
  byte[] quad(char[] symbols) {
    long[] high = new long[words()];
    long[] low = new long[words()];
    char[] now = symbols;
    char[] next = new char[symbols.length];
    long written = 0;
    for (int level = layout.levels() - 1; level >= 0; level--) {
      int shift = 2 * level;
      int[] to = starts(shift);
      for (int at = 0; at < length; ) {
        int filled = (int) written & 63;
        int end = filled + Math.min(length - at, 64 - filled);
        int from = at;
        long highs = 0;
        long lows = 0;
        for (int k = filled; k < end; k++) {
          int digit = now[at++] >>> shift;
          lows |= (long) (digit & 1) << k;
          highs |= (long) (digit >>> 1 & 1) << k;
        }
        high[(int) (written >>> 6)] |= highs;
        low[(int) (written >>> 6)] |= lows;
        written += end - filled;
        if (level > 0) {
          for (int i = from; i < at; i++) {
            next[to[now[i] >>> shift & 3]++] = now[i];
          }
        }
      }
      char[] swap = now;
      now = next;
      next = swap;
    }
    return QuadVector.store(high, low, written);
  }
}
