package dev.tersor.core.symbol;

import dev.tersor.core.bits.LittleEndian;
import java.util.Arrays;

/**
 * A binary range coder (Martin, "Range encoding", 1979): a bit of probability p takes that part of
 * the current range, a 1 the lower one. The range has 32 bits, and is widened by whole bytes until
 * it has 25 at least; a carry goes into the bytes that are written already.
 */
final class RangeEncoder {
  /** Bytes of the last low end that are written; the two after them are zero. */
  static final int TAIL_BYTES = 2;

  /** Bits that may come between two calls of {@link #reserve}, each of two bytes at most. */
  static final int MOST_BITS = 40;

  private static final int RESERVE = 2 * MOST_BITS + Integer.BYTES;

  private byte[] out;
  private int at;

  /** The low end of the range, 32 bits. */
  private long low;

  private int range = -1;

  RangeEncoder(int expectedBytes) {
    this.out = new byte[expectedBytes + RESERVE];
  }

  /** To be called before every {@value #MOST_BITS} bits, and before the end. */
  void reserve() {
    if (out.length - at < RESERVE) {
      out = Arrays.copyOf(out, out.length + out.length / 2 + RESERVE);
    }
  }

  /** Encodes a bit with the probability of a context, which learns of it. */
  void encode(int bit, int[] contexts, int context) {
    int state = contexts[context];
    int ones = -bit;
    contexts[context] = BinaryState.next(state, ones);
    int ofOne = (range >>> BinaryState.SCALE_BITS) * BinaryState.probability(state);
    // Computed and not branched on: what a bit will be is as good as random.
    range = (ofOne & ones) | ((range - ofOne) & ~ones);
    raise(ofOne & ~ones);
    widen();
  }

  /**
   * Encodes a bit.
   *
   * @param ofOne the probability of a 1 in units of 2^-16, from 16 to 65520
   */
  void encode(int bit, int ofOne) {
    int share = (int) (((range & 0xFFFFFFFFL) * ofOne) >>> 16);
    int ones = -bit;
    range = (share & ones) | ((range - share) & ~ones);
    raise(share & ~ones);
    widen();
  }

  /** Encodes the low {@code count} bits of a number with equal probabilities, highest first. */
  void encodeEqual(int number, int count) {
    for (int bit = count - 1; bit >= 0; bit--) {
      range >>>= 1;
      raise(range & ((number >>> bit & 1) - 1));
      widen();
    }
  }

  private void raise(int by) {
    low += by & 0xFFFFFFFFL;
    if (low >>> 32 != 0) {
      low &= 0xFFFFFFFFL;
      int carry = at - 1;
      while (++out[carry] == 0) {
        carry--;
      }
    }
  }

  private void widen() {
    int bits = wideningBits(range);
    LittleEndian.putInt(out, at, Integer.reverseBytes((int) low));
    at += bits >>> 3;
    low = low << bits & 0xFFFFFFFFL;
    range <<= bits;
  }

  /** By how many bits a range is widened: 0, 8 or 16. */
  static int wideningBits(int range) {
    return Integer.numberOfLeadingZeros(range) & 24;
  }

  /** All bytes: the last number is the lowest one of the range whose lower half is zero. */
  byte[] finish() {
    raise((1 << (Integer.SIZE - TAIL_BYTES * Byte.SIZE)) - 1);
    LittleEndian.putInt(out, at, Integer.reverseBytes((int) low));
    return Arrays.copyOf(out, at + TAIL_BYTES);
  }
}
