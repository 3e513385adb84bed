package dev.tersor.core.quantize;

import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Shape;

/** Fits a codebook to the surviving weights of a tensor. Implementations have no state. */
public interface CodebookFitter {
  /** The name in options and tables: lower-case letters, digits, hyphens and plus signs. */
  String name();

  /**
   * A codebook for all rows, or where each row has a step of its own that of the one row whose
   * weights these are.
   *
   * @param survivors the non-zero weights
   * @param bits 1 to 8
   * @param seed for fitters that draw; the same seed gives the same codebook
   */
  Codebook fit(Points survivors, int bits, long seed);

  /** Whether each row of a tensor has a step of its own. */
  default boolean isPerChannel() {
    return false;
  }

  /**
   * A codebook for a tensor or a part of one.
   *
   * @param weights in row-major order, pruned ones zero
   * @param bits 1 to 8
   */
  default Codebook fit(Shape shape, float[] weights, int bits, long seed) {
    return fit(Points.ofNonZero(weights), bits, seed);
  }
}
