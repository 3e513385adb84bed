package dev.tersor.core.index;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Codes;

/** The stored elements of a tensor: streams of counts and values, and the way back to codes. */
final class Elements {
  private Elements() {}

  /** The stream of the non-zeros' codes, in order of position. */
  static Stream values(Codes codes, SharedWork work) {
    // The same for most schemes, and so are its symbols' statistics.
    return work.ofCodes(codes, IndexScheme.VALUES, Stream.class, () -> find(codes));
  }

  private static Stream find(Codes codes) {
    int[] positions = codes.nonZeroPositions();
    byte[] all = codes.codes();
    byte[] values = new byte[positions.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = all[positions[i]];
    }
    return new Stream(IndexScheme.VALUES, Role.VALUE, Symbols.ofBytes(values, codes.bits()));
  }

  /** The stream of the codes of all weights. */
  static Stream all(Codes codes, SharedWork work) {
    return work.ofCodes(
        codes,
        IndexScheme.ALL_CODES,
        Stream.class,
        () ->
            new Stream(
                IndexScheme.VALUES, Role.VALUE, Symbols.ofBytes(codes.codes(), codes.bits())));
  }

  /** A stream of one 32-bit integer. */
  static Stream count(int count) {
    return new Stream("count", Role.INDEX, new Symbols(new int[] {count}, 32));
  }

  /** Reads what {@link #count(int)} made; at least 0 and at most {@code limit}. */
  static int count(Split split, long limit) {
    int count = split.values("count", Role.INDEX, 32, 1)[0];
    if (count < 0 || count > limit) {
      throw new MalformedInputException(
          "stream 'count' says " + Integer.toUnsignedString(count) + ", at most " + limit, 0);
    }
    return count;
  }

  /**
   * Gives the next values to the positions that a mask has.
   *
   * @param mask of the positions from {@code start} on, the first one bit 0
   * @param next the first value to take; there must be as many from there on as the mask has ones
   * @return the first value that is left
   */
  static int place(long mask, int start, byte[] codes, byte[] values, int next) {
    int at = next;
    for (long left = mask; left != 0; left &= left - 1) {
      byte value = values[at];
      if (value == 0) {
        throw zeroValue(at);
      }
      codes[start + Long.numberOfTrailingZeros(left)] = value;
      at++;
    }
    return at;
  }

  /**
   * @throws MalformedInputException if a mask of the positions from {@code start} on has one at or
   *     above {@code limit}
   */
  static void checkInside(String stream, int symbol, long mask, int start, int limit) {
    int highest = start + 63 - Long.numberOfLeadingZeros(mask);
    if (highest >= limit) {
      throw outside(stream, symbol, highest, limit);
    }
  }

  static MalformedInputException tooLong(String stream, int symbol) {
    return new MalformedInputException("stream '" + stream + "' is longer than it may be", symbol);
  }

  static MalformedInputException tooWide(String stream, int width, int most) {
    return new MalformedInputException(
        "stream '" + stream + "' is " + width + " bits wide, at most " + most, 0);
  }

  static MalformedInputException outside(String stream, int symbol, long position, long limit) {
    return new MalformedInputException(
        "stream '" + stream + "' leads to position " + position + " of " + limit, symbol);
  }

  static MalformedInputException zeroValue(int symbol) {
    return new MalformedInputException("stream 'values' has a zero for a non-zero", symbol);
  }
}
