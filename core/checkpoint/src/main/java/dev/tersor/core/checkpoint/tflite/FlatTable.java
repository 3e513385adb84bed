package dev.tersor.core.checkpoint.tflite;

import dev.tersor.core.checkpoint.PagedFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * A table of a <a href="https://flatbuffers.dev/internals/">flatbuffer</a>. It begins with the
 * distance back to its vtable, which has two bytes for its own size, two for the table's, and two
 * for each field: where in the table it lies, or 0. A field of fixed width lies there itself; of
 * tables, vectors and texts a distance forward from there.
 *
 * <p>Example: at byte 24 the bytes {@code 0C 00 00 00 07 00 00 00} are a table whose vtable is at
 * byte 12; {@code 06 00 08 00 04 00} there say that field 0 lies 4 bytes into the table: 7.
 */
final class FlatTable {
  private static final int FIXED_BYTES = 4;

  /** What a table costs at least, of those that are kept. */
  private static final int TABLE_BYTES = 32;

  private static final int MAX_TEXT_BYTES = 1 << 16;

  private final PagedFile file;
  private final long at;
  private final long vtable;
  private final int vtableBytes;
  private final int tableBytes;

  FlatTable(PagedFile file, long at) throws IOException {
    this.file = file;
    this.at = at;
    file.charge(TABLE_BYTES, at);
    this.vtable = at - file.i32(at);
    this.vtableBytes = file.u16(vtable);
    this.tableBytes = file.u16(vtable + 2);
    file.checkRange("a vtable", vtable, vtableBytes);
    file.checkRange("a table", at, tableBytes);
    if (vtableBytes < FIXED_BYTES || vtableBytes % 2 != 0 || tableBytes < FIXED_BYTES) {
      throw file.malformed("a vtable of %d bytes".formatted(vtableBytes), vtable);
    }
  }

  /** Byte offset of the table. */
  long at() {
    return at;
  }

  /** Where a field of so many bytes lies; 0 if it is not there. */
  private long field(int id, int bytes) throws IOException {
    int entry = FIXED_BYTES + 2 * id;
    int offset = entry + 2 > vtableBytes ? 0 : file.u16(vtable + entry);
    if (offset == 0) {
      return 0;
    }
    if (offset < FIXED_BYTES || offset + bytes > tableBytes) {
      throw file.malformed(
          "field %d lies %d bytes into a table of %d".formatted(id, offset, tableBytes), at);
    }
    return at + offset;
  }

  int u8(int id, int otherwise) throws IOException {
    long position = field(id, 1);
    return position == 0 ? otherwise : file.u8(position);
  }

  int i32(int id, int otherwise) throws IOException {
    long position = field(id, 4);
    return position == 0 ? otherwise : file.i32(position);
  }

  long u32(int id) throws IOException {
    return i32(id, 0) & 0xFFFFFFFFL;
  }

  long i64(int id) throws IOException {
    long position = field(id, 8);
    return position == 0 ? 0 : file.i64(position);
  }

  /** The table of a field; null if it is not there. */
  FlatTable table(int id) throws IOException {
    long position = target(id);
    return position == 0 ? null : new FlatTable(file, position);
  }

  /** The vector of a field, whose elements take so many bytes; an empty one if it is not there. */
  FlatVector vector(int id, int elementBytes) throws IOException {
    long position = target(id);
    return position == 0
        ? new FlatVector(file, 0, 0, elementBytes)
        : new FlatVector(file, position + 4, file.u32(position), elementBytes);
  }

  /** The tables of a field. */
  FlatVector tables(int id) throws IOException {
    return vector(id, FIXED_BYTES);
  }

  /** The text of a field; empty if it is not there. */
  String text(int id) throws IOException {
    long position = target(id);
    if (position == 0) {
      return "";
    }
    long bytes = file.u32(position);
    if (bytes > MAX_TEXT_BYTES) {
      throw file.malformed(
          "a text of %d bytes, at most %d".formatted(bytes, MAX_TEXT_BYTES), position);
    }
    file.charge(bytes, position);
    return new String(file.bytes(position + 4, (int) bytes), StandardCharsets.UTF_8);
  }

  private long target(int id) throws IOException {
    long position = field(id, FIXED_BYTES);
    return position == 0 ? 0 : position + file.u32(position);
  }
}
