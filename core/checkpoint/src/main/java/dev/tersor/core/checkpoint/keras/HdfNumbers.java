package dev.tersor.core.checkpoint.keras;

import dev.tersor.core.checkpoint.PagedFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Numbers of any width, and texts. */
final class HdfNumbers {
  /** What stands for no address. */
  static final long UNDEFINED = -1;

  private static final int MAX_TEXT_BYTES = 1 << 16;

  private HdfNumbers() {}

  /**
   * A number of 1 to 8 bytes without a sign.
   *
   * @throws dev.tersor.core.bits.MalformedInputException if it is above 2^63
   */
  static long unsigned(PagedFile file, long at, int bytes) throws IOException {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= (long) file.u8(at + i) << (8 * i);
    }
    if (value < 0) {
      throw file.malformed("a number above 2^63", at);
    }
    return value;
  }

  /** Bytes that numbers up to this one take. */
  static int bytesOf(long most) {
    return (Long.SIZE - Long.numberOfLeadingZeros(Math.max(1, most)) + 7) / 8;
  }

  /** A text of so many bytes. */
  static String text(PagedFile file, long at, long bytes) throws IOException {
    if (bytes > MAX_TEXT_BYTES) {
      throw file.malformed("a name of %d bytes, at most %d".formatted(bytes, MAX_TEXT_BYTES), at);
    }
    file.charge(bytes, at);
    return new String(file.bytes(at, (int) bytes), StandardCharsets.UTF_8);
  }

  /** A text that a zero ends. */
  static String zeroEnded(PagedFile file, long at) throws IOException {
    long end = at;
    while (file.u8(end) != 0) {
      end++;
      if (end - at > MAX_TEXT_BYTES) {
        throw file.malformed("a name without an end", at);
      }
    }
    return text(file, at, end - at);
  }
}
