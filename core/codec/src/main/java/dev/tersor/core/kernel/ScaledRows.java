package dev.tersor.core.kernel;

/**
 * A matrix whose rows are multiplied by a number each: codes of one step with a step a row.
 *
 * @param factors one a row
 */
@SuppressWarnings("ArrayRecordComponent") // kernels loop over it
record ScaledRows(Matrix inner, float[] factors) implements Matrix {
  ScaledRows {
    if (factors.length != inner.rows()) {
      throw new IllegalArgumentException(factors.length + " factors, " + inner.rows() + " rows");
    }
  }

  @Override
  public int rows() {
    return inner.rows();
  }

  @Override
  public int columns() {
    return inner.columns();
  }

  @Override
  public long bytes() {
    return inner.bytes() + (long) Float.BYTES * factors.length;
  }

  @Override
  public void multiply(float[] x, int batch, float[] y) {
    inner.multiply(x, batch, y);
    for (int row = 0; row < factors.length; row++) {
      for (int i = row * batch; i < (row + 1) * batch; i++) {
        y[i] *= factors[row];
      }
    }
  }
}
