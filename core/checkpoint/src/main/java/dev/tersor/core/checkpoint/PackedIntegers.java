package dev.tersor.core.checkpoint;

import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.tensor.FloatFormat;

/**
 * Integers of few bits in 32-bit words, the first in the low bits: a block is 32 of them, in as
 * many words as they have bits. Which integer of a tensor is where, an order of its own says.
 *
 * <p>Example: of three bits the eleventh has its low two bits in the first word and the high one in
 * the second.
 *
 * @param bits of an integer, 1 to 8
 * @param signed whether 2^(bits - 1) is taken off, which is added before they are packed
 */
public record PackedIntegers(int bits, boolean signed) implements StoredFormat {
  private static final long serialVersionUID = 1L;

  /**
   * @throws IllegalArgumentException if there are not 1 to 8 bits
   */
  public PackedIntegers {
    if (bits < 1 || bits > Byte.SIZE) {
      throw new IllegalArgumentException("integers of " + bits + " bits, expected 1..8");
    }
  }

  @Override
  public int elements() {
    return Integer.SIZE;
  }

  @Override
  public int bytes() {
    return Integer.BYTES * bits;
  }

  @Override
  public boolean holdsWeights() {
    return false;
  }

  @Override
  public FloatFormat format() {
    return FloatFormat.FP32;
  }

  /** The integer that the low bits of a number are. */
  public int value(int packed) {
    return (packed & ((1 << bits) - 1)) - (signed ? 1 << (bits - 1) : 0);
  }

  @Override
  public void decode(byte[] stored, int from, int stride, float[] into, int at, int blocks) {
    for (int block = 0; block < blocks; block++) {
      int start = from + block * stride;
      for (int i = 0; i < Integer.SIZE; i++) {
        int bit = i * bits;
        int word = start + Integer.BYTES * (bit / Integer.SIZE);
        int shift = bit % Integer.SIZE;
        int packed = LittleEndian.getInt(stored, word) >>> shift;
        if (shift + bits > Integer.SIZE) {
          packed |= LittleEndian.getInt(stored, word + Integer.BYTES) << (Integer.SIZE - shift);
        }
        into[at + block * Integer.SIZE + i] = value(packed);
      }
    }
  }
}
