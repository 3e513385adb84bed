package dev.tersor.core.checkpoint;

import static dev.tersor.core.checkpoint.Fixtures.concat;
import static dev.tersor.core.checkpoint.Fixtures.u16;
import static dev.tersor.core.checkpoint.Fixtures.u64;

import java.nio.charset.StandardCharsets;

/** A zip of one stored file whose every size and offset is in zip64 fields. */
final class Zip64Bytes {
  private static final int[] ALL_ONES = {0xFFFF, 0xFFFF};

  private Zip64Bytes() {}

  static byte[] of(String name, byte[] content) {
    byte[] text = name.getBytes(StandardCharsets.US_ASCII);
    byte[] sizes = concat(u16(1, 16), u64(content.length), u64(content.length));
    byte[] local =
        concat(
            u16(0x4b50, 0x0403, 45, 0, 0, 0, 0, 0, 0),
            u16(ALL_ONES),
            u16(ALL_ONES),
            u16(text.length, sizes.length),
            text,
            sizes);
    byte[] extra =
        concat(u16(0x9999, 2, 7, 1, 24), u64(content.length), u64(content.length), u64(0));
    byte[] central =
        concat(
            u16(0x4b50, 0x0201, 45, 45, 0, 0, 0, 0, 0, 0),
            u16(ALL_ONES),
            u16(ALL_ONES),
            u16(text.length, extra.length, 0, 0, 0, 0, 0),
            u16(ALL_ONES),
            text,
            extra);
    long start = (long) local.length + content.length;
    byte[] end64 =
        concat(
            u16(0x4b50, 0x0606),
            u64(44),
            u16(45, 45, 0, 0, 0, 0),
            u64(1),
            u64(1),
            u64(central.length),
            u64(start));
    byte[] locator = concat(u16(0x4b50, 0x0706, 0, 0), u64(start + central.length), u16(1, 0));
    byte[] end =
        concat(u16(0x4b50, 0x0605, 0, 0, 0xFFFF, 0xFFFF), u16(ALL_ONES), u16(ALL_ONES), u16(0));
    return concat(local, content, central, end64, locator, end);
  }
}
