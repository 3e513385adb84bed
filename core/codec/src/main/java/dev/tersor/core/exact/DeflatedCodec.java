package dev.tersor.core.exact;

import dev.tersor.core.bits.ByteReader;
import dev.tersor.core.bits.ByteWriter;
import dev.tersor.core.bits.MalformedInputException;

/** Chunks of deflated runs: what they inflate to, piece by piece. */
public final class DeflatedCodec {
  private DeflatedCodec() {}

  /**
   * The bytes of a chunk.
   *
   * @param width bytes of an element, of which the first begins at a multiple of it; else 0
   */
  public static byte[] encode(byte[] inflated, int width, ChunkCodec codec) {
    ByteWriter out = new ByteWriter(inflated.length / 2);
    for (int at = 0; at < inflated.length; at += ExactFile.PIECE) {
      int length = Math.min(ExactFile.PIECE, inflated.length - at);
      byte[] piece = codec.encode(inflated, at, length, width, null);
      out.varint(piece.length).raw(piece);
    }
    return out.toByteArray();
  }

  /**
   * The inverse: the inflated bytes.
   *
   * @param length of them
   * @throws MalformedInputException if it is no such chunk; its position is that in {@code stored}
   */
  public static byte[] decode(byte[] stored, int length, ChunkCodec codec) {
    ByteReader in = new ByteReader(stored, 0, stored.length);
    byte[] inflated = new byte[length];
    for (int at = 0; at < length; at += ExactFile.PIECE) {
      int size = in.varint("length of a piece");
      int start = in.position();
      byte[] piece = in.raw(size, "piece");
      try {
        codec.decode(piece, inflated, at, Math.min(ExactFile.PIECE, length - at), null);
      } catch (MalformedInputException e) {
        throw new MalformedInputException(e.getMessage(), start + e.position());
      }
    }
    if (in.remaining() != 0) {
      throw new MalformedInputException(in.remaining() + " bytes after the end", in.position());
    }
    return inflated;
  }
}
