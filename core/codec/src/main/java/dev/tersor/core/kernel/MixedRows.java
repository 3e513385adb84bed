package dev.tersor.core.kernel;

import java.util.Arrays;

/**
 * Rows by how full they are: those that are multiplied sooner with all their zeros as one dense
 * matrix, others as CSR, and none where all weights are zero, as pruned filters and layers are.
 */
final class MixedRows implements Matrix {
  /** A weight of CSR takes as long as so many dense ones. */
  private static final int CSR_COST = 3;

  /**
   * Some rows of a matrix, as a matrix.
   *
   * @param numbers of its rows in the whole one
   */
  @SuppressWarnings("ArrayRecordComponent") // looped over, never compared
  private record Part(Matrix matrix, int[] numbers) {}

  private final int rows;
  private final int columns;
  private final Part[] parts;
  private float[] outputs = new float[0];

  private MixedRows(int rows, int columns, Part... parts) {
    this.rows = rows;
    this.columns = columns;
    this.parts = parts;
  }

  /**
   * Weights in the form that multiplies them soonest.
   *
   * @param weights rows x columns, row by row, and at most {@link CsrMatrix#MAX_COLUMNS} of these
   */
  static Matrix of(Products products, float[] weights, int rows, int columns) {
    int[] full = new int[rows];
    int[] sparse = new int[rows];
    int fullRows = 0;
    int sparseRows = 0;
    for (int row = 0; row < rows; row++) {
      int kept = 0;
      for (int i = row * columns; i < (row + 1) * columns; i++) {
        kept += weights[i] != 0 ? 1 : 0;
      }
      if ((long) kept * CSR_COST > columns) {
        full[fullRows++] = row;
      } else if (kept > 0) {
        sparse[sparseRows++] = row;
      }
    }
    if (fullRows == rows) {
      return new DenseMatrix(products, weights, rows, columns);
    }
    if (fullRows == 0) {
      return CsrMatrix.of(products, weights, rows, columns);
    }
    int[] ofFull = Arrays.copyOf(full, fullRows);
    int[] ofSparse = Arrays.copyOf(sparse, sparseRows);
    return new MixedRows(
        rows,
        columns,
        new Part(
            new DenseMatrix(products, picked(weights, columns, ofFull), fullRows, columns), ofFull),
        new Part(
            CsrMatrix.of(products, picked(weights, columns, ofSparse), sparseRows, columns),
            ofSparse));
  }

  private static float[] picked(float[] weights, int columns, int[] numbers) {
    float[] picked = new float[numbers.length * columns];
    for (int i = 0; i < numbers.length; i++) {
      System.arraycopy(weights, numbers[i] * columns, picked, i * columns, columns);
    }
    return picked;
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int columns() {
    return columns;
  }

  @Override
  public long bytes() {
    long bytes = 0;
    for (Part part : parts) {
      bytes += part.matrix().bytes() + (long) Integer.BYTES * part.numbers().length;
    }
    return bytes;
  }

  @Override
  public void multiply(float[] x, int batch, float[] y) {
    Arrays.fill(y, 0, rows * batch, 0);
    for (Part part : parts) {
      int[] numbers = part.numbers();
      if (outputs.length < numbers.length * batch) {
        outputs = new float[numbers.length * batch];
      }
      part.matrix().multiply(x, batch, outputs);
      for (int i = 0; i < numbers.length; i++) {
        System.arraycopy(outputs, i * batch, y, numbers[i] * batch, batch);
      }
    }
  }
}
