package dev.tersor.core.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ProductsTest {
  private static float[] drawn(int n, double density, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = random.nextDouble() < density ? (random.nextInt(7) - 3) / 4f + 2 : 0;
    }
    return values;
  }

  private static void check(Products products) {
    for (int[] shape : new int[][] {{1, 1}, {4, 16}, {8, 129}, {13, 200}, {16, 1000}}) {
      for (int batch : new int[] {1, 3, 16, 32, 48, 64}) {
        for (double density : new double[] {0, 0.1, 1}) {
          int rows = shape[0];
          int columns = shape[1];
          float[] w = drawn(rows * columns, density, batch);
          float[] x = drawn(columns * batch, 1, columns);
          CsrMatrix sparse = CsrMatrix.of(products, w, rows, columns);
          byte[] codes = new byte[sparse.positions().length];
          float[] table = new float[200];
          for (int i = 0; i < codes.length; i++) {
            codes[i] = (byte) (190 + Math.round(4 * (sparse.values()[i] - 2)));
            table[codes[i] & 0xFF] = sparse.values()[i];
          }
          float[] dense = new float[rows * batch];
          float[] csr = drawn(rows * batch, 1, 1);
          float[] coded = drawn(rows * batch, 1, 2);
          products.dense(w, rows, columns, x, batch, dense, 0);
          products.sparse(sparse, x, batch, csr);
          products.sparse(sparse.withCodes(codes, table), x, batch, coded);
          for (int row = 0; row < rows; row++) {
            for (int sample = 0; sample < batch; sample++) {
              double sum = 0;
              for (int c = 0; c < columns; c++) {
                sum += (double) w[row * columns + c] * x[c * batch + sample];
              }
              double rounding = 1e-5 * (1 + sum);
              assertEquals(sum, dense[row * batch + sample], rounding);
              assertEquals(sum, csr[row * batch + sample], rounding);
              assertEquals(sum, coded[row * batch + sample], rounding);
            }
          }
        }
      }
    }
  }

  @Test
  void scalarProductsAreTheSums() {
    check(Products.scalar());
  }

  @Test
  void vectorProductsAreTheSums() {
    check(Products.vectors());
  }

  @Test
  void outputsBeginWhereTheyAreToAndEndWithTheLast() {
    float[] w = drawn(7 * 40, 1, 1);
    for (int batch : new int[] {1, 3, 16, 48}) {
      float[] x = drawn(40 * batch, 1, batch);
      for (Products products : new Products[] {Products.scalar(), Products.vectors()}) {
        float[] expected = new float[7 * batch];
        products.dense(w, 7, 40, x, batch, expected, 0);
        float[] y = new float[5 + 7 * batch + 3];
        Arrays.fill(y, -1);
        products.dense(w, 7, 40, x, batch, y, 5);
        assertArrayEquals(new float[] {-1, -1, -1, -1, -1}, Arrays.copyOf(y, 5));
        assertArrayEquals(expected, Arrays.copyOfRange(y, 5, 5 + 7 * batch));
        assertArrayEquals(new float[] {-1, -1, -1}, Arrays.copyOfRange(y, 5 + 7 * batch, y.length));
      }
    }
  }

  @Test
  void shapesAreChecked() {
    assertThrows(
        IllegalArgumentException.class, () -> CsrMatrix.of(Products.scalar(), new float[5], 2, 3));
    CsrMatrix matrix = CsrMatrix.of(Products.scalar(), new float[] {1, 0, 2, 3, 0, 0}, 2, 3);
    assertEquals(3, matrix.positions().length);
    assertThrows(IllegalArgumentException.class, () -> matrix.withCodes(new byte[2], new float[4]));
  }
}
