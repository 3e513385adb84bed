package dev.tersor.core.encode;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.bits.PackedInts;
import dev.tersor.core.index.IndexScheme;
import dev.tersor.core.index.Role;
import dev.tersor.core.index.Stream;
import dev.tersor.core.symbol.Coded;
import dev.tersor.core.symbol.Place;
import dev.tersor.core.symbol.SymbolCoder;
import dev.tersor.core.symbol.SymbolCoders;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;

/** One stream of an index scheme to bytes and back, by a recipe's coder or packed. */
final class StreamCodec {
  private StreamCodec() {}

  /**
   * The bytes of a stream.
   *
   * @param byCoder whether the recipe's coder made them; if not, they are packed
   */
  record Part(Stream stream, boolean byCoder, Coded coded) {}

  /**
   * The stream in the recipe's coder, if that takes it and its table does not cost what its codes
   * save: coding never makes a stream larger, and packed symbols are found without decoding others.
   * What is coded to be queried stays as it is, and its cost shows.
   *
   * @param place of the stream, which {@link #decode} is to be given too
   */
  static Part encode(Stream stream, SymbolCoder coder, Place place) {
    Symbols symbols = stream.symbols();
    if (coder.accepts(symbols)) {
      Coded coded = coder.encode(symbols, place);
      long packed = PackedInts.bytes(symbols.count(), symbols.width());
      boolean isSmaller = coded.table().length + coded.payload().length < packed;
      if (coder == SymbolCoders.PACKED || coder.isStructure() || isSmaller) {
        return new Part(stream, true, coded);
      }
    }
    return new Part(stream, false, SymbolCoders.PACKED.encode(symbols));
  }

  /** Where a stream of codes lies in their tensor. */
  static Place place(IndexScheme scheme, Stream stream, Codes codes) {
    return place(scheme, stream.name(), stream.role(), codes.shape(), codes.codebook());
  }

  /**
   * Where a stream lies in a tensor of codes.
   *
   * @param codebook what codes stand for, which may depend on the state of a machine
   */
  static Place place(IndexScheme scheme, String name, Role role, Shape shape, Codebook codebook) {
    Place place = scheme.place(name, role, shape);
    return role == Role.VALUE ? place.with(codebook.machine()) : place;
  }

  /**
   * @throws MalformedInputException if the coder has no streams of that width
   */
  static void checkWidth(SymbolCoder coder, int width) {
    if (!coder.accepts(new Symbols(new int[0], width))) {
      throw new MalformedInputException(
          coder.name() + " does not code " + width + "-bit symbols", 0);
    }
  }

  /**
   * The inverse of {@link #encode}.
   *
   * @param at position of the stream's bytes, for errors
   * @param place that it was encoded with
   * @throws MalformedInputException if they are not those of such a stream
   */
  static Stream decode(
      String name,
      Role role,
      int width,
      int count,
      SymbolCoder coder,
      Coded body,
      long at,
      Place place) {
    try {
      checkWidth(coder, width);
      return new Stream(name, role, coder.decode(body, count, width, place));
    } catch (MalformedInputException e) {
      throw new MalformedInputException(
          "section '" + name + "': " + e.getMessage(), at + e.position());
    }
  }
}
