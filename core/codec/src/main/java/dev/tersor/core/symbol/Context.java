package dev.tersor.core.symbol;

/**
 * Decodes fast: rANS ({@link Rans}) whose frequencies are those of a few classes, which follow from
 * what the weights before let expect ({@link Activity}). A class is a run of levels of the expected
 * magnitude, and of codes of a machine its quantiser or its state; the encoder cuts the classes.
 * Their frequencies are not stored: they follow the counts of what was decoded, and change each
 * time that a class has seen a quarter more ({@link ContextClasses}).
 *
 * <p><b>Tokens</b>: magnitudes below 16 are tokens of their own; of longer ones the token has the
 * bit length and the two bits below the highest one, the others follow as they are, and below them
 * the sign, 1 for a negative number. In kernels the sign is coded with a probability of its own
 * ({@link SignContexts}) after the other bits.
 *
 * <p><b>Table</b>: that of {@link PlacedCoder}; a byte, the number of tokens less one, and 128 if
 * each state has classes of its own; a byte for each class but the first, the level that it begins
 * with. <b>Payload</b>: as in {@link Rans}, a state of 32 bits for a stream of fewer than 1,024
 * symbols, else two, which take turns, then words of 16 bits. A range of 2^b is coded as there; a
 * token has b = 12, bits as they are make a range of frequency 1, a sign has b = 12.
 *
 * <p>Example: symbols 0 0 1 3 of width 2, the weights of a row, are two's complement, tokens 0 0 1
 * 1 and signs 0 1. There is one class. The table is {@code 01 1C 01}, the payload {@code 0D 90 00
 * 04 FE 3F}.
 */
public final class Context extends PlacedCoder {
  @Override
  public String name() {
    return "context";
  }

  @Override
  Coded encode(int[] values, Numbers numbers) {
    return new ContextEncoder(values, numbers).encode();
  }

  @Override
  void decode(Coded coded, int from, Numbers numbers, int[] values) {
    ContextStream stream = ContextStream.read(coded.table(), from);
    new ContextDecoder(coded, numbers, stream).decode(values);
  }
}
