package dev.tersor.core.symbol;

/** Turns one stream of symbols into bits and back. Implementations have no state. */
public interface SymbolCoder {
  /** The name in recipes and containers: lower-case letters, digits and dashes. */
  String name();

  /** Whether this coder can code a stream of that width; others go to {@link Packed}. */
  boolean accepts(Symbols symbols);

  /** Whether symbol i can be read without reading the symbols before it. */
  boolean isRandomAccess();

  /**
   * Whether contexts follow from the symbols' place in a tensor: such a coder is worth trying where
   * that is known.
   */
  default boolean usesPlace() {
    return false;
  }

  /**
   * Whether streams are kept in this coder even where their packed symbols would be smaller,
   * because they are queried there.
   */
  default boolean isStructure() {
    return false;
  }

  /**
   * A bound from below of the bits that the coded symbols take, whatever the table adds: a choice
   * between coders leaves out those that cannot win by it. That of a coder of single symbols is
   * their order-0 entropy; one that looks at neighbours as well has a bound of its own, and says
   * how far it can be trusted.
   *
   * @param symbols a stream that this coder accepts
   */
  default double leastBits(Symbols symbols) {
    return Entropy.of(symbols).bits();
  }

  /** The same where the symbols' place in a tensor is known. */
  default double leastBits(Symbols symbols, Place place) {
    return leastBits(symbols);
  }

  /**
   * @throws IllegalArgumentException if a symbol does not fit in the stream's width
   */
  Coded encode(Symbols symbols);

  /**
   * The same where the symbols' place in a tensor is known; a coder that has no use for it ignores
   * it. {@link #decode(Coded, int, int, Place)} is to be given the same place.
   *
   * @throws IllegalArgumentException if a symbol does not fit in the stream's width
   */
  default Coded encode(Symbols symbols, Place place) {
    return encode(symbols);
  }

  /**
   * @param count how many symbols the stream has
   * @param width the stream's width in bits
   * @throws dev.tersor.core.bits.MalformedInputException if the bytes are not what {@link #encode}
   *     makes of such a stream; the position counts from the start of the table, the payload
   *     following it
   */
  Symbols decode(Coded coded, int count, int width);

  /**
   * The inverse of {@link #encode(Symbols, Place)}.
   *
   * @throws dev.tersor.core.bits.MalformedInputException as {@link #decode(Coded, int, int)}
   */
  default Symbols decode(Coded coded, int count, int width, Place place) {
    return decode(coded, count, width);
  }
}
