package dev.tersor.core.kernel;

import java.util.List;

/** Matrices of the same inputs, one's rows after the other's: the segments of a large tensor. */
final class StackedMatrix implements Matrix {
  private final List<Matrix> parts;
  private final int rows;
  private float[] outputs = new float[0];

  StackedMatrix(List<Matrix> parts) {
    this.parts = List.copyOf(parts);
    int sum = 0;
    for (Matrix part : parts) {
      if (part.columns() != parts.get(0).columns()) {
        throw new IllegalArgumentException(
            "segments of %d and %d columns".formatted(parts.get(0).columns(), part.columns()));
      }
      sum += part.rows();
    }
    this.rows = sum;
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int columns() {
    return parts.get(0).columns();
  }

  @Override
  public long bytes() {
    return parts.stream().mapToLong(Matrix::bytes).sum();
  }

  @Override
  public void multiply(float[] x, int batch, float[] y) {
    int at = 0;
    for (Matrix part : parts) {
      int count = part.rows() * batch;
      if (outputs.length < count) {
        outputs = new float[count];
      }
      part.multiply(x, batch, outputs);
      System.arraycopy(outputs, 0, y, at, count);
      at += count;
    }
  }
}
