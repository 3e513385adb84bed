package dev.tersor.core.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.bits.PackedInts;
import dev.tersor.core.tensor.Centroids;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Step;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every stored form gives the sums of its weights, by scalar kernels and by vector ones. */
class MatrixTest {
  /** Rows and columns: whole vectors, parts of them, rows that begin inside of a byte. */
  private static final int[][] SHAPES = {
    {1, 1}, {3, 7}, {4, 64}, {5, 300}, {8, 128}, {7, 513}, {6, 1024}, {9, 800}, {27, 330}, {16, 20}
  };

  /** The kernels to try. */
  private record Kernels(Products products, PackedProducts packed) {}

  static Stream<Kernels> kernels() {
    return Stream.of(
        new Kernels(Products.scalar(), PackedProducts.scalar()),
        new Kernels(Products.vectors(), PackedProducts.vectors()));
  }

  private static byte[] codes(int n, int bits, double density, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] codes = new byte[n];
    for (int i = 0; i < n; i++) {
      int code = 1 + random.nextInt((1 << bits) - 1);
      // The code below the lowest level is no writer's.
      boolean lowest = bits > 1 && code == 1 << (bits - 1);
      codes[i] = (byte) (random.nextDouble() < density && !lowest ? code : 0);
    }
    return codes;
  }

  private static float[] inputs(int n) {
    SplittableRandom random = new SplittableRandom(n);
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) random.nextDouble() - 0.3f;
    }
    return x;
  }

  private static float[] table(Codebook.OfTensor codebook) {
    float[] table = new float[codebook.size()];
    for (int code = 0; code < table.length; code++) {
      table[code] = codebook.value(code);
    }
    return table;
  }

  private static void check(Matrix matrix, byte[] codes, float[] table) {
    for (int batch : new int[] {1, 2, 16, 48}) {
      float[] x = inputs(matrix.columns() * batch);
      float[] y = new float[matrix.rows() * batch];
      Arrays.fill(y, 7);
      matrix.multiply(x, batch, y);
      for (int row = 0; row < matrix.rows(); row++) {
        for (int sample = 0; sample < batch; sample++) {
          double sum = 0;
          double size = 0;
          for (int c = 0; c < matrix.columns(); c++) {
            double term =
                (double) table[codes[row * matrix.columns() + c] & 0xFF] * x[c * batch + sample];
            sum += term;
            size += Math.abs(term);
          }
          assertEquals(sum, y[row * batch + sample], 2e-6 * (size + 1), matrix + " row " + row);
        }
      }
    }
  }

  private static Codebook.OfTensor codebook(boolean uniform, int bits) {
    if (uniform) {
      return new Step(bits, 0.125f);
    }
    float[] centroids = new float[(1 << bits) - 1];
    for (int i = 0; i < centroids.length; i++) {
      centroids[i] = (i - centroids.length / 2 + 0.3f) / centroids.length;
    }
    return new Centroids(bits, centroids);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void packedCodes(Kernels kernels) {
    for (int[] shape : SHAPES) {
      for (int bits = 1; bits <= 8; bits++) {
        for (boolean uniform : new boolean[] {true, false}) {
          byte[] codes = codes(shape[0] * shape[1], bits, 0.8, bits);
          int[] wide = new int[codes.length];
          Arrays.setAll(wide, i -> codes[i] & 0xFF);
          Codebook.OfTensor codebook = codebook(uniform, bits);
          check(
              new PackedMatrix(
                  kernels.packed(),
                  kernels.products(),
                  PackedInts.pack(wide, bits),
                  codebook,
                  shape[0],
                  shape[1]),
              codes,
              table(codebook));
        }
      }
    }
  }

  /** So many that it pays to add up pairs of columns once for all of them. */
  @ParameterizedTest
  @MethodSource("kernels")
  void manyRowsOfATable(Kernels kernels) {
    byte[] codes = codes(300 * 70, 4, 0.8, 2);
    int[] wide = new int[codes.length];
    Arrays.setAll(wide, i -> codes[i]);
    Codebook.OfTensor codebook = codebook(false, 4);
    Matrix matrix =
        new PackedMatrix(
            kernels.packed(), kernels.products(), PackedInts.pack(wide, 4), codebook, 300, 70);
    check(matrix, codes, table(codebook));
  }

  /** Rows that are pruned as a whole give zero, whatever the order of sums. */
  @ParameterizedTest
  @MethodSource("kernels")
  void rowsOfZeros(Kernels kernels) {
    for (int columns : new int[] {1280, 4096, 25088}) {
      for (int bits : new int[] {2, 4, 8}) {
        byte[] codes = codes(9 * columns, bits, 0.5, bits);
        Arrays.fill(codes, columns, 2 * columns, (byte) 0);
        int[] wide = new int[codes.length];
        Arrays.setAll(wide, i -> codes[i] & 0xFF);
        Matrix matrix =
            new PackedMatrix(
                kernels.packed(),
                kernels.products(),
                PackedInts.pack(wide, bits),
                new Step(bits, 0.01f),
                9,
                columns);
        float[] y = new float[9];
        matrix.multiply(inputs(columns), 1, y);
        assertEquals(0, y[1], bits + " bits, " + columns + " columns");
      }
    }
  }

  /** It stands for zero, where two's complement has the lowest number. */
  @ParameterizedTest
  @MethodSource("kernels")
  void codesBelowTheLowestLevelAreZeros(Kernels kernels) {
    for (int bits : new int[] {2, 4, 8}) {
      int lowest = 1 << (bits - 1);
      byte[] codes = codes(4 * 1024, bits, 1, 3);
      codes[70] = (byte) lowest;
      int[] wide = new int[codes.length];
      Arrays.setAll(wide, i -> codes[i] & 0xFF);
      Codebook.OfTensor codebook = new Step(bits, 2);
      assertEquals(0, codebook.value(lowest));
      check(
          new PackedMatrix(
              kernels.packed(), kernels.products(), PackedInts.pack(wide, bits), codebook, 4, 1024),
          codes,
          table(codebook));
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void sparseForms(Kernels kernels) {
    for (int[] shape : SHAPES) {
      for (double density : new double[] {0, 0.01, 0.05, 0.1, 1}) {
        int rows = shape[0];
        int columns = shape[1];
        byte[] codes = codes(rows * columns, 4, density, columns);
        float[] table = table(codebook(false, 4));
        float[] dense = new float[codes.length];
        byte[] mask = new byte[(codes.length + 7) / 8];
        byte[] gaps = new byte[codes.length];
        byte[] values = new byte[codes.length];
        byte[] tuples = new byte[codes.length];
        int count = 0;
        int elements = 0;
        int last = -1;
        for (int i = 0; i < codes.length; i++) {
          dense[i] = table[codes[i]];
          boolean filler = i - last == 256;
          if (codes[i] != 0 || filler) {
            gaps[elements] = (byte) (i - last - 1);
            tuples[elements++] = codes[i];
            last = i;
          }
          if (codes[i] != 0) {
            mask[i >> 3] |= (byte) (1 << (i & 7));
            values[count++] = codes[i];
          }
        }
        byte[] nonZeros = Arrays.copyOf(values, count);
        check(new DenseMatrix(kernels.products(), dense, rows, columns), codes, table);
        check(CsrMatrix.of(kernels.products(), dense, rows, columns), codes, table);
        check(
            CsrMatrix.of(kernels.products(), dense, rows, columns).withCodes(nonZeros, table),
            codes,
            table);
        check(new BitmapMatrix(mask, nonZeros, table, rows, columns), codes, table);
        check(
            GapMatrix.of(
                Arrays.copyOf(gaps, elements),
                Arrays.copyOf(tuples, elements),
                table,
                rows,
                columns),
            codes,
            table);
      }
    }
  }

  /** Also where a row has none of the codes that stand for it. */
  @Test
  void infiniteNumbersOfATableStayInTheirRows() {
    float[] table = {0, 2, Float.POSITIVE_INFINITY, Float.NaN};
    Matrix matrix = new BitmapMatrix(new byte[] {0b01100101}, new byte[] {1, 1, 2, 3}, table, 2, 4);
    float[] y = new float[2];
    matrix.multiply(new float[] {1, 2, 3, 4}, 1, y);
    assertEquals(8, y[0]);
    assertEquals(Float.NaN, y[1]);
  }

  /** Pruned filters, and rows of every density between. */
  @ParameterizedTest
  @MethodSource("kernels")
  void rowsByHowFullTheyAre(Kernels kernels) {
    Codebook.OfTensor codebook = codebook(true, 4);
    float[] table = table(codebook);
    int columns = 70;
    byte[] row = codes(columns, 4, 1, 5);
    for (double[] densities :
        new double[][] {
          {1, 0, 1, 1, 0, 1}, {0, 0.05, 0.6, 1, 0.2, 0, 0.9}, {1, 1, 0.8}, {0.1, 0, 0.02}, {0, 0}
        }) {
      SplittableRandom random = new SplittableRandom(densities.length);
      int rows = densities.length;
      byte[] codes = new byte[rows * columns];
      float[] dense = new float[codes.length];
      int kept = 0;
      for (int i = 0; i < codes.length; i++) {
        boolean keep = random.nextDouble() < densities[i / columns];
        codes[i] = keep ? row[i % columns] : 0;
        dense[i] = table[codes[i]];
        kept += dense[i] != 0 ? 1 : 0;
      }
      Matrix mixed = MixedRows.of(kernels.products(), dense, rows, columns);
      assertEquals(rows, mixed.rows());
      assertEquals(columns, mixed.columns());
      // No more than a dense row, or CSR, takes, and where its row is.
      assertTrue(mixed.bytes() <= 12L * kept + 8L * rows + 4, mixed.bytes() + " bytes");
      check(mixed, codes, table);
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    PackedProducts packed = PackedProducts.scalar();
    Products products = Products.scalar();
    assertThrows(
        IllegalArgumentException.class,
        () -> new PackedMatrix(packed, products, new byte[3], codebook(true, 4), 2, 4));
    assertThrows(
        IllegalArgumentException.class,
        () -> new BitmapMatrix(new byte[] {3}, new byte[1], new float[2], 2, 4));
    assertThrows(
        IllegalArgumentException.class,
        () -> GapMatrix.of(new byte[] {3, 4}, new byte[2], new float[2], 2, 4));
    assertThrows(
        IllegalArgumentException.class, () -> new DenseMatrix(products, new float[7], 2, 4));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new Convolution(products, new DenseMatrix(products, new float[10], 2, 5), 3, 3, 1, 1));
  }

  @Test
  void bytesAreThoseOfTheStoredForm() {
    Products products = Products.scalar();
    PackedMatrix four =
        new PackedMatrix(
            PackedProducts.scalar(), products, new byte[512], codebook(true, 4), 1, 1024);
    assertEquals(512 + 4, four.bytes());
    CsrMatrix csr = CsrMatrix.of(products, new float[] {1, 0, 2, 3, 0, 0}, 2, 3);
    assertEquals(3 * (2 + 4) + 3 * 4, csr.bytes());
    assertTrue(csr.withCodes(new byte[3], new float[2]).isCoded());
  }

  /** Against the definition, for windows that leave the image on every side. */
  @ParameterizedTest
  @MethodSource("kernels")
  void convolutions(Kernels kernels) {
    int channels = 3;
    int height = 9;
    int width = 8;
    float[] image = inputs(channels * height * width);
    for (int stride = 1; stride <= 2; stride++) {
      for (int padding = 0; padding <= 1; padding++) {
        float[] w = inputs(5 * channels * 3 * 2);
        Matrix weight = new DenseMatrix(kernels.products(), w, 5, channels * 6);
        Convolution convolution =
            new Convolution(kernels.products(), weight, 3, 2, stride, padding);
        int outHeight = (height + 2 * padding - 3) / stride + 1;
        int outWidth = (width + 2 * padding - 2) / stride + 1;
        assertEquals(outHeight, convolution.positions(height, true));
        assertEquals(outWidth, convolution.positions(width, false));
        float[] out = new float[5 * outHeight * outWidth];
        convolution.apply(image, height, width, out);
        for (int f = 0; f < 5; f++) {
          for (int oy = 0; oy < outHeight; oy++) {
            for (int ox = 0; ox < outWidth; ox++) {
              double sum = 0;
              for (int i = 0; i < channels * 6; i++) {
                int y = oy * stride + i / 2 % 3 - padding;
                int x = ox * stride + i % 2 - padding;
                if (y >= 0 && y < height && x >= 0 && x < width) {
                  sum += (double) w[f * channels * 6 + i] * image[(i / 6 * height + y) * width + x];
                }
              }
              assertEquals(sum, out[(f * outHeight + oy) * outWidth + ox], 1e-5);
            }
          }
        }
      }
    }
  }
}
