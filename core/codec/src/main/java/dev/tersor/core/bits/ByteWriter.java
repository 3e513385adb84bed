package dev.tersor.core.bits;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing little-endian byte buffer; the pair of {@link ByteReader}. */
public final class ByteWriter {
  private byte[] bytes;
  private int size;

  public ByteWriter(int expectedSize) {
    bytes = new byte[Math.max(16, expectedSize)];
  }

  public ByteWriter u8(int value) {
    return little(value, 1);
  }

  public ByteWriter u32(long value) {
    return little(value, 4);
  }

  /** Unsigned LEB128: 7 bits a byte, lowest first, the top bit set on all bytes but the last. */
  public ByteWriter varint(int value) {
    int rest = value;
    for (; rest >>> 7 != 0; rest >>>= 7) {
      u8((rest & 0x7F) | 0x80);
    }
    return u8(rest);
  }

  public ByteWriter f32(float value) {
    return little(Float.floatToRawIntBits(value), 4);
  }

  /** One length byte, then that many ASCII bytes. */
  public ByteWriter name(String value) {
    byte[] ascii = value.getBytes(StandardCharsets.US_ASCII);
    if (ascii.length > 255) {
      throw new IllegalArgumentException("name longer than 255 bytes: " + value);
    }
    return u8(ascii.length).raw(ascii);
  }

  public ByteWriter raw(byte[] more) {
    return raw(more, 0, more.length);
  }

  /** A run of bytes. */
  public ByteWriter raw(byte[] more, int from, int length) {
    reserve(length);
    System.arraycopy(more, from, bytes, size, length);
    size += length;
    return this;
  }

  public int size() {
    return size;
  }

  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }

  private ByteWriter little(long value, int count) {
    reserve(count);
    for (int i = 0; i < count; i++) {
      bytes[size++] = (byte) (value >>> (8 * i));
    }
    return this;
  }

  private void reserve(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length * 2));
    }
  }
}
