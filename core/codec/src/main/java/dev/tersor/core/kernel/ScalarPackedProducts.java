package dev.tersor.core.kernel;

import dev.tersor.core.bits.LittleEndian;

/** {@link PackedProducts} in plain loops. */
final class ScalarPackedProducts implements PackedProducts {
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
    for (int row = 0; row < rows; row++) {
      y[row] = looked(packed, table, columns, row, 0, x);
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
