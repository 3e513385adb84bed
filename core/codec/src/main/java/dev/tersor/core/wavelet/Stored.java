package dev.tersor.core.wavelet;

import dev.tersor.core.bits.BitVectorForm;

/**
 * A wavelet tree as it is stored: what must be known of it, its table, and its bits.
 *
 * @param shape how symbols are split
 * @param form how the bits are stored; a quad tree has its own and takes {@link
 *     BitVectorForm#BLOCKS} for it
 * @param width bits of a symbol, 1 to 16
 * @param length number of symbols
 * @param table code or levels, see {@link CodedLayout} and {@link LevelLayout}
 * @param bytes an array with the bits
 * @param at where they begin in it
 * @param size bytes of the bits
 */
@SuppressWarnings("ArrayRecordComponent") // handed from builder to tree, never compared
public record Stored(
    Shape shape,
    BitVectorForm form,
    int width,
    int length,
    byte[] table,
    byte[] bytes,
    int at,
    int size) {
  private static final int WIDEST = 16;

  /**
   * @throws IllegalArgumentException if width, length or form are impossible
   */
  public Stored {
    if (width < 1 || width > WIDEST) {
      throw new IllegalArgumentException("symbols of " + width + " bits, not 1 to " + WIDEST);
    }
    if (length < 0) {
      throw new IllegalArgumentException(length + " symbols");
    }
    if (shape == Shape.QUAD && form != BitVectorForm.BLOCKS) {
      throw new IllegalArgumentException("a quad tree has blocks of its own, not " + form);
    }
  }
}
