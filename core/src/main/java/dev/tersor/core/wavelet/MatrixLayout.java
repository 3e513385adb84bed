package dev.tersor.core.wavelet;

import dev.tersor.core.bits.MalformedInputException;

/**
 * The levels of a wavelet matrix (Claude, Navarro and Ordonez, 2015) over digits of one or two
 * bits. A level has a digit of every symbol, the highest first; the next one has the symbols in the
 * order of that digit, those of equal digits as they were. So a node is a range of a level, and
 * {@code C[d] + rank of d} the way down.
 *
 * <p><b>Table</b>: nothing for an empty sequence; else three bytes, the number {@code L} of bits
 * that are split and, as {@code u16}, what all symbols have above them. <b>Bits</b>: the {@code L /
 * bits of a digit} levels as one string of digits, from the top; with digits of two bits L is even.
 * If all symbols are the same L is 0 and there are none.
 *
 * <p>Example: 0 2 1 3 with digits of one bit has the table {@code 02 00 00}, the level 0 1 0 1 and,
 * with the symbols as 0 1 2 3, the level 0 1 0 1.
 *
 * @param bits the lowest bits of symbols, those that are split
 * @param base the bits above, in their place
 * @param log bits of a digit, 1 or 2
 */
record MatrixLayout(int bits, int base, int log) {
  static final int TABLE_BYTES = 3;

  /**
   * A layout for symbols that all have the bits of one but may differ where {@code differ} does.
   */
  static MatrixLayout of(int one, int differ, int log) {
    int bits = (32 - Integer.numberOfLeadingZeros(differ) + log - 1) / log * log;
    return new MatrixLayout(bits, one >>> bits << bits, log);
  }

  /**
   * @throws MalformedInputException if it is no table of so many symbols of that width
   */
  static MatrixLayout read(byte[] table, int length, int width, int log) {
    if (table.length == 0 && length == 0) {
      return new MatrixLayout(0, 0, log);
    }
    if (table.length != TABLE_BYTES || length == 0) {
      throw new MalformedInputException(
          length + " symbols have a table of " + table.length + " bytes", 0);
    }
    int bits = table[0] & 0xFF;
    int base = (table[1] & 0xFF) | (table[2] & 0xFF) << 8;
    if (bits > (width + log - 1) / log * log
        || bits % log != 0
        || base >>> width != 0
        || (base & (1 << bits) - 1) != 0) {
      throw new MalformedInputException(
          bits + " bits below " + base + " in symbols of " + width + " bits", 0);
    }
    return new MatrixLayout(bits, base, log);
  }

  byte[] table(int length) {
    return length == 0 ? new byte[0] : new byte[] {(byte) bits, (byte) base, (byte) (base >>> 8)};
  }

  int levels() {
    return bits / log;
  }

  /**
   * The nodes that have symbols, from the root on.
   *
   * @param length number of symbols
   * @param width bits that a symbol may have
   * @throws MalformedInputException if one has more
   */
  Nodes nodes(int length, int width, DigitRanks ranks) {
    int alphabet = base + (1 << bits);
    if (bits == 0) {
      return new Nodes(log, 0, alphabet, length, ~base);
    }
    Nodes nodes = new Nodes(log, capacity(length), alphabet, length, 0);
    int digits = 1 << log;
    int from = 0;
    for (int level = 0; level < levels(); level++) {
      long[] next = nextOfDigits(level, length, ranks);
      boolean last = level == levels() - 1;
      int to = nodes.used();
      for (int node = from; node < to; node++) {
        long begin = nodes.start[node];
        for (int d = 0; d < digits; d++) {
          long before = ranks.before(d, begin);
          int size = (int) (ranks.before(d, begin + nodes.size[node]) - before);
          int link = node << log | d;
          if (size == 0) {
            nodes.child[link] = Nodes.NONE;
          } else if (last) {
            nodes.hangLeaf(link, symbol(nodes, link, width), size, before);
          } else {
            nodes.hang(link, nodes.add(next[d] + before, size, link), before);
          }
        }
      }
      from = to;
    }
    return nodes;
  }

  /** What a rank in the string is to be added to for a place in the next level. */
  private long[] nextOfDigits(int level, int length, DigitRanks ranks) {
    long begin = (long) level * length;
    long[] next = new long[1 << log];
    long end = begin + length;
    for (int d = 0; d < next.length; d++) {
      long before = ranks.before(d, begin);
      next[d] = end - before;
      end += ranks.before(d, begin + length) - before;
    }
    return next;
  }

  private int symbol(Nodes nodes, int link, int width) {
    int digits = 0;
    for (int up = link, at = 0; up >= 0; up = nodes.parent[up >>> log], at += log) {
      digits |= (up & (1 << log) - 1) << at;
    }
    if (digits >>> width != 0) {
      throw new MalformedInputException("a symbol has more than " + width + " bits", TABLE_BYTES);
    }
    return base | digits;
  }

  /** No level has more nodes than symbols, or than prefixes. */
  private int capacity(int length) {
    long capacity = 0;
    for (int level = 0; level < levels(); level++) {
      capacity += Math.min(length, 1L << level * log);
    }
    return (int) capacity;
  }
}
