package dev.tersor.core.kernel;

/**
 * Products of the rows of a mask with one input. How many ones a word of the mask has cannot be
 * foreseen, and a branch that is foreseen wrongly takes as long as several products: so many steps
 * are taken at once as a word seldom has more ones than. Those without a one multiply a zero, which
 * lies behind the inputs of each word, by a code of a later one.
 */
final class BitmapProducts {
  /** Most steps at once: so many codes are read behind the last of a row, and do not matter. */
  static final int MOST = 10;

  /** Inputs of a word of the mask, and a zero. */
  private static final int STRIDE = Long.SIZE + 1;

  private BitmapProducts() {}

  /** Numbers that the inputs take, with zeros among them. */
  static int spread(int columns) {
    return (columns + Long.SIZE - 1) / Long.SIZE * STRIDE;
  }

  /**
   * Puts the inputs where kernels read them.
   *
   * @param to {@link #spread} numbers, zero where they are not set here
   */
  static void spread(float[] x, int columns, float[] to) {
    for (int c = 0, at = 0; c < columns; c += Long.SIZE, at += STRIDE) {
      System.arraycopy(x, c, to, at, Math.min(Long.SIZE, columns - c));
    }
  }

  /** How many steps are taken at once. */
  enum Steps {
    FOUR,
    SIX,
    TEN;

    /**
     * Those that are fastest, as measured, for masks with so many ones.
     *
     * @param ones of the mask
     * @param bits of the mask
     */
    static Steps of(long ones, long bits) {
      long ofWord = 10 * ones * Long.SIZE / Math.max(1, bits);
      return ofWord <= 25 ? FOUR : ofWord <= 42 ? SIX : TEN;
    }
  }

  /**
   * The product of a row.
   *
   * @param mask the row's ones, in so many words
   * @param start the row's first code
   * @param table finite numbers by code, a power of two of them
   * @param x inputs as {@link #spread} puts them
   */
  static float row(
      Steps steps, long[] mask, int words, byte[] codes, int start, float[] table, float[] x) {
    return switch (steps) {
      case FOUR -> byFour(mask, words, codes, start, table, x);
      case SIX -> bySix(mask, words, codes, start, table, x);
      case TEN -> byTen(mask, words, codes, start, table, x);
    };
  }

  private static float byFour(
      long[] mask, int words, byte[] codes, int start, float[] table, float[] x) {
    int last = table.length - 1;
    float sum0 = 0;
    float sum1 = 0;
    float sum2 = 0;
    float sum3 = 0;
    int at = start;
    for (int w = 0, from = 0; w < words; w++, from += STRIDE) {
      long word = mask[w];
      int i = at;
      at += Long.bitCount(word);
      do {
        sum0 += table[codes[i] & last] * x[from + Long.numberOfTrailingZeros(word)];
        word &= word - 1;
        sum1 += table[codes[i + 1] & last] * x[from + Long.numberOfTrailingZeros(word)];
        word &= word - 1;
        sum2 += table[codes[i + 2] & last] * x[from + Long.numberOfTrailingZeros(word)];
        word &= word - 1;
        sum3 += table[codes[i + 3] & last] * x[from + Long.numberOfTrailingZeros(word)];
        word &= word - 1;
        i += 4;
      } while (word != 0);
    }
    return sum0 + sum1 + (sum2 + sum3);
  }

  private static float bySix(
      long[] mask, int words, byte[] codes, int start, float[] table, float[] x) {
    int last = table.length - 1;
    float sum0 = 0;
    float sum1 = 0;
    float sum2 = 0;
    float sum3 = 0;
    int at = start;
    for (int w = 0, from = 0; w < words; w++, from += STRIDE) {
      long word = mask[w];
      int i = at;
      at += Long.bitCount(word);
      do {
        sum0 += table[codes[i] & last] * x[from + Long.numberOfTrailingZeros(word)];
        word &= word - 1;
        sum1 += table[codes[i + 1] & last] * x[from + Long.numberOfTrailingZeros(word)];
        word &= word - 1;
        sum2 += table[codes[i + 2] & last] * x[from + Long.numberOfTrailingZeros(word)];
        word &= word - 1;
        sum3 += table[codes[i + 3] & last] * x[from + Long.numberOfTrailingZeros(word)];
        word &= word - 1;
        sum0 += table[codes[i + 4] & last] * x[from + Long.numberOfTrailingZeros(word)];
        word &= word - 1;
        sum1 += table[codes[i + 5] & last] * x[from + Long.numberOfTrailingZeros(word)];
        word &= word - 1;
        i += 6;
      } while (word != 0);
    }
    return sum0 + sum1 + (sum2 + sum3);
  }

  private static float byTen(
      long[] mask, int words, byte[] codes, int start, float[] table, float[] x) {
    int last = table.length - 1;
    float sum0 = 0;
    float sum1 = 0;
    float sum2 = 0;
    float sum3 = 0;
    int at = start;
    for (int w = 0, from = 0; w < words; w++, from += STRIDE) {
      long word = mask[w];
      int i = at;
      at += Long.bitCount(word);
      do {
        sum0 += table[codes[i] & last] * x[from + Long.numberOfTrailingZeros(word)];
        word &= word - 1;
        sum1 += table[codes[i + 1] & last] * x[from + Long.numberOfTrailingZeros(word)];
        word &= word - 1;
        sum2 += table[codes[i + 2] & last] * x[from + Long.numberOfTrailingZeros(word)];
        word &= word - 1;
        sum3 += table[codes[i + 3] & last] * x[from + Long.numberOfTrailingZeros(word)];
        word &= word - 1;
        sum0 += table[codes[i + 4] & last] * x[from + Long.numberOfTrailingZeros(word)];
        word &= word - 1;
        sum1 += table[codes[i + 5] & last] * x[from + Long.numberOfTrailingZeros(word)];
        word &= word - 1;
        sum2 += table[codes[i + 6] & last] * x[from + Long.numberOfTrailingZeros(word)];
        word &= word - 1;
        sum3 += table[codes[i + 7] & last] * x[from + Long.numberOfTrailingZeros(word)];
        word &= word - 1;
        sum0 += table[codes[i + 8] & last] * x[from + Long.numberOfTrailingZeros(word)];
        word &= word - 1;
        sum1 += table[codes[i + 9] & last] * x[from + Long.numberOfTrailingZeros(word)];
        word &= word - 1;
        i += 10;
      } while (word != 0);
    }
    return sum0 + sum1 + (sum2 + sum3);
  }
}
