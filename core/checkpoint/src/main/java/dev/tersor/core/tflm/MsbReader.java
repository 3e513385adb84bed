package dev.tersor.core.tflm;

import dev.tersor.core.bits.MalformedInputException;

/** Reads what {@link MsbWriter} writes, and can go back. */
final class MsbReader {
  private final byte[] bytes;
  private long position;

  MsbReader(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The next bits as a number, at most 24 of them. */
  int get(int width) {
    if (position + width > 8L * bytes.length) {
      throw new MalformedInputException(
          "%d bits at bit %d of %d".formatted(width, position, 8L * bytes.length), position / 8);
    }
    int value = 0;
    for (int left = width; left > 0; ) {
      int free = Byte.SIZE - (int) (position & 7);
      int taken = Math.min(free, left);
      int part = (bytes[(int) (position >>> 3)] & 0xFF) >>> (free - taken) & ((1 << taken) - 1);
      value = value << taken | part;
      position += taken;
      left -= taken;
    }
    return value;
  }

  void back(int bits) {
    position -= bits;
  }

  long position() {
    return position;
  }
}
