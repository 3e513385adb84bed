package dev.tersor.core.symbol;

import dev.tersor.core.bits.MalformedInputException;

/**
 * A coder whose streams are there to be queried: it is kept even where packing would be smaller.
 */
public interface StructureCoder extends SymbolCoder {
  @Override
  default boolean isRandomAccess() {
    return true;
  }

  @Override
  default boolean isStructure() {
    return true;
  }

  /**
   * Opens a coded stream for queries, on its bytes; they are checked and not decoded.
   *
   * @param count how many symbols the stream has
   * @param width the stream's width in bits
   * @throws MalformedInputException as {@link #decode}
   */
  SymbolSequence open(Coded coded, int count, int width);

  @Override
  default Symbols decode(Coded coded, int count, int width) {
    SymbolSequence sequence = open(coded, count, width);
    if (width <= Byte.SIZE) {
      byte[] bytes = new byte[count];
      sequence.decode(0, count, bytes, 0);
      return Symbols.ofBytes(bytes, width);
    }
    int[] values = new int[count];
    sequence.decode(0, count, values, 0);
    return new Symbols(values, width);
  }
}
