package dev.tersor.core.checkpoint;

import dev.tersor.core.tensor.Scaled;

/**
 * What the codes within blocks of a {@link StoredFormat} stand for: their scales, as a codebook.
 */
public interface BlockCodebook {
  /** Bits of a code, 1 to 8. */
  int bits();

  /**
   * The codebook of blocks that follow each other.
   *
   * @param stored whole blocks, and nothing else
   * @param columns weights of a row, in whole blocks
   * @throws IllegalArgumentException if a scale is not finite
   */
  Scaled of(byte[] stored, long columns);
}
