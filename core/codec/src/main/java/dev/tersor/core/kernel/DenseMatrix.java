package dev.tersor.core.kernel;

/**
 * Plain fp32 weights: what every other form is held against.
 *
 * @param weights rows x columns, row by row
 */
@SuppressWarnings("ArrayRecordComponent") // a view of an array that kernels loop over
public record DenseMatrix(Products products, float[] weights, int rows, int columns)
    implements Matrix {
  public DenseMatrix {
    if (weights.length != (long) rows * columns) {
      throw new IllegalArgumentException(
          weights.length + " weights are not " + rows + " x " + columns);
    }
  }

  @Override
  public long bytes() {
    return (long) Float.BYTES * weights.length;
  }

  @Override
  public void multiply(float[] x, int batch, float[] y) {
    products.dense(weights, rows, columns, x, batch, y, 0);
  }
}
