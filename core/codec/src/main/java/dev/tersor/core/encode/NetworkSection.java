package dev.tersor.core.encode;

import dev.tersor.core.bits.ByteReader;
import dev.tersor.core.index.Role;
import dev.tersor.core.index.Stream;
import dev.tersor.core.symbol.Coded;
import dev.tersor.core.symbol.Place;
import dev.tersor.core.symbol.SymbolCoder;
import dev.tersor.core.symbol.SymbolCoders;
import dev.tersor.core.tensor.Shape;

/**
 * The head of a section of a {@link NetworkFile}; its table and payload follow.
 *
 * @param byCoder whether the recipe's coder made the bytes; if not, they are packed
 */
record NetworkSection(
    String name,
    Role role,
    boolean byCoder,
    int width,
    int count,
    int tableLength,
    int payloadLength) {

  /**
   * @param shape of the segment
   * @throws dev.tersor.core.bits.MalformedInputException if a segment of that shape has none such
   */
  static NetworkSection read(NetworkCursor cursor, Shape shape) {
    ByteReader in = cursor.in();
    String name = cursor.ref();
    int role = in.u8("role of section '" + name + "'");
    int width = in.u8("width of section '" + name + "'");
    int count = in.varint("count of section '" + name + "'");
    int tableLength = in.varint("table length");
    int payloadLength = in.varint("payload length");
    if ((role & ~NetworkWriter.BY_CODER) > 1
        || width < 1
        || width > 32
        || count > Header.mostSymbols(shape)) {
      throw cursor.malformed(
          "section '%s' has role %d, width %d and %d symbols".formatted(name, role, width, count));
    }
    return new NetworkSection(
        name,
        (role & 1) != 0 ? Role.VALUE : Role.INDEX,
        (role & NetworkWriter.BY_CODER) != 0,
        width,
        count,
        tableLength,
        payloadLength);
  }

  /** Passes over its bytes. */
  void skip(ByteReader in) {
    in.skip(tableLength, "table");
    in.skip(payloadLength, "payload");
  }

  /**
   * The stream that its bytes are.
   *
   * @param coder the recipe's
   * @param place that it was encoded with
   * @throws dev.tersor.core.bits.MalformedInputException if they are not those of such a stream
   */
  Stream stream(ByteReader in, SymbolCoder coder, Place place) {
    int at = in.position();
    Coded body = new Coded(in.raw(tableLength, "table"), in.raw(payloadLength, "payload"));
    return StreamCodec.decode(
        name, role, width, count, byCoder ? coder : SymbolCoders.PACKED, body, at, place);
  }
}
