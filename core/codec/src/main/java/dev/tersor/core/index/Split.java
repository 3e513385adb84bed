package dev.tersor.core.index;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.symbol.Symbols;
import java.util.List;
import java.util.Map;

/**
 * A tensor as the streams of an index scheme.
 *
 * @param streams in the order in which they are stored
 * @param groups lanes of a group to number of such groups; empty for schemes without groups
 */
public record Split(List<Stream> streams, Map<Integer, Integer> groups) {
  public Split(List<Stream> streams) {
    this(streams, Map.of());
  }

  /** Elements stored beyond the non-zeros, to bridge gaps or to fill lanes. */
  public int paddingElements() {
    return streams.stream()
        .filter(stream -> stream.role() == Role.VALUE)
        .mapToInt(Stream::padding)
        .sum();
  }

  /**
   * @throws MalformedInputException if there is no stream of that name and role
   */
  public Symbols symbols(String name, Role role) {
    for (Stream stream : streams) {
      if (stream.name().equals(name) && stream.role() == role) {
        return stream.symbols();
      }
    }
    throw new MalformedInputException("stream '" + name + "' is missing", 0);
  }

  /**
   * The symbols of a stream that must have one width and one count.
   *
   * @throws MalformedInputException if it has not
   */
  public int[] values(String name, Role role, int width, int count) {
    int[] values = values(name, role, width);
    checkCount(name, values.length, count);
    return values;
  }

  /**
   * The symbols of a stream that must have one width.
   *
   * @throws MalformedInputException if it has not
   */
  public int[] values(String name, Role role, int width) {
    return checked(name, role, width).values();
  }

  /**
   * The codes of a value stream that must have one count.
   *
   * @param bits width of a code
   * @throws MalformedInputException if the stream has another width or count
   */
  public byte[] codes(String name, int bits, int count) {
    byte[] codes = codes(name, bits);
    checkCount(name, codes.length, count);
    return codes;
  }

  /**
   * The codes of a value stream.
   *
   * @throws MalformedInputException if the stream has another width
   */
  public byte[] codes(String name, int bits) {
    return checked(name, Role.VALUE, bits).bytes();
  }

  /**
   * The symbols of an index stream of 8 bits.
   *
   * @throws MalformedInputException if the stream has another width
   */
  public byte[] bytes(String name) {
    return checked(name, Role.INDEX, Byte.SIZE).bytes();
  }

  private Symbols checked(String name, Role role, int width) {
    Symbols symbols = symbols(name, role);
    if (symbols.width() != width) {
      throw new MalformedInputException(
          "stream '" + name + "' is " + symbols.width() + " bits wide, expected " + width, 0);
    }
    return symbols;
  }

  private static void checkCount(String name, int count, int expected) {
    if (count != expected) {
      throw new MalformedInputException(
          "stream '" + name + "' has " + count + " symbols, expected " + expected, 0);
    }
  }
}
