package dev.tersor.core.kernel;

/**
 * A weight matrix, rows x columns, in a form that multiplies without being decoded as a whole
 * (Succinct Compression, section 5). The scratch memory of a product belongs to the matrix, so one
 * thread at a time multiplies with it.
 */
public interface Matrix {
  /** Outputs. */
  int rows();

  /** Inputs. */
  int columns();

  /** Bytes of what is multiplied with: codes, indices, row starts, codebook. */
  long bytes();

  /**
   * Sets y = w x for a batch of inputs: input {@code c} of sample {@code s} is {@code x[c * batch +
   * s]}, output {@code r} is {@code y[r * batch + s]}. Nothing is allocated, but where the batch is
   * larger than any before, what a wavelet tree decodes a range with, and a copy of one input that
   * CSR is to be multiplied with, unless its length is a power of two.
   */
  void multiply(float[] x, int batch, float[] y);
}
