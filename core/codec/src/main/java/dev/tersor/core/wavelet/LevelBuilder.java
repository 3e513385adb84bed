package dev.tersor.core.wavelet;

/**
 * Makes the levels of a {@link LevelLayout}: the digits of 64 symbols are gathered in words, one
 * for each bit of a digit, and then the symbols go to their places in the next level.
 */
final class LevelBuilder {
  private final LevelLayout layout;
  private final int[] frequencies;
  private final int length;

  LevelBuilder(LevelLayout layout, int[] frequencies, int length) {
    this.layout = layout;
    this.frequencies = frequencies;
    this.length = length;
  }

  private int words() {
    return Math.toIntExact(((long) layout.levels() * length + 63) >>> 6);
  }

  /**
   * Where the symbols go on in the next level, by what they have in the place of a mask above a
   * shift: the digit alone, or all digits so far.
   */
  private int[] starts(int shift, int mask) {
    int[] starts = new int[mask + 2];
    for (int s = layout.base(); s < frequencies.length; s++) {
      starts[(s >>> shift & mask) + 1] += frequencies[s];
    }
    for (int i = 0; i < mask; i++) {
      starts[i + 1] += starts[i];
    }
    return starts;
  }

  /**
   * The string of a binary matrix or a balanced tree.
   *
   * @param symbols the sequence, which is overwritten
   */
  long[] binary(char[] symbols) {
    long[] words = new long[words()];
    char[] now = symbols;
    char[] next = new char[symbols.length];
    long written = 0;
    for (int shift = layout.bits() - 1; shift >= 0; shift--) {
      int mask = layout.shape() == Shape.BALANCED ? (1 << (layout.bits() - shift)) - 1 : 1;
      int[] to = starts(shift, mask);
      for (int at = 0; at < length; ) {
        int filled = (int) written & 63;
        int end = filled + Math.min(length - at, 64 - filled);
        int from = at;
        long bits = 0;
        // Each comes in at the top, and all go to their places at the end.
        for (; at < from + end - filled; at++) {
          bits = bits >>> 1 | (long) (now[at] >>> shift) << 63;
        }
        words[(int) (written >>> 6)] |= bits >>> (64 - end);
        written += end - filled;
        if (shift > 0) {
          for (int i = from; i < at; i++) {
            next[to[now[i] >>> shift & mask]++] = now[i];
          }
        }
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
      int[] to = starts(shift, 3);
      for (int at = 0; at < length; ) {
        int filled = (int) written & 63;
        int end = filled + Math.min(length - at, 64 - filled);
        int from = at;
        long highs = 0;
        long lows = 0;
        // Each comes in at the top, and all go to their places at the end.
        for (; at < from + end - filled; at++) {
          int digit = now[at] >>> shift;
          lows = lows >>> 1 | (long) digit << 63;
          highs = highs >>> 1 | (long) digit >>> 1 << 63;
        }
        high[(int) (written >>> 6)] |= highs >>> (64 - end);
        low[(int) (written >>> 6)] |= lows >>> (64 - end);
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
