package dev.tersor.core.symbol;

/**
 * A coded stream that is read where it is stored, any symbol or range by itself. It does not change
 * and may be read from many threads.
 */
public interface SymbolSequence {
  /** Number of symbols. */
  int count();

  /** Bits of a symbol. */
  int width();

  /**
   * Symbol {@code i}.
   *
   * @throws IndexOutOfBoundsException unless i is in [0, count)
   */
  int access(int i);

  /**
   * Decodes the symbols in [from, to) into {@code out} from {@code at} on.
   *
   * @throws IllegalArgumentException if symbols have more than 8 bits
   * @throws IndexOutOfBoundsException if the range is not one of the stream, or does not fit
   */
  void decode(int from, int to, byte[] out, int at);

  /**
   * The same for symbols of any width.
   *
   * @throws IndexOutOfBoundsException if the range is not one of the stream, or does not fit
   */
  void decode(int from, int to, int[] out, int at);
}
