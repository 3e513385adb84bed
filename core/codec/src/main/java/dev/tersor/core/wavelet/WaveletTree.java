package dev.tersor.core.wavelet;

import dev.tersor.core.bits.BitVectorForm;
import dev.tersor.core.bits.MalformedInputException;

/**
 * An immutable sequence of symbols of up to 16 bits with access, rank and select (Grossi, Gupta and
 * Vitter, 2003; Navarro, "Wavelet trees for all", 2014), and with ranges that are decoded many
 * symbols at a time. It lives on its stored bytes: opening one goes through them once to check
 * them, finds the nodes and copies no bits. All queries may be made from many threads.
 */
public interface WaveletTree {
  /** Number of symbols. */
  int length();

  /** Bits of a symbol, 1 to 16. */
  int width();

  /** Its form and bytes, which {@link #open(Stored)} takes. */
  Stored stored();

  /**
   * Symbol {@code i}.
   *
   * @throws IndexOutOfBoundsException unless i is in [0, length)
   */
  int access(int i);

  /**
   * How often a symbol occurs among the first {@code i}.
   *
   * @throws IllegalArgumentException if the symbol does not fit in the width
   * @throws IndexOutOfBoundsException unless i is in [0, length]
   */
  int rank(int symbol, int i);

  /**
   * How often a symbol occurs.
   *
   * @throws IllegalArgumentException if the symbol does not fit in the width
   */
  int count(int symbol);

  /**
   * Where the symbol lies that has {@code k} like it before it.
   *
   * @throws IllegalArgumentException if the symbol does not fit in the width
   * @throws IndexOutOfBoundsException unless k is in [0, count of the symbol)
   */
  int select(int symbol, int k);

  /**
   * Decodes the symbols in [from, to) into {@code out} from {@code at} on.
   *
   * @throws IllegalArgumentException if symbols have more than 8 bits
   * @throws IndexOutOfBoundsException if the range is not one of the sequence, or does not fit
   */
  void decode(int from, int to, byte[] out, int at);

  /**
   * The same for symbols of any width.
   *
   * @throws IndexOutOfBoundsException if the range is not one of the sequence, or does not fit
   */
  void decode(int from, int to, int[] out, int at);

  /**
   * The whole tree as bytes that say what it is, which {@link #open(byte[])} takes: the names of
   * shape and form of the bits, each behind a byte with its length, the width as a byte, the length
   * and the number of bytes of the table as varints, the table, the bits.
   */
  default byte[] toBytes() {
    return SelfContained.write(stored());
  }

  /**
   * Builds a tree.
   *
   * @param symbols one in each byte, taken as unsigned
   * @param width bits of a symbol, 1 to 8
   * @throws IllegalArgumentException if a symbol does not fit in the width
   */
  static WaveletTree of(byte[] symbols, int width, Shape shape, BitVectorForm form) {
    return open(TreeBuilder.build(TreeBuilder.chars(symbols), width, shape, form));
  }

  /**
   * Builds a tree.
   *
   * @param width bits of a symbol, 1 to 16
   * @throws IllegalArgumentException if a symbol does not fit in the width
   */
  static WaveletTree of(int[] symbols, int width, Shape shape, BitVectorForm form) {
    return open(TreeBuilder.build(TreeBuilder.chars(symbols, width), width, shape, form));
  }

  /**
   * Opens a tree on its stored bytes, which are not to be changed after.
   *
   * @throws MalformedInputException if they are not those of such a tree; the position counts from
   *     the start of the table, the bits following it
   */
  static WaveletTree open(Stored stored) {
    return stored.shape() == Shape.QUAD ? QuadTree.open(stored) : BinaryTree.open(stored);
  }

  /**
   * Opens what {@link #toBytes} made, on those bytes, which are not to be changed after.
   *
   * @throws MalformedInputException if they are not those of a tree
   */
  static WaveletTree open(byte[] bytes) {
    return SelfContained.open(bytes);
  }
}
