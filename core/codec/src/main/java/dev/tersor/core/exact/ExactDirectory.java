package dev.tersor.core.exact;

import dev.tersor.core.bits.ByteReader;
import dev.tersor.core.bits.ByteWriter;
import dev.tersor.core.bits.MalformedInputException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * What lies where in an {@link ExactFile}.
 *
 * @param file what the file holds
 * @param base what it differs from, where chunks have a base
 * @param chunks end to end
 */
public record ExactDirectory(Content file, Optional<Content> base, List<ExactChunk> chunks) {
  private static final int SHA256_BYTES = 32;
  private static final int LEVEL = 15;
  private static final int HAS_BASE = 16;
  private static final int MOST_LEVEL = 9;

  /**
   * A file's bytes, told from others.
   *
   * @param sha256 in hexadecimal
   */
  public record Content(long length, String sha256) {}

  public ExactDirectory {
    chunks = List.copyOf(chunks);
  }

  /** The directory and what follows it: the end of the file. */
  public byte[] write() {
    ByteWriter out = new ByteWriter(64 + 16 * chunks.size());
    write(file, out);
    out.u8(base.isPresent() ? 1 : 0);
    base.ifPresent(content -> write(content, out));
    for (ExactChunk chunk : chunks) {
      out.u8(chunk.level() | (chunk.hasBase() ? HAS_BASE : 0))
          .varint(chunk.length())
          .varint(chunk.stored())
          .u32(chunk.checksum());
      if (chunk.hasBase()) {
        u64(chunk.base(), out);
      }
      if (chunk.isDeflated()) {
        out.varint(chunk.inflated());
      }
    }
    out.u32(out.size());
    return out.u32(checksum(out.toByteArray(), out.size())).toByteArray();
  }

  private static void write(Content content, ByteWriter out) {
    u64(content.length(), out);
    out.raw(HexFormat.of().parseHex(content.sha256()));
  }

  private static void u64(long number, ByteWriter out) {
    out.u32(number).u32(number >>> Integer.SIZE);
  }

  /** Of the head of a file, and the first bytes of its end. */
  private static int checksum(byte[] end, int length) {
    CRC32C crc = new CRC32C();
    crc.update(ExactFile.head());
    crc.update(end, 0, length);
    return (int) crc.getValue();
  }

  /**
   * How many bytes the end of a file takes.
   *
   * @param last the last {@link ExactFile#END_BYTES} bytes of the file
   * @param length of the file
   * @throws MalformedInputException if it is not so long; the position is that in {@code last}
   */
  public static int endBytes(byte[] last, long length) {
    long bytes = new ByteReader(last, 0, last.length).bits32("length") & 0xFFFFFFFFL;
    long all = bytes + ExactFile.END_BYTES;
    if (all > length - ExactFile.HEAD_BYTES || all > Integer.MAX_VALUE - 8) {
      throw new MalformedInputException(
          "directory of %d bytes in a file of %d: cut off?".formatted(bytes, length), 0);
    }
    return (int) all;
  }

  /**
   * Reads the end of a file.
   *
   * @param end as many bytes as {@link #endBytes} says
   * @param length of the file
   * @throws MalformedInputException if anything about it is wrong; the position is that in {@code
   *     end}
   */
  public static ExactDirectory read(byte[] end, long length) {
    // Checked before anything is believed: whatever follows is what a writer wrote.
    int checked = end.length - Integer.BYTES;
    if (new ByteReader(end, checked, end.length).bits32("checksum") != checksum(end, checked)) {
      throw new MalformedInputException("checksum of the directory does not match", checked);
    }
    ByteReader in = new ByteReader(end, 0, end.length - ExactFile.END_BYTES);
    return read(in, length - end.length);
  }

  private static ExactDirectory read(ByteReader in, long end) {
    Content file = content(in);
    int hasBase = in.u8("mark of a base");
    if (hasBase > 1) {
      throw new MalformedInputException("mark of a base is " + hasBase, in.position());
    }
    Optional<Content> base = hasBase == 1 ? Optional.of(content(in)) : Optional.empty();
    List<ExactChunk> chunks = new ArrayList<>();
    long from = 0;
    long at = ExactFile.HEAD_BYTES;
    while (in.remaining() > 0) {
      ExactChunk chunk = chunk(in, from, at);
      long room = base.map(Content::length).orElse(-1L) - chunk.length();
      if (chunk.length() > file.length() - from
          || chunk.stored() > end - at
          || (chunk.hasBase() && chunk.base() > room)) {
        throw new MalformedInputException("chunk beyond the end of its file", in.position());
      }
      chunks.add(chunk);
      from += chunk.length();
      at += chunk.stored();
    }
    if (from != file.length() || at != end) {
      throw new MalformedInputException(
          "chunks of %d bytes at %d, expected %d at %d".formatted(from, at, file.length(), end),
          in.position());
    }
    return new ExactDirectory(file, base, chunks);
  }

  private static ExactChunk chunk(ByteReader in, long from, long at) {
    int position = in.position();
    int flags = in.u8("flags of a chunk");
    int level = flags & LEVEL;
    int length = in.varint("length of a run");
    int stored = in.varint("length of a chunk");
    int checksum = in.bits32("checksum of a run");
    long base = (flags & HAS_BASE) == 0 ? -1 : u64(in);
    int inflated = level == 0 ? 0 : in.varint("length of inflated bytes");
    int most = level == 0 ? ExactChunk.MOST : ExactChunk.MOST_DEFLATED;
    int coded = level == 0 ? length : inflated;
    // Each piece has a length and may be a little longer than its bytes.
    long room = coded + ExactChunk.MOST_ABOVE * (1L + coded / ExactFile.PIECE);
    if (flags > (HAS_BASE | LEVEL)
        || level > MOST_LEVEL
        || ((flags & HAS_BASE) != 0 && (base < 0 || level > 0))
        || length < 1
        || length > most
        || inflated > most
        || (level > 0 && inflated < 1)
        || stored > room) {
      throw new MalformedInputException(
          "chunk of %d bytes for %d, flags %d".formatted(stored, coded, flags), position);
    }
    return new ExactChunk(from, length, at, stored, checksum, base, level, inflated);
  }

  private static Content content(ByteReader in) {
    long length = u64(in);
    if (length < 0) {
      throw new MalformedInputException("a length of 2^63 and more", in.position());
    }
    return new Content(length, HexFormat.of().formatHex(in.raw(SHA256_BYTES, "sha256")));
  }

  private static long u64(ByteReader in) {
    return (in.bits32("number") & 0xFFFFFFFFL) | (long) in.bits32("number") << Integer.SIZE;
  }
}
