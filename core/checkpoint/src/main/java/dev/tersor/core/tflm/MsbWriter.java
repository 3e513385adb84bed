package dev.tersor.core.tflm;

/** Numbers of a few bits side by side, each from its most significant bit on. */
final class MsbWriter {
  private final byte[] bytes;
  private long position;

  /**
   * @param bits of all that will be put
   */
  MsbWriter(long bits) {
    bytes = new byte[Math.toIntExact((bits + Byte.SIZE - 1) / Byte.SIZE)];
  }

  void put(long value, int width) {
    for (int left = width; left > 0; ) {
      int free = Byte.SIZE - (int) (position & 7);
      int taken = Math.min(free, left);
      long part = value >>> (left - taken) & ((1 << taken) - 1);
      bytes[(int) (position >>> 3)] |= (byte) (part << (free - taken));
      position += taken;
      left -= taken;
    }
  }

  byte[] bytes() {
    return bytes;
  }
}
