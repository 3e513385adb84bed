package dev.tersor.core.kernel;

import dev.tersor.core.bits.KernelFamily;

/**
 * Products of a weight matrix with inputs. A batch of inputs lies column by column of the matrix:
 * input {@code c} of sample {@code s} is {@code x[c * batch + s]}, output {@code r} is {@code y[r *
 * batch + s]}; with a batch of 1 both are vectors. Nothing is allocated. Implementations give the
 * same results to rounding: they differ in the order of their sums.
 */
public interface Products {
  /** Those with the Vector API. */
  KernelFamily<Products> FAMILY =
      new KernelFamily<>(
          "products",
          Products.class,
          "dev.tersor.core.kernel.VectorProducts",
          ProductsTrial::isPassed);

  /**
   * Sets y = w x, from a place of y on: output {@code r} of sample {@code s} is {@code y[to + r *
   * batch + s]}.
   *
   * @param w rows x columns, row by row
   * @param to where the first output goes
   */
  void dense(float[] w, int rows, int columns, float[] x, int batch, float[] y, int to);

  /** Sets y = w x. */
  void sparse(CsrMatrix w, float[] x, int batch, float[] y);

  /**
   * Sets {@code to[i] = table[codes[i]]}.
   *
   * @param bits of a code: all are below {@code 1 << bits}
   * @param table 256 numbers
   */
  default void lookUp(byte[] codes, int count, int bits, float[] table, float[] to) {
    for (int i = 0; i < count; i++) {
      to[i] = table[codes[i] & 0xFF];
    }
  }

  /**
   * A number of samples from {@code count} on that whole vectors take; further samples are to be
   * zeros.
   */
  default int padded(int count) {
    return count;
  }

  /** The fastest one that runs here: with the Vector API where that works. */
  static Products fastest() {
    return FAMILY.working().orElseGet(ScalarProducts::new);
  }

  /** The one without the Vector API. */
  static Products scalar() {
    return new ScalarProducts();
  }

  /**
   * The one with the Vector API.
   *
   * @throws LinkageError where its module is absent
   */
  static Products vectors() {
    return FAMILY.vectors();
  }
}
