package dev.tersor.core.checkpoint.gguf;

import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.ByteSource;
import dev.tersor.core.checkpoint.HeaderChecks;
import dev.tersor.core.checkpoint.SourceStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The header of a GGUF file as numbers of either byte order, and texts. */
final class GgufInput {
  private final InputStream in;
  private final HeaderChecks checks;
  private final long end;
  private final byte[] word = new byte[8];
  private long position;
  private boolean bigEndian;

  GgufInput(ByteSource source, HeaderChecks checks) throws IOException {
    this.checks = checks;
    this.end = Math.min(source.length(), HeaderChecks.MAX_HEADER_BYTES);
    this.in = new BufferedInputStream(new SourceStream(source, 0, end), 1 << 16);
  }

  /** From here on numbers are big-endian. */
  void turn() {
    bigEndian = true;
  }

  boolean isBigEndian() {
    return bigEndian;
  }

  /** Byte offset of what is read next. */
  long position() {
    return position;
  }

  MalformedInputException malformed(String message) {
    return checks.malformed(message, position);
  }

  /** A little-endian or big-endian number of 1 to 8 bytes, without sign. */
  long unsigned(int bytes) throws IOException {
    need(1, bytes, "a number");
    in.readNBytes(word, 0, bytes);
    position += bytes;
    for (int i = 0; bigEndian && i < bytes / 2; i++) {
      byte kept = word[i];
      word[i] = word[bytes - 1 - i];
      word[bytes - 1 - i] = kept;
    }
    long bits = LittleEndian.getLong(word, 0);
    return bytes == 8 ? bits : bits & ((1L << (8 * bytes)) - 1);
  }

  int u32() throws IOException {
    return (int) unsigned(4);
  }

  /** Refuses a count of things that cannot all be there. */
  void need(long count, long leastBytes, String what) {
    long left = end - position;
    if (count < 0 || count > left / leastBytes) {
      throw malformed(
          "%s of %s, in %d bytes of header"
              .formatted(what, Long.toUnsignedString(count), Math.max(0, left)));
    }
  }

  /** The length of a text that is there. */
  long textLength() throws IOException {
    long length = unsigned(8);
    need(length, 1, "a text");
    return length;
  }

  void skip(long bytes) throws IOException {
    need(bytes, 1, "values");
    in.skipNBytes(bytes);
    position += bytes;
  }

  /**
   * Text in UTF-8.
   *
   * @param most bytes of it
   */
  String text(int most) throws IOException {
    long length = textLength();
    if (length > most) {
      throw malformed("a name of %d bytes, at most %d".formatted(length, most));
    }
    return text(in.readNBytes((int) length));
  }

  /** Text of a length that was read. */
  String textOf(long length) throws IOException {
    return text(in.readNBytes((int) length));
  }

  private String text(byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      position += bytes.length;
      return text;
    } catch (CharacterCodingException e) {
      MalformedInputException malformed = malformed("a text that is not UTF-8");
      malformed.initCause(e);
      throw malformed;
    }
  }
}
