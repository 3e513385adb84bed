package dev.tersor.core.checkpoint;

import dev.tersor.core.bits.LittleEndian;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The central directory of a zip file, zip64 included. Found from its end: the end record (22 bytes
 * and a comment), before it in zip64 files a locator (20 bytes) of the zip64 end record. Structures
 * must lie end to end, as every writer of .npz files leaves them.
 */
final class NpzDirectory {
  private static final int END = 0x06054b50;
  private static final int END64 = 0x06064b50;
  private static final int LOCATOR64 = 0x07064b50;
  private static final int CENTRAL = 0x02014b50;
  private static final int UTF8 = 1 << 11;
  private static final int CENTRAL_BYTES = 46;
  private static final int END_BYTES = 22;
  private static final int LOCATOR_BYTES = 20;
  private static final int END64_BYTES = 56;
  private static final int MAX_DIRECTORY_BYTES = 1 << 26;
  private static final long ALL_ONES_32 = 0xFFFFFFFFL;

  /**
   * One file of the zip.
   *
   * @param method 0 stored, 8 deflated
   * @param stored bytes in the zip
   * @param size bytes once inflated
   * @param localHeader byte offset of the entry's local header
   * @param position byte offset of its directory record
   */
  record Entry(
      String name, int flags, int method, long stored, long size, long localHeader, long position) {
    /** Without the flag names are cp437; Latin-1 keeps its bytes apart just as well. */
    static Charset charset(int flags) {
      return (flags & UTF8) != 0 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
    }
  }

  /** The records of the directory and the byte offset where it starts. */
  record Contents(List<Entry> entries, long start) {}

  private record Location(long start, long bytes, long entries) {}

  private final ByteSource source;
  private final HeaderChecks checks;

  private NpzDirectory(ByteSource source) {
    this.source = source;
    this.checks = new HeaderChecks(source.name());
  }

  static Contents read(ByteSource source) throws IOException {
    return new NpzDirectory(source).read();
  }

  private Contents read() throws IOException {
    Location location = locate();
    if (location.bytes() > MAX_DIRECTORY_BYTES) {
      throw checks.malformed(
          "zip directory of %d bytes, at most %d".formatted(location.bytes(), MAX_DIRECTORY_BYTES),
          location.start());
    }
    byte[] bytes = read(location.start(), (int) location.bytes());
    List<Entry> entries = new ArrayList<>();
    for (int at = 0; at < bytes.length; ) {
      entries.add(entry(bytes, at, location.start() + at));
      at += recordBytes(bytes, at);
    }
    if (entries.size() != location.entries()) {
      throw checks.malformed(
          "zip directory of %d entries, its end record says %d"
              .formatted(entries.size(), location.entries()),
          location.start());
    }
    return new Contents(entries, location.start());
  }

  private Entry entry(byte[] record, int at, long position) {
    if (record.length - at < CENTRAL_BYTES || LittleEndian.getInt(record, at) != CENTRAL) {
      throw checks.malformed("no zip directory record", position);
    }
    if (record.length - at < recordBytes(record, at)) {
      throw checks.malformed("zip directory record ends early", position);
    }
    int nameAt = at + CENTRAL_BYTES;
    int nameBytes = u16(record, at + 28);
    int flags = u16(record, at + 8);
    String name = new String(record, nameAt, nameBytes, Entry.charset(flags));
    int extraAt = nameAt + nameBytes;
    byte[] extra = Arrays.copyOfRange(record, extraAt, extraAt + u16(record, at + 30));
    // In this order those that are all ones here come in the zip64 field.
    long[] wide = {u32(record, at + 24), u32(record, at + 20), u32(record, at + 42)};
    byte[] fields = zip64(extra, name, position);
    int used = 0;
    for (int i = 0; i < wide.length; i++) {
      if (wide[i] == ALL_ONES_32) {
        if (fields.length - used < 8 || LittleEndian.getLong(fields, used) < 0) {
          throw checks.malformed(name, "zip64 field missing or above 2^63", position);
        }
        wide[i] = LittleEndian.getLong(fields, used);
        used += 8;
      }
    }
    return new Entry(name, flags, u16(record, at + 10), wide[1], wide[0], wide[2], position);
  }

  private static int recordBytes(byte[] record, int at) {
    return CENTRAL_BYTES + u16(record, at + 28) + u16(record, at + 30) + u16(record, at + 32);
  }

  /** The content of the extra field of id 1; empty if there is none. */
  private byte[] zip64(byte[] extra, String name, long position) {
    for (int at = 0; at + 4 <= extra.length; at += 4 + u16(extra, at + 2)) {
      int end = at + 4 + u16(extra, at + 2);
      if (end > extra.length) {
        throw checks.malformed(name, "zip extra field ends early", position);
      }
      if (u16(extra, at) == 1) {
        return Arrays.copyOfRange(extra, at + 4, end);
      }
    }
    return new byte[0];
  }

  private Location locate() throws IOException {
    long length = source.length();
    int tailBytes = (int) Math.min(length, END_BYTES + 0xFFFF);
    byte[] tail = read(length - tailBytes, tailBytes);
    for (int at = tailBytes - END_BYTES; at >= 0; at--) {
      if (LittleEndian.getInt(tail, at) == END
          && u16(tail, at + 20) == tailBytes - END_BYTES - at) {
        return locate(tail, at, length - tailBytes + at);
      }
    }
    throw checks.malformed("zip without its end record: truncated?", length);
  }

  private Location locate(byte[] tail, int at, long end) throws IOException {
    int entries = u16(tail, at + 10);
    long bytes = u32(tail, at + 12);
    long start = u32(tail, at + 16);
    // PyTorch writes the zip64 records even where nothing needs them.
    boolean wide = entries == 0xFFFF || bytes == ALL_ONES_32 || start == ALL_ONES_32;
    if (wide || start + bytes != end) {
      long locator = end - LOCATOR_BYTES;
      if (locator >= END64_BYTES) {
        byte[] record = read(locator, LOCATOR_BYTES);
        if (LittleEndian.getInt(record, 0) == LOCATOR64) {
          return locate64(LittleEndian.getLong(record, 8), locator);
        }
      }
    }
    return checked(new Location(start, bytes, entries), end);
  }

  private Location locate64(long at, long locator) throws IOException {
    if (at < 0 || at > locator - END64_BYTES) {
      throw checks.malformed("zip64 end record at byte " + Long.toUnsignedString(at), locator);
    }
    byte[] record = read(at, END64_BYTES);
    if (LittleEndian.getInt(record, 0) != END64) {
      throw checks.malformed("no zip64 end record", at);
    }
    return checked(
        new Location(
            LittleEndian.getLong(record, 48),
            LittleEndian.getLong(record, 40),
            LittleEndian.getLong(record, 32)),
        at);
  }

  private Location checked(Location location, long end) {
    if (location.start() < 0
        || location.bytes() < 0
        || location.start() > end
        || location.bytes() != end - location.start()) {
      throw checks.malformed(
          "zip directory of %d bytes at byte %d does not reach its end record"
              .formatted(location.bytes(), location.start()),
          end);
    }
    return location;
  }

  private static int u16(byte[] bytes, int at) {
    return LittleEndian.getShort(bytes, at) & 0xFFFF;
  }

  private static long u32(byte[] bytes, int at) {
    return LittleEndian.getInt(bytes, at) & ALL_ONES_32;
  }

  private byte[] read(long position, int length) throws IOException {
    byte[] bytes = new byte[length];
    source.readFully(position, bytes, 0, length);
    return bytes;
  }
}
