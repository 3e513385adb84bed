package dev.tersor.core.checkpoint.keras;

import dev.tersor.core.checkpoint.PagedFile;
import java.io.IOException;

/**
 * Attribute messages (section IV.A.2.m) whose value is one text: of fixed length in the message
 * itself, or of any length in a global heap (III.E), to which its length, an address and an index
 * lead.
 */
final class HdfAttributes {
  private static final int STRING = 3;
  private static final int VARIABLE = 9;
  private static final int GCOL = 0x4C4F4347;
  private static final int OBJECT_HEAD = 16;

  private HdfAttributes() {}

  /** The text of an attribute; null if there is none of that name, or it is something else. */
  static String text(PagedFile file, HdfHeader header, String name) throws IOException {
    for (HdfHeader.Message message : header.all(HdfHeader.ATTRIBUTE)) {
      long at = message.at();
      int version = file.u8(at);
      if (version < 1 || version > 3) {
        throw file.malformed("an attribute of version " + version, at);
      }
      int nameBytes = file.u16(at + 2);
      int typeBytes = file.u16(at + 4);
      int spaceBytes = file.u16(at + 6);
      long nameAt = at + (version == 3 ? 9 : 8);
      // The name ends with a zero.
      String found = HdfNumbers.text(file, nameAt, Math.max(0, nameBytes - 1));
      if (found.equals(name)) {
        boolean padded = version == 1;
        long typeAt = nameAt + padded(nameBytes, padded);
        long dataAt = typeAt + padded(typeBytes, padded) + padded(spaceBytes, padded);
        return text(file, typeAt, dataAt, at + message.bytes());
      }
    }
    return null;
  }

  private static int padded(int bytes, boolean to8) {
    return to8 ? (bytes + 7) / 8 * 8 : bytes;
  }

  private static String text(PagedFile file, long typeAt, long dataAt, long end)
      throws IOException {
    int kind = file.u8(typeAt) & 0xF;
    if (kind == STRING) {
      long bytes = file.u32(typeAt + 4);
      if (dataAt + bytes > end) {
        throw file.malformed("a text that runs over its attribute", dataAt);
      }
      return HdfNumbers.text(file, dataAt, bytes).replaceFirst("\0.*", "");
    }
    if (kind != VARIABLE || dataAt + 16 > end) {
      return null;
    }
    return heapText(file, file.u32(dataAt), file.i64(dataAt + 4), file.u32(dataAt + 12));
  }

  private static String heapText(PagedFile file, long bytes, long heap, long index)
      throws IOException {
    if (file.i32(heap) != GCOL) {
      throw file.malformed("no global heap", heap);
    }
    long heapBytes = file.i64(heap + 8);
    file.checkRange("a global heap", heap, heapBytes);
    for (long at = heap + OBJECT_HEAD; at + OBJECT_HEAD <= heap + heapBytes; ) {
      int object = file.u16(at);
      long objectBytes = file.i64(at + 8);
      file.charge(OBJECT_HEAD, at);
      if (object == 0 || objectBytes < 0 || objectBytes > heapBytes) {
        break;
      }
      if (object == index) {
        return HdfNumbers.text(file, at + OBJECT_HEAD, Math.min(bytes, objectBytes));
      }
      at += OBJECT_HEAD + (objectBytes + 7) / 8 * 8;
    }
    throw file.malformed("a global heap without the object " + index, heap);
  }
}
