package dev.tersor.core.wavelet;

import dev.tersor.core.bits.MalformedInputException;

/**
 * Levels of a digit of every symbol, one or two bits of it, the highest first. In a wavelet matrix
 * (Claude, Navarro and Ordonez, 2015), binary or quad, the next level has the symbols in the order
 * of that digit, those of equal digits as they were. In a balanced tree it has them in the order of
 * all digits so far, so that a node's children lie below it. In both a node is a range of a level.
 *
 * <p><b>Table</b>: nothing for an empty sequence; else three bytes, the number {@code L} of bits
 * that are split and, as {@code u16}, what all symbols have above them. <b>Bits</b>: the {@code L /
 * bits of a digit} levels as one string of digits, from the top; with digits of two bits L is even.
 * If all symbols are the same L is 0 and there are none.
 *
 * <p>Example: 2 0 3 1 of width 2 has the table {@code 02 00 00} in all three. Of one bit each, the
 * first level is 1 0 1 0. Then both a matrix and a balanced tree have the symbols as 0 1 2 3, and
 * the level 0 1 0 1. With digits of two bits the one level is 2 0 3 1.
 *
 * @param shape balanced, matrix or quad
 * @param bits the lowest bits of symbols, those that are split
 * @param base the bits above, in their place
 */
record LevelLayout(Shape shape, int bits, int base) {
  private static final int TABLE_BYTES = 3;

  /**
   * A layout for symbols that all have the bits of one but may differ where {@code differ} does.
   */
  static LevelLayout of(Shape shape, int one, int differ) {
    int log = log(shape);
    int bits = (32 - Integer.numberOfLeadingZeros(differ) + log - 1) / log * log;
    return new LevelLayout(shape, bits, one >>> bits << bits);
  }

  private static int log(Shape shape) {
    return shape == Shape.QUAD ? 2 : 1;
  }

  /** Bits of a digit. */
  int log() {
    return log(shape);
  }

  /**
   * @throws MalformedInputException if its table is not one of so many symbols of its width
   */
  static LevelLayout read(Stored stored) {
    byte[] table = stored.table();
    int length = stored.length();
    if (table.length == 0 && length == 0) {
      return new LevelLayout(stored.shape(), 0, 0);
    }
    if (table.length != TABLE_BYTES || length == 0) {
      throw new MalformedInputException(
          length + " symbols have a table of " + table.length + " bytes", 0);
    }
    int log = log(stored.shape());
    int bits = table[0] & 0xFF;
    int base = (table[1] & 0xFF) | (table[2] & 0xFF) << 8;
    int width = stored.width();
    if (bits > (width + log - 1) / log * log
        || bits % log != 0
        || base >>> width != 0
        || (base & ((1 << bits) - 1)) != 0) {
      throw new MalformedInputException(
          bits + " bits below " + base + " in symbols of " + width + " bits", 0);
    }
    return new LevelLayout(stored.shape(), bits, base);
  }

  byte[] table(int length) {
    return length == 0 ? new byte[0] : new byte[] {(byte) bits, (byte) base, (byte) (base >>> 8)};
  }

  int levels() {
    return bits / log();
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
      return new Nodes(log(), 0, alphabet, length, ~base);
    }
    int log = log();
    Nodes nodes = new Nodes(log, capacity(length), alphabet, length, 0);
    int digits = 1 << log;
    int from = 0;
    for (int level = 0; level < levels(); level++) {
      long[] next = nextOfDigits(level, length, ranks);
      boolean last = level == levels() - 1;
      int to = nodes.used();
      for (int node = from; node < to; node++) {
        long begin = nodes.start[node];
        long below = begin + length;
        for (int d = 0; d < digits; d++) {
          long before = ranks.before(d, begin);
          int size = (int) (ranks.before(d, begin + nodes.size[node]) - before);
          int link = node << log | d;
          if (size == 0) {
            nodes.child[link] = Nodes.NONE;
          } else if (last) {
            nodes.hangLeaf(link, symbol(nodes, link, width), size, before);
          } else {
            long start = shape == Shape.BALANCED ? below : next[d] + before;
            nodes.hang(link, nodes.add(start, size, link), before);
          }
          below += size;
        }
      }
      from = to;
    }
    return nodes;
  }

  /**
   * What a digit's rank in the string is to be added to for its place in the next level, by {@code
   * digits * level + digit}, for all levels of a matrix but the last.
   */
  long[] steps(int length, DigitRanks ranks) {
    int digits = 1 << log();
    long[] steps = new long[Math.max(0, levels() - 1) * digits];
    for (int at = 0; at < steps.length; at += digits) {
      System.arraycopy(nextOfDigits(at >>> log(), length, ranks), 0, steps, at, digits);
    }
    return steps;
  }

  /** The same of one level. */
  private long[] nextOfDigits(int level, int length, DigitRanks ranks) {
    long begin = (long) level * length;
    long[] next = new long[1 << log()];
    long end = begin + length;
    for (int d = 0; d < next.length; d++) {
      long before = ranks.before(d, begin);
      next[d] = end - before;
      end += ranks.before(d, begin + length) - before;
    }
    return next;
  }

  private int symbol(Nodes nodes, int link, int width) {
    int log = log();
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
      capacity += Math.min(length, 1L << (level * log()));
    }
    return (int) capacity;
  }
}
