package dev.tersor.core.checkpoint;

import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.bits.MalformedInputException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The bytes of a file whose parts refer to each other by offsets, fetched a page at a time where
 * they are asked for. Every position is checked against the file. Offsets may lead to one place
 * many times, so what is read is counted: it may be a few times the file and no more, whatever the
 * offsets say.
 */
public final class PagedFile {
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
  private long lastIndex = -1;
  private byte[] lastPage;

  private final Map<Long, byte[]> pages =
      new LinkedHashMap<>(PAGES, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, byte[]> eldest) {
          return size() > PAGES;
        }
      };

  /** A file that is not held. */
  public PagedFile(ByteSource source, HeaderChecks checks) throws IOException {
    this.source = source;
    this.checks = checks;
    this.length = source.length();
  }

  /** {@link ByteSource#name} of the file that errors name. */
  public String name() {
    return checks.file();
  }

  /** The errors of this file. */
  public HeaderChecks checks() {
    return checks;
  }

  /** Length in bytes. */
  public long length() {
    return length;
  }

  /** The error of a damaged file, at a byte offset in it. */
  public MalformedInputException malformed(String message, long position) {
    return checks.malformed(message, Math.max(0, position));
  }

  /** Counts bytes that are kept or looked at. */
  public void charge(long bytes, long position) {
    charged += bytes;
    if (charged > TIMES * length + SPARE_BYTES) {
      throw malformed("offsets that lead to the same bytes over and over", position);
    }
  }

  /** Refuses a range that is not in the file. */
  public void checkRange(String what, long at, long bytes) {
    if (at < 0 || bytes < 0 || bytes > length || at > length - bytes) {
      throw malformed(
          "%s of %d bytes at byte %d, the file has %d".formatted(what, bytes, at, length), at);
    }
  }

  /** The byte there, 0 to 255. */
  public int u8(long at) throws IOException {
    return fetch(at, 1)[0] & 0xFF;
  }

  /** The two bytes there as a number without a sign, little-endian as all. */
  public int u16(long at) throws IOException {
    return LittleEndian.getShort(fetch(at, 2), 0) & 0xFFFF;
  }

  /** The four bytes there. */
  public int i32(long at) throws IOException {
    return LittleEndian.getInt(fetch(at, 4), 0);
  }

  /** The four bytes there as a number without a sign. */
  public long u32(long at) throws IOException {
    return i32(at) & 0xFFFFFFFFL;
  }

  /** The eight bytes there. */
  public long i64(long at) throws IOException {
    return LittleEndian.getLong(fetch(at, 8), 0);
  }

  /** A copy of so many bytes; the caller has counted them. */
  public byte[] bytes(long at, int count) throws IOException {
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
    if (index == lastIndex) {
      return lastPage;
    }
    byte[] page = fetched(index);
    lastIndex = index;
    lastPage = page;
    return page;
  }

  private byte[] fetched(long index) throws IOException {
    byte[] page = pages.get(index);
    if (page == null) {
      page = new byte[(int) Math.min(PAGE_BYTES, length - index * PAGE_BYTES)];
      source.readFully(index * PAGE_BYTES, page, 0, page.length);
      pages.put(index, page);
    }
    return page;
  }
}
