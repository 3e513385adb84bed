package dev.tersor.core.bench;

import dev.ludovic.netlib.blas.NativeBLAS;
import dev.tersor.core.kernel.Matrix;

/**
 * Dense fp32 weights multiplied by OpenBLAS, on one thread where {@code OPENBLAS_NUM_THREADS} is 1:
 * the peer of {@link dev.tersor.core.kernel.DenseMatrix}.
 *
 * @param weights rows x columns, row by row
 */
@SuppressWarnings("ArrayRecordComponent") // a view of an array
record BlasMatrix(NativeBLAS blas, float[] weights, int rows, int columns) implements Matrix {
  private static final String LIBRARY = "libopenblas.so.0";

  /**
   * @throws IllegalStateException if OpenBLAS is not installed
   */
  static BlasMatrix of(float[] weights, int rows, int columns) {
    System.setProperty("dev.ludovic.netlib.blas.nativeLib", LIBRARY);
    try {
      return new BlasMatrix(NativeBLAS.getInstance(), weights, rows, columns);
    } catch (RuntimeException | LinkageError e) {
      throw new IllegalStateException("OpenBLAS: there is no " + LIBRARY + " to compare with", e);
    }
  }

  @Override
  public long bytes() {
    return (long) Float.BYTES * weights.length;
  }

  /** BLAS counts columns first: to it, rows of ours are columns. */
  @Override
  public void multiply(float[] x, int batch, float[] y) {
    if (batch == 1) {
      blas.sgemv("T", columns, rows, 1, weights, columns, x, 1, 0, y, 1);
    } else {
      blas.sgemm("N", "N", batch, rows, columns, 1, x, batch, weights, columns, 0, y, batch);
    }
  }
}
