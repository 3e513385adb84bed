package dev.tersor.core.symbol;

import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.bits.MalformedInputException;
import java.util.Arrays;

/** The inverse of {@link RangeEncoder}. */
final class RangeDecoder {
  /** Zero bytes after the end that belong to the number that the encoder ended with. */
  private static final int UNWRITTEN = Integer.BYTES - RangeEncoder.TAIL_BYTES;

  /** Bytes that may be read between two calls of {@link #check}. */
  private static final int READ_AHEAD = 2 * RangeEncoder.MOST_BITS + Integer.BYTES;

  private final byte[] bytes;

  /** Where the coded number ends in {@link #bytes}: with the bytes that were not written. */
  private final int end;

  /** Position of the payload, for errors. */
  private final int start;

  private int at = Integer.BYTES;
  private int range = -1;

  /** How far the coded number is above the low end of the range, unsigned. */
  private int offset;

  /**
   * @param start position of the payload, for errors
   */
  RangeDecoder(byte[] payload, int start) {
    this.bytes = Arrays.copyOf(payload, payload.length + Integer.BYTES + READ_AHEAD);
    this.end = payload.length + UNWRITTEN;
    this.start = start;
    this.offset = Integer.reverseBytes(LittleEndian.getInt(bytes, 0));
  }

  /**
   * To be called after every {@value RangeEncoder#MOST_BITS} bits.
   *
   * @throws MalformedInputException if they were read from beyond the end
   */
  void check() {
    if (at > end) {
      throw new MalformedInputException("payload ends early", position());
    }
  }

  /** Decodes a bit: -1 if it is 1, 0 if it is 0. */
  int decode(int[] contexts, int context) {
    int state = contexts[context];
    int ofOne = (range >>> BinaryState.SCALE_BITS) * BinaryState.probability(state);
    int ones = ones(ofOne);
    contexts[context] = BinaryState.next(state, ones);
    // Computed and not branched on: what a bit will be is as good as random.
    offset -= ofOne & ~ones;
    range = (ofOne & ones) | ((range - ofOne) & ~ones);
    widen();
    return ones;
  }

  /**
   * Decodes a bit.
   *
   * @param ofOne the probability of a 1 in units of 2^-16, from 16 to 65520
   */
  int decode(int ofOne) {
    int share = (int) (((range & 0xFFFFFFFFL) * ofOne) >>> 16);
    int ones = ones(share);
    offset -= share & ~ones;
    range = (share & ones) | ((range - share) & ~ones);
    widen();
    return -ones;
  }

  /** Decodes a number of {@code count} bits of equal probabilities. */
  int decodeEqual(int count) {
    int number = 0;
    for (int i = 0; i < count; i++) {
      range >>>= 1;
      int ones = ones(range);
      offset -= range & ~ones;
      number = 2 * number - ones;
      widen();
    }
    return number;
  }

  /** -1 if the number is in the lower part of the range, which stands for a 1. */
  private int ones(int ofOne) {
    return (int) (((offset & 0xFFFFFFFFL) - (ofOne & 0xFFFFFFFFL)) >> 63);
  }

  private void widen() {
    int bits = RangeEncoder.wideningBits(range);
    long next = Integer.reverseBytes(LittleEndian.getInt(bytes, at)) & 0xFFFFFFFFL;
    offset = offset << bits | (int) (next >>> (Integer.SIZE - bits));
    at += bits >>> 3;
    range <<= bits;
  }

  /** Position of the next byte, for errors. */
  long position() {
    return (long) start + Math.min(at, end - UNWRITTEN);
  }

  /**
   * To be called after the last bit.
   *
   * @throws MalformedInputException if there are bytes left, or the number is not the one that the
   *     encoder ends with
   */
  void finish() {
    check();
    if (at != end) {
      throw new MalformedInputException((end - at) + " bytes after the last symbol", position());
    }
    if (offset >>> (UNWRITTEN * Byte.SIZE) != 0) {
      throw new MalformedInputException("the payload is not that of its symbols", position());
    }
  }
}
