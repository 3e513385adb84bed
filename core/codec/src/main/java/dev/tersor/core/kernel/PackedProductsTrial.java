package dev.tersor.core.kernel;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Whether {@link PackedProducts} with vectors are quick and give what those without give, on whole
 * numbers, of which sums are exact in any order.
 */
final class PackedProductsTrial {
  /** Eight bytes at once, and a row beside them. */
  private static final int ROWS = 9;

  private PackedProductsTrial() {}

  static boolean isPassed(PackedProducts vectors) {
    if (!ProductsTrial.isFusedQuick()) {
      return false;
    }
    int lanes = Products.vectors().padded(2);
    boolean isSame = true;
    for (int bits : new int[] {2, 4, 8}) {
      isSame &= isSame(vectors, bits, 32 / bits * lanes + 8, null);
    }
    return isSame && isSame(vectors, 4, 8 * lanes + 8, ProductsTrial.numbers(16));
  }

  /**
   * @param table null for levels
   */
  private static boolean isSame(PackedProducts vectors, int bits, int columns, float[] table) {
    int rows = bits == Byte.SIZE ? ROWS : 2;
    byte[] packed = new byte[rows * columns * bits / Byte.SIZE + PackedProducts.padding()];
    new SplittableRandom(bits).nextBytes(packed);
    float[] x = ProductsTrial.numbers(columns);
    float[] expected = new float[rows];
    multiply(PackedProducts.scalar(), packed, bits, rows, columns, table, x, expected);
    float[] y = new float[rows];
    multiply(vectors, packed, bits, rows, columns, table, x, y);
    return Arrays.equals(expected, y);
  }

  private static void multiply(
      PackedProducts products,
      byte[] packed,
      int bits,
      int rows,
      int columns,
      float[] table,
      float[] x,
      float[] y) {
    float[] scratch = new float[PackedProducts.scratch(columns)];
    if (table == null) {
      products.levels(packed, bits, rows, columns, x, scratch, y);
    } else {
      products.looked(packed, table, rows, columns, x, scratch, y);
    }
  }
}
