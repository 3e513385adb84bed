package dev.tersor.core.kernel;

import dev.tersor.core.bits.LittleEndian;

/** {@link PackedProducts} in plain loops. */
final class ScalarPackedProducts implements PackedProducts {
  /** Bytes of a row at a time: their sums stay in the first-level cache. */
  private static final int TOGETHER = 16;

  private static final int BYTES = SUMS / TOGETHER;

  /** Rows from which on it pays to make a table of sums. */
  private static final int MANY_ROWS = 256;

  @Override
  public void levels(
      byte[] packed, int bits, int rows, int columns, float[] x, float[] scratch, float[] y) {
    for (int row = 0; row < rows; row++) {
      y[row] = levels(packed, bits, columns, row, 0, x);
    }
  }

  /** The product of a row from one column on; the columns before it are a multiple of 8. */
  static float levels(byte[] packed, int bits, int columns, int row, int from, float[] x) {
    int perInt = Integer.SIZE / bits;
    long at = (((long) row * columns + from) * bits) >>> 3;
    float sum0 = 0;
    float sum1 = 0;
    for (int c = from; c < columns; c += perInt, at += Integer.BYTES) {
      int codes = LittleEndian.getInt(packed, (int) at);
      int end = Math.min(columns, c + perInt);
      int i = c;
      for (int shift = Integer.SIZE - bits; i + 1 < end; i += 2, shift -= 2 * bits) {
        sum0 += (codes << shift >> -bits) * x[i];
        sum1 += (codes << (shift - bits) >> -bits) * x[i + 1];
      }
      if (i < end) {
        sum0 += (codes << (Integer.SIZE - bits - (i - c) * bits) >> -bits) * x[i];
      }
    }
    return sum0 + sum1;
  }

  @Override
  public void looked(
      byte[] packed, float[] table, int rows, int columns, float[] x, float[] scratch, float[] y) {
    sums(packed, table, rows, columns, x, scratch, y);
  }

  /**
   * Of many rows those of two columns have 256 different sums: these are taken from a table, for
   * sixteen bytes of each row at a time.
   */
  static void sums(
      byte[] packed, float[] table, int rows, int columns, float[] x, float[] scratch, float[] y) {
    int whole = rows < MANY_ROWS ? 0 : columns - columns % (2 * TOGETHER);
    for (int row = 0; row < rows; row++) {
      y[row] = looked(packed, table, columns, row, whole, x);
    }
    for (int c = 0; c < whole; c += 2 * TOGETHER) {
      for (int i = 0; i < TOGETHER; i++) {
        sums(table, x[c + 2 * i], x[c + 2 * i + 1], scratch, i * BYTES);
      }
      add(packed, c >> 1, rows, columns >> 1, scratch, y);
    }
  }

  /** What each byte stands for, with the inputs of its low code and of its high one. */
  private static void sums(float[] table, float low, float high, float[] to, int at) {
    for (int i = 0; i < 16; i++) {
      float above = table[i] * high;
      for (int k = 0; k < 16; k++) {
        to[at + (i << 4) + k] = above + table[k] * low;
      }
    }
  }

  /** Adds the products of sixteen bytes of each row. */
  private static void add(byte[] packed, int first, int rows, int stride, float[] sums, float[] y) {
    int at = first;
    for (int row = 0; row < rows; row++, at += stride) {
      y[row] +=
          ((sums[packed[at] & 0xFF] + sums[1 * BYTES + (packed[at + 1] & 0xFF)])
                  + (sums[2 * BYTES + (packed[at + 2] & 0xFF)]
                      + sums[3 * BYTES + (packed[at + 3] & 0xFF)]))
              + ((sums[4 * BYTES + (packed[at + 4] & 0xFF)]
                      + sums[5 * BYTES + (packed[at + 5] & 0xFF)])
                  + (sums[6 * BYTES + (packed[at + 6] & 0xFF)]
                      + sums[7 * BYTES + (packed[at + 7] & 0xFF)]))
              + (((sums[8 * BYTES + (packed[at + 8] & 0xFF)]
                          + sums[9 * BYTES + (packed[at + 9] & 0xFF)])
                      + (sums[10 * BYTES + (packed[at + 10] & 0xFF)]
                          + sums[11 * BYTES + (packed[at + 11] & 0xFF)]))
                  + ((sums[12 * BYTES + (packed[at + 12] & 0xFF)]
                          + sums[13 * BYTES + (packed[at + 13] & 0xFF)])
                      + (sums[14 * BYTES + (packed[at + 14] & 0xFF)]
                          + sums[15 * BYTES + (packed[at + 15] & 0xFF)])));
    }
  }

  /** The product of a row from an even column on; columns are even. */
  static float looked(byte[] packed, float[] table, int columns, int row, int from, float[] x) {
    int at = (int) (((long) row * columns + from) >>> 1);
    float sum0 = 0;
    float sum1 = 0;
    for (int c = from; c < columns; c += 2, at++) {
      sum0 += table[packed[at] & 15] * x[c];
      sum1 += table[packed[at] >>> 4 & 15] * x[c + 1];
    }
    return sum0 + sum1;
  }
}
