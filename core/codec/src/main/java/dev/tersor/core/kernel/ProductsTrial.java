package dev.tersor.core.kernel;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Whether {@link Products} with vectors are quick and give what those without give, on whole
 * numbers, of which sums are exact in any order.
 */
final class ProductsTrial {
  /** One tile of four rows, and a row beside it. */
  private static final int ROWS = 5;

  private static final int ROUNDS = 20;
  private static final int FUSED = 16;

  /** Even interpreted, a step takes a tenth of it; with decimals five times as much and more. */
  private static final long QUICK_NANOS = 500;

  private ProductsTrial() {}

  static boolean isPassed(Products vectors) {
    if (!isFusedQuick()) {
      return false;
    }
    int lanes = vectors.padded(2);
    return areProductsSame(vectors, 1, 4 * lanes + 3)
        && areProductsSame(vectors, 3 * lanes, 5)
        && isLookUpSame(vectors, 3)
        && isLookUpSame(vectors, Byte.SIZE);
  }

  /**
   * Whether the processor multiplies and adds in one step. Where it does not, Java does so with
   * decimal numbers, which takes a hundred times as long at least.
   */
  static boolean isFusedQuick() {
    long least = Long.MAX_VALUE;
    float sum = 1;
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      for (int i = 0; i < FUSED; i++) {
        sum = Math.fma(0.9f, sum, 0.3f);
      }
      least = Math.min(least, System.nanoTime() - start);
    }
    return sum > 0 && least < FUSED * QUICK_NANOS;
  }

  private static boolean areProductsSame(Products vectors, int batch, int columns) {
    float[] weights = numbers(ROWS * columns);
    float[] x = numbers(columns * batch);
    float[] expected = new float[1 + ROWS * batch];
    float[] y = new float[1 + ROWS * batch];
    Products scalar = Products.scalar();
    scalar.dense(weights, ROWS, columns, x, batch, expected, 1);
    vectors.dense(weights, ROWS, columns, x, batch, y, 1);
    boolean isSame = Arrays.equals(expected, y);
    CsrMatrix sparse = CsrMatrix.of(scalar, weights, ROWS, columns);
    byte[] codes = new byte[sparse.positions().length];
    Arrays.fill(codes, (byte) 1);
    for (CsrMatrix form :
        new CsrMatrix[] {sparse, sparse.withCodes(codes, new float[] {0, 2, 0, 0})}) {
      scalar.sparse(form, x, batch, expected);
      vectors.sparse(form, x, batch, y);
      isSame &= Arrays.equals(expected, y);
    }
    return isSame;
  }

  private static boolean isLookUpSame(Products vectors, int bits) {
    float[] table = numbers(256);
    byte[] codes = new byte[131];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) (5 * i & (1 << bits) - 1);
    }
    float[] expected = new float[codes.length];
    float[] values = new float[codes.length];
    Products.scalar().lookUp(codes, codes.length, bits, table, expected);
    vectors.lookUp(codes, codes.length, bits, table, values);
    return Arrays.equals(expected, values);
  }

  /** Whole numbers from -3 to 3. */
  static float[] numbers(int count) {
    SplittableRandom random = new SplittableRandom(count);
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = random.nextInt(7) - 3;
    }
    return numbers;
  }
}
