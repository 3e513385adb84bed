package dev.tersor.core.encode;

import dev.tersor.core.index.Role;
import dev.tersor.core.index.Stream;
import dev.tersor.core.symbol.Place;
import dev.tersor.core.symbol.SymbolCoder;
import dev.tersor.core.symbol.SymbolCoders;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Shape;
import java.util.List;
import java.util.Map;

/**
 * How codebooks of one type are stored as streams: scales are many, and of few exponents, so that
 * coders gain on them as on codes.
 */
non-sealed interface CodebookStreams<C extends Codebook> extends CodebookForm<C> {
  /** Symbols of a stream that may be coded in no bytes at all. */
  int FREE = 1 << 20;

  /** Symbols of a longer one to a byte at most, or a few bytes could stand for any number. */
  int MOST_PER_BYTE = 1 << 10;

  /** The streams by their names, in order. */
  Map<String, Symbols> streams(C codebook);

  /**
   * The codebook of streams that {@link #streams} gave.
   *
   * @param bits of a code
   * @param shape of the tensor
   * @throws IllegalArgumentException if they are not those of a codebook of such a tensor
   */
  C of(int bits, Shape shape, Map<String, Symbols> streams);

  /** Whether a coded stream has as many bytes as its symbols need. */
  static boolean isBounded(int count, long bytes) {
    return count <= FREE || count / MOST_PER_BYTE <= bytes;
  }

  /** The coded streams, of which those with hardly any bytes are packed. */
  default List<StreamCodec.Part> encode(C codebook, SymbolCoder coder) {
    return streams(codebook).entrySet().stream()
        .map(
            entry -> {
              Stream stream = new Stream(entry.getKey(), Role.INDEX, entry.getValue());
              StreamCodec.Part part = StreamCodec.encode(stream, coder, Place.UNKNOWN);
              long bytes = (long) part.coded().table().length + part.coded().payload().length;
              return isBounded(stream.symbols().count(), bytes)
                  ? part
                  : new StreamCodec.Part(
                      stream, false, SymbolCoders.PACKED.encode(stream.symbols()));
            })
        .toList();
  }
}
