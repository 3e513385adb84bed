package dev.tersor.core.index;

import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.symbol.Symbols;

/**
 * A string of bits that a stream holds in symbols of 8 bits: bit i is bit {@code i mod 8} of symbol
 * {@code i/8}, and the bits after the last one are zero. Numbers in it have their least significant
 * bit first. In memory it is made of 64-bit words, so that no loop goes bit by bit.
 */
final class BitString {
  private static final int SYMBOL = 8;

  /** One word more than the bits need, so that a window may begin at any of them. */
  private final long[] words;

  private final int size;

  /**
   * @param size bits, all zero at first
   */
  BitString(int size) {
    this.size = size;
    this.words = new long[(size >>> 6) + 2];
  }

  /** Reads what {@link #stream} made, filling bits included. */
  static BitString of(String name, Split split) {
    byte[] symbols = split.bytes(name);
    BitString bits = new BitString(Math.multiplyExact(SYMBOL, symbols.length));
    int whole = symbols.length >>> 3;
    for (int word = 0; word < whole; word++) {
      bits.words[word] = LittleEndian.getLong(symbols, word << 3);
    }
    for (int i = whole << 3; i < symbols.length; i++) {
      bits.words[whole] |= (symbols[i] & 0xFFL) << (SYMBOL * (i & 7));
    }
    return bits;
  }

  /** The stream of the first {@code used} bits; those after them must be zero. */
  Stream stream(String name, int used) {
    byte[] symbols = new byte[(used + SYMBOL - 1) / SYMBOL];
    for (int i = 0; i < symbols.length; i++) {
      symbols[i] = (byte) (words[i >>> 3] >>> (SYMBOL * (i & 7)));
    }
    return new Stream(name, Role.INDEX, Symbols.ofBytes(symbols, SYMBOL));
  }

  /** Sixty-four bits, zeros beyond the end. */
  long word(int word) {
    return words[word];
  }

  int size() {
    return size;
  }

  void set(int bit) {
    words[bit >>> 6] |= 1L << bit;
  }

  /** Puts a number at a bit from which on all are zero; it must end within the string. */
  void put(int bit, long number) {
    int word = bit >>> 6;
    words[word] |= number << bit;
    words[word + 1] |= number >>> 1 >>> ~bit;
  }

  /**
   * The 64 bits from one on, zeros beyond the end.
   *
   * @param bit at most {@link #size()}
   */
  long window(int bit) {
    int word = bit >>> 6;
    return (words[word] >>> bit) | (words[word + 1] << 1 << ~bit);
  }

  /**
   * The first bit that is set, or {@link #size()} if there is none.
   *
   * @param from where to begin, at most {@link #size()}
   */
  int nextOne(int from) {
    int word = from >>> 6;
    long left = words[word] & (-1L << from);
    while (left == 0) {
      if (++word == words.length) {
        return size;
      }
      left = words[word];
    }
    return (word << 6) + Long.numberOfTrailingZeros(left);
  }

  /**
   * @throws MalformedInputException unless the string has {@code used} bits and after them only
   *     zeros, fewer than a symbol's
   */
  void checkEnd(String name, int used) {
    if (used > size) {
      throw endsEarly(name);
    }
    if (size - used >= SYMBOL || window(used) != 0) {
      throw new MalformedInputException(
          "stream '" + name + "' goes on after bit " + used, used / SYMBOL);
    }
  }

  MalformedInputException endsEarly(String name) {
    return new MalformedInputException("stream '" + name + "' ends early", size / SYMBOL);
  }
}
