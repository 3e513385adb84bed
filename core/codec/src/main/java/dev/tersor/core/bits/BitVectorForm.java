package dev.tersor.core.bits;

import java.util.Objects;

/** The stored forms of a {@link BitVector}, smallest code first; see the classes for their bits. */
public enum BitVectorForm {
  /** {@link BlockBitVector}: 512 bits in 576, the fastest. */
  BLOCKS(0),
  /** {@link SparseBitVector}: a count for 4,096 bits, 0.8 % beside the bits. */
  SPARSE(0),
  /** {@link RrrBitVector} of blocks of 15 bits. */
  RRR15(15),
  /** {@link RrrBitVector} of blocks of 31 bits. */
  RRR31(31),
  /** {@link RrrBitVector} of blocks of 63 bits. */
  RRR63(63);

  private final int block;

  BitVectorForm(int block) {
    this.block = block;
  }

  /**
   * The stored bytes of a string of bits.
   *
   * @param words the bits, bit i as bit {@code i mod 64} of word {@code i / 64}; zeros after the
   *     last one
   * @param length number of bits
   * @throws IllegalArgumentException if there are fewer words than the bits need, a bit is set
   *     after the last one, or there are too many bits for the form
   */
  public byte[] store(long[] words, long length) {
    if (length < 0 || length > 64L * words.length) {
      throw new IllegalArgumentException(length + " bits in " + words.length + " words");
    }
    int used = (int) ((length + 63) >>> 6);
    if ((length & 63) != 0 && words[used - 1] >>> length != 0) {
      throw new IllegalArgumentException("a bit is set after the last of " + length);
    }
    return switch (this) {
      case BLOCKS -> BlockBitVector.store(words, length);
      case SPARSE -> SparseBitVector.store(words, length);
      case RRR15, RRR31, RRR63 -> RrrBitVector.store(words, length, block);
    };
  }

  /**
   * Opens what {@link #store} made, on those bytes themselves; they are not to be changed after.
   *
   * @param at where they begin in the array
   * @param size how many there are
   * @param length number of bits
   * @throws MalformedInputException if they are not those of so many bits, or the directory does
   *     not say what the bits say; the position counts from {@code at}
   */
  public BitVector open(byte[] stored, int at, int size, long length) {
    Objects.checkFromIndexSize(at, size, stored.length);
    if (length < 0) {
      throw new IllegalArgumentException(length + " bits");
    }
    return switch (this) {
      case BLOCKS -> BlockBitVector.open(stored, at, size, length);
      case SPARSE -> SparseBitVector.open(stored, at, size, length);
      case RRR15, RRR31, RRR63 -> RrrBitVector.open(stored, at, size, length, block);
    };
  }
}
