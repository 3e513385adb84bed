package dev.tersor.core.checkpoint.tflite;

import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.ByteSource;
import dev.tersor.core.checkpoint.HeaderChecks;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The bytes of a flatbuffer, fetched a page at a time where they are asked for. Every position is
 * checked against the file. Offsets may lead to one place many times, so what is read is counted:
 * it may be a few times the file and no more, whatever the offsets say.
 */
final class FlatFile {
  private static final int PAGE_BYTES = 1 << 14;
  private static final int PAGES = 64;

  /** What may be read of a file, in its lengths, and beside that. */
  private static final int TIMES = 4;

  private static final long SPARE_BYTES = 1 << 20;

  private final ByteSource source;
  private final HeaderChecks checks;
  private final long length;
  private final byte[] number = new byte[Long.BYTES];
  private long charged;

  private final Map<Long, byte[]> pages =
      new LinkedHashMap<>(PAGES, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, byte[]> eldest) {
          return size() > PAGES;
        }
      };

  FlatFile(ByteSource source, HeaderChecks checks) throws IOException {
    this.source = source;
    this.checks = checks;
    this.length = source.length();
  }

  String name() {
    return checks.file();
  }

  HeaderChecks checks() {
    return checks;
  }

  long length() {
    return length;
  }

  MalformedInputException malformed(String message, long position) {
    return checks.malformed(message, Math.max(0, position));
  }

  /** Counts bytes that are kept or looked at. */
  void charge(long bytes, long position) {
    charged += bytes;
    if (charged > TIMES * length + SPARE_BYTES) {
      throw malformed("offsets that lead to the same bytes over and over", position);
    }
  }

  /** Refuses a range that is not in the file. */
  void checkRange(String what, long at, long bytes) {
    if (at < 0 || bytes < 0 || bytes > length || at > length - bytes) {
      throw malformed(
          "%s of %d bytes at byte %d, the file has %d".formatted(what, bytes, at, length), at);
    }
  }

  int u8(long at) throws IOException {
    return fetch(at, 1)[0] & 0xFF;
  }

  int u16(long at) throws IOException {
    return LittleEndian.getShort(fetch(at, 2), 0) & 0xFFFF;
  }

  int i32(long at) throws IOException {
    return LittleEndian.getInt(fetch(at, 4), 0);
  }

  long u32(long at) throws IOException {
    return i32(at) & 0xFFFFFFFFL;
  }

  long i64(long at) throws IOException {
    return LittleEndian.getLong(fetch(at, 8), 0);
  }

  byte[] bytes(long at, int count) throws IOException {
    checkRange("a text", at, count);
    byte[] bytes = new byte[count];
    source.readFully(at, bytes, 0, count);
    return bytes;
  }

  private byte[] fetch(long at, int count) throws IOException {
    checkRange("a number", at, count);
    for (int i = 0; i < count; i++) {
      long position = at + i;
      byte[] page = page(position / PAGE_BYTES);
      number[i] = page[(int) (position % PAGE_BYTES)];
    }
    return number;
  }

  private byte[] page(long index) throws IOException {
    byte[] page = pages.get(index);
    if (page == null) {
      page = new byte[(int) Math.min(PAGE_BYTES, length - index * PAGE_BYTES)];
      source.readFully(index * PAGE_BYTES, page, 0, page.length);
      pages.put(index, page);
    }
    return page;
  }
}
