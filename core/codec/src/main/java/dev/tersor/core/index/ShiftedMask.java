package dev.tersor.core.index;

import dev.tersor.core.bits.LittleEndian;

/**
 * A mask of positions, eight times, each a bit further: the 64 positions from any on are one
 * unaligned load. A position's bit is set where it is a non-zero that no group has taken.
 */
final class ShiftedMask {
  /** Positions beyond the last that may be asked for. */
  static final int MARGIN = 1 << 10;

  /** Bytes of the same place in two copies must not compete for the same lines of a cache. */
  private static final int PAGE = 1 << 12;

  private static final int APART = 576;

  private final int size;
  private final int copyBytes;

  /** Copy k, in bytes, has position p at bit p - k; a margin before it has the first of them. */
  private final byte[] copies;

  /**
   * @param positions of the non-zeros, in any order
   * @param size weights of the tensor
   */
  ShiftedMask(int[] positions, int size) {
    this.size = size;
    int bytes = Long.BYTES + ((size + MARGIN) >>> 3);
    this.copyBytes = ((bytes + PAGE - 1) & -PAGE) + APART;
    this.copies = new byte[Math.multiplyExact(Byte.SIZE, copyBytes)];
    long[] words = new long[(size >>> 6) + 2];
    for (int position : positions) {
      words[position >>> 6] |= 1L << position;
    }
    for (int k = 0; k < Byte.SIZE; k++) {
      int to = k * copyBytes + Long.BYTES;
      for (int w = 0; w < words.length - 1; w++, to += Long.BYTES) {
        LittleEndian.putLong(copies, to, words[w] >>> k | words[w + 1] << 1 << (63 - k));
      }
    }
  }

  int size() {
    return size;
  }

  /** Where in {@link #bytes} the positions from one on are. */
  int at(int position) {
    return (position & 7) * copyBytes + Long.BYTES + (position >>> 3);
  }

  /** All copies. */
  byte[] bytes() {
    return copies;
  }

  /** The 64 positions from one on. */
  long word(int position) {
    return LittleEndian.getLong(copies, at(position));
  }

  /**
   * Clears positions.
   *
   * @param patterns by shift from 0 to 7 bits the positions from {@code start} on, in words
   */
  void clear(int start, long[][] patterns) {
    for (int k = 0; k < Byte.SIZE; k++) {
      // A copy does not have the positions before its number; its margin takes them.
      int from = start - k;
      int to = k * copyBytes + Long.BYTES + (from >> 3);
      for (long word : patterns[from & 7]) {
        LittleEndian.putLong(copies, to, LittleEndian.getLong(copies, to) & ~word);
        to += Long.BYTES;
      }
    }
  }
}
