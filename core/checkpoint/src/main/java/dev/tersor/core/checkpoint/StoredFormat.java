package dev.tersor.core.checkpoint;

import dev.tersor.core.tensor.FloatFormat;
import java.io.Serializable;
import java.util.Optional;

/**
 * How the elements of a tensor are stored: in blocks of so many elements and so many bytes. A plain
 * number is a block of its own; four-bit numbers come two to a byte, quantised weights with the
 * scales of their block.
 */
public interface StoredFormat extends Serializable {
  /** Elements of a block, at least 1. */
  int elements();

  /** Bytes of a block; 0 where it is not known how elements are stored. */
  int bytes();

  /** Whether {@link #decode} knows the elements. */
  default boolean isKnown() {
    return bytes() > 0;
  }

  /**
   * Whether elements are numbers that weights are. Integers are not, unless something says what
   * they stand for.
   */
  boolean holdsWeights();

  /** The numbers that each element is one of once it is decoded. */
  FloatFormat format();

  /** The codes within blocks, and what they stand for; none where elements are numbers. */
  default Optional<BlockCodebook> codebook() {
    return Optional.empty();
  }

  /**
   * Decodes whole blocks. A float holds every element exactly but those of 64 bits and integers of
   * more than 24, which become the nearest.
   *
   * @param from offset of the first block's first byte
   * @param stride bytes from one block to the next
   * @param at where in {@code into} the first value goes; there is room for all elements
   * @throws IllegalArgumentException if {@link #isKnown} does not hold
   */
  void decode(byte[] stored, int from, int stride, float[] into, int at, int blocks);

  /**
   * Bytes that so many elements take, the last block whole.
   *
   * @throws ArithmeticException if these are more than 2^63
   */
  default long bytesOf(long elements) {
    long blocks = elements / elements() + (elements % elements() == 0 ? 0 : 1);
    return Math.multiplyExact(blocks, (long) bytes());
  }
}
