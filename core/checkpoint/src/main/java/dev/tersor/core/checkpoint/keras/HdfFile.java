package dev.tersor.core.checkpoint.keras;

import dev.tersor.core.checkpoint.PagedFile;
import java.io.IOException;
import java.util.Arrays;

/**
 * The superblock (section II.A): eight bytes that no text has, the version, and the address of the
 * root group. Versions 0 and 1 have it in a symbol table entry at byte 56 or 60, 2 and 3 at byte
 * 36. Addresses and lengths of 8 bytes are read, which all but the smallest systems write.
 */
record HdfFile(PagedFile file, HdfHeader root) {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1A, '\n'};

  /** Whether a file begins with the signature. */
  static boolean mayStartWith(byte[] head) {
    return Arrays.equals(head, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length);
  }

  static HdfFile open(PagedFile file) throws IOException {
    byte[] head = file.bytes(0, SIGNATURE.length);
    if (!mayStartWith(head)) {
      throw file.malformed("no HDF5 file", 0);
    }
    int version = file.u8(8);
    if (version > 3) {
      throw file.malformed("HDF5 of version %d, at most 3".formatted(version), 8);
    }
    boolean old = version < 2;
    int sizes = old ? 13 : 9;
    if (file.u8(sizes) != 8 || file.u8(sizes + 1) != 8) {
      throw file.malformed(
          "addresses of %d and lengths of %d bytes, expected 8"
              .formatted(file.u8(sizes), file.u8(sizes + 1)),
          sizes);
    }
    int base = old ? 24 + 4 * version : 12;
    if (file.i64(base) != 0) {
      throw file.malformed("HDF5 behind other data, at " + file.i64(base), base);
    }
    long end = file.i64(base + 16);
    if (end > file.length()) {
      throw file.malformed(
          "HDF5 of %d bytes, %d are there: truncated?".formatted(end, file.length()), base);
    }
    long root = file.i64(old ? 64 + 4L * version : 36);
    return new HdfFile(file, new HdfHeader(file, root));
  }
}
