package dev.tersor.core.checkpoint.torch;

import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.HeaderChecks;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The bytes of a pickle, and how much what it builds may take. A pickle of a few bytes builds no
 * more than a few values, but one of many millions must not fill the memory.
 */
final class PickleInput {
  /** Of all that pickles of a file build, about. */
  static final long MAX_MEMORY_BYTES = 1 << 28;

  /** Of an object with its fields and its place in another. */
  static final int VALUE_BYTES = 64;

  private static final int MAX_LINE_BYTES = 1 << 16;

  private final InputStream in;
  private final HeaderChecks checks;
  private final long base;
  private final long length;
  private final boolean inflated;
  private long read;
  private long opcode;
  private long memory;

  /**
   * @param base byte offset of the stream's first byte in the file
   * @param length most bytes that the stream has
   * @param inflated whether the stream is of compressed bytes, which have no positions of their own
   */
  PickleInput(InputStream in, HeaderChecks checks, long base, long length, boolean inflated) {
    this.in = in;
    this.checks = checks;
    this.base = base;
    this.length = length;
    this.inflated = inflated;
  }

  /** Bytes read so far. */
  long read() {
    return read;
  }

  /** Byte offset in the file of the instruction; of compressed bytes that of the first. */
  long position() {
    return inflated ? base : base + opcode;
  }

  /** Reads an instruction, which errors are to name until the next. */
  int opcode() throws IOException {
    opcode = read;
    return u8();
  }

  MalformedInputException malformed(String message) {
    return checks.malformed("pickle: " + message, position());
  }

  /** Counts what a value takes. */
  void charge(long bytes) {
    memory += bytes;
    if (memory > MAX_MEMORY_BYTES) {
      throw malformed("it builds more than %d bytes of values".formatted(MAX_MEMORY_BYTES));
    }
  }

  int u8() throws IOException {
    int next = in.read();
    if (next < 0) {
      throw malformed("ends early");
    }
    read++;
    return next;
  }

  byte[] bytes(long count) throws IOException {
    if (count < 0 || count > length - read) {
      throw malformed(
          "%s bytes are wanted, %d are there"
              .formatted(Long.toUnsignedString(count), length - read));
    }
    charge(count);
    byte[] bytes = in.readNBytes((int) Math.min(count, Integer.MAX_VALUE - 8));
    read += bytes.length;
    if (bytes.length < count) {
      throw malformed("ends early");
    }
    return bytes;
  }

  int u16() throws IOException {
    return u8() | u8() << 8;
  }

  int i32() throws IOException {
    return u16() | u16() << 16;
  }

  long u32() throws IOException {
    return i32() & 0xFFFFFFFFL;
  }

  long i64() throws IOException {
    return LittleEndian.getLong(bytes(8), 0);
  }

  /** Of Python 2's text no one says what it is in; UTF-8 if it can be, else Latin-1. */
  static String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
  }

  /**
   * Text in UTF-8. Python also writes halves of surrogate pairs, which become question marks here.
   */
  String utf8(long count) throws IOException {
    return new String(bytes(count), StandardCharsets.UTF_8);
  }

  /** Text up to a line feed, which is left out. */
  String line() throws IOException {
    byte[] line = new byte[64];
    for (int n = 0; ; n++) {
      int next = u8();
      if (next == '\n') {
        charge(n);
        return text(Arrays.copyOf(line, n));
      }
      if (n == MAX_LINE_BYTES) {
        throw malformed("a line of more than " + MAX_LINE_BYTES + " bytes");
      }
      if (n == line.length) {
        line = Arrays.copyOf(line, 2 * n);
      }
      line[n] = (byte) next;
    }
  }
}
