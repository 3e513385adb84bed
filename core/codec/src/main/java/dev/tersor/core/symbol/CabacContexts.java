package dev.tersor.core.symbol;

/**
 * The contexts of {@link Cabac}'s bits and what they follow from: the two symbols before. Encoder
 * and decoder have one each and keep it in step.
 */
final class CabacContexts {
  /** Sums of two bit lengths from here on are one context. */
  private static final int MOST_ACTIVITY = 15;

  /** Most bits below the highest one of a magnitude that have contexts; the others have none. */
  static final int MANTISSA = 3;

  private static final int SYMBOL_BITS = 16;

  /** Of the zero flag: by the bit lengths of the two magnitudes before, added. */
  final int[] zero = BinaryState.contexts(MOST_ACTIVITY + 1);

  /** Of the sign: 0 before the first one, else 1 + whether the last one was negative. */
  final int[] sign = BinaryState.contexts(3);

  /** Of the flags "longer than i + 1 bits": activity and i. */
  final int[] length = BinaryState.contexts((MOST_ACTIVITY + 1) * SYMBOL_BITS);

  /** Of the bits below the highest one: bit length less one, and the bits above as a node. */
  final int[] mantissa = BinaryState.contexts(SYMBOL_BITS << MANTISSA);

  private int before;
  private int beforeThat;
  private int lastSign;

  /** Bit lengths of the two magnitudes before, added; at most 15. */
  int activity() {
    return Math.min(MOST_ACTIVITY, before + beforeThat);
  }

  static int lengthContext(int activity, int bits) {
    return activity * SYMBOL_BITS + bits - 1;
  }

  static int mantissaContext(int bits, int node) {
    return (bits - 1) << MANTISSA | node;
  }

  int signContext() {
    return lastSign;
  }

  /** After each sign: 1 for a negative one, else 0. */
  void signWas(int negative) {
    lastSign = 1 + negative;
  }

  /** After each symbol: the bits of its magnitude, in a tree 1 for all but symbol 0. */
  void lengthWas(int bits) {
    beforeThat = before;
    before = bits;
  }
}
