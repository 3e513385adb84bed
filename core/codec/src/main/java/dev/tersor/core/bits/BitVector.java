package dev.tersor.core.bits;

import java.util.Objects;

/**
 * An immutable string of bits with rank and select (Jacobson, "Space-efficient Static Trees and
 * Graphs", 1989). It lives on its stored bytes: opening one checks them and copies nothing. How it
 * is stored is a {@link BitVectorForm}.
 */
public sealed interface BitVector permits BlockBitVector, SparseBitVector, RrrBitVector {
  /** Number of bits. */
  long length();

  /** Number of ones. */
  long ones();

  /**
   * Bit {@code i}.
   *
   * @throws IndexOutOfBoundsException unless i is in [0, length)
   */
  default boolean get(long i) {
    Objects.checkIndex(i, length());
    return bit(i) != 0;
  }

  /**
   * How many of the first {@code i} bits are ones.
   *
   * @throws IndexOutOfBoundsException unless i is in [0, length]
   */
  default long rank1(long i) {
    if (i == length()) {
      return ones();
    }
    Objects.checkIndex(i, length());
    return rankAndBit(i) >>> 1;
  }

  /**
   * How many of the first {@code i} bits are zeros.
   *
   * @throws IndexOutOfBoundsException unless i is in [0, length]
   */
  default long rank0(long i) {
    return i - rank1(i);
  }

  /**
   * Where the one lies that has {@code k} ones before it.
   *
   * @throws IndexOutOfBoundsException unless k is in [0, ones)
   */
  default long select1(long k) {
    Objects.checkIndex(k, ones());
    return select(1, k, interpolated(k, ones()));
  }

  /**
   * Where the zero lies that has {@code k} zeros before it.
   *
   * @throws IndexOutOfBoundsException unless k is in [0, length - ones)
   */
  default long select0(long k) {
    Objects.checkIndex(k, length() - ones());
    return select(0, k, interpolated(k, length() - ones()));
  }

  /**
   * Bit {@code i} as a number.
   *
   * @param i in [0, length), which is not checked
   */
  int bit(long i);

  /**
   * Rank and bit at once, for the loops of a wavelet tree: {@code 2 rank1(i) + bit i}.
   *
   * @param i in [0, length), which is not checked
   */
  long rankAndBit(long i);

  /**
   * The 64 bits from one on, the first one lowest, zeros beyond the end.
   *
   * @param i in [0, length), which is not checked
   */
  long window(long i);

  private long interpolated(long k, long count) {
    return (long) ((double) k * ((double) length() / (double) count));
  }

  /**
   * Where the one or zero lies that has {@code k} like it before it in the whole vector.
   *
   * @param bit 1 or 0
   * @param k as in {@link #select1} or {@link #select0}, not checked
   * @param near where it is looked for first; the nearer, the sooner it is found
   */
  long select(int bit, long k, long near);
}
