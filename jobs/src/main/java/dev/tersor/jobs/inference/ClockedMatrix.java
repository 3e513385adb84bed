package dev.tersor.jobs.inference;

import dev.tersor.core.kernel.Matrix;

/** A matrix whose products are timed. */
final class ClockedMatrix implements Matrix {
  private final Matrix inner;
  private long nanos;

  ClockedMatrix(Matrix inner) {
    this.inner = inner;
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
    return inner.bytes();
  }

  @Override
  public void multiply(float[] x, int batch, float[] y) {
    long start = System.nanoTime();
    inner.multiply(x, batch, y);
    nanos += System.nanoTime() - start;
  }

  /** Nanoseconds of all products since this was asked last. */
  long take() {
    long taken = nanos;
    nanos = 0;
    return taken;
  }
}
