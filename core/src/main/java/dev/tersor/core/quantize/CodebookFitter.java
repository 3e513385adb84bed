package dev.tersor.core.quantize;

import dev.tersor.core.tensor.Codebook;

/** Fits a codebook to the surviving weights of a tensor. Implementations have no state. */
public interface CodebookFitter {
  /** The name in options and tables: lower-case letters, digits, hyphens and plus signs. */
  String name();

  /**
   * @param survivors the non-zero weights
   * @param bits 1 to 8
   * @param seed for fitters that draw; the same seed gives the same codebook
   */
  Codebook fit(Points survivors, int bits, long seed);
}
