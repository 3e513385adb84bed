package dev.tersor.core.bits;

/** Reads what {@link BitWriter} wrote; reading past the end is a malformed input. */
public final class BitReader {
  private final byte[] bytes;
  private long position;

  public BitReader(byte[] bytes) {
    this.bytes = bytes;
  }

  public int read(int width, String what) {
    if (position + width > 8L * bytes.length) {
      throw new MalformedInputException(what + " ends early", position >>> 3);
    }
    long value = 0;
    for (int i = 0; i < width; i++, position++) {
      value |= (long) (bytes[(int) (position >>> 3)] >>> (position & 7) & 1) << i;
    }
    return (int) value;
  }

  /** Byte offset of the next bit. */
  public long bytePosition() {
    return position >>> 3;
  }

  /** Bits left, the last byte's filling included. */
  public long remainingBits() {
    return 8L * bytes.length - position;
  }
}
