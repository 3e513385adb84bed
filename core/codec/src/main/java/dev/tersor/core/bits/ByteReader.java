package dev.tersor.core.bits;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads little-endian fields from a byte range; every read past the end is a malformed input. */
public final class ByteReader {
  private final byte[] bytes;
  private final int end;
  private int position;

  public ByteReader(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.position = from;
    this.end = to;
  }

  public int position() {
    return position;
  }

  public int remaining() {
    return end - position;
  }

  public int u8(String what) {
    return (int) little(1, what);
  }

  /** An unsigned LEB128 number below 2^31, in at most five bytes. */
  public int varint(String what) {
    int at = position;
    long value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      int next = u8(what);
      value |= (next & 0x7FL) << shift;
      if (next < 0x80) {
        if (value > Integer.MAX_VALUE) {
          break;
        }
        return (int) value;
      }
    }
    throw new MalformedInputException(what + " is not a number below 2^31", at);
  }

  /** The 32 bits of an unsigned field. */
  public int bits32(String what) {
    return (int) little(4, what);
  }

  public float f32(String what) {
    return Float.intBitsToFloat((int) little(4, what));
  }

  public String name(String what) {
    int length = u8(what);
    return new String(raw(length, what), StandardCharsets.US_ASCII);
  }

  public byte[] raw(int length, String what) {
    need(length, what);
    byte[] copy = Arrays.copyOfRange(bytes, position, position + length);
    position += length;
    return copy;
  }

  /** Passes over bytes that nobody wants now. */
  public void skip(int length, String what) {
    need(length, what);
    position += length;
  }

  private long little(int count, String what) {
    need(count, what);
    long value = 0;
    for (int i = 0; i < count; i++) {
      value |= (bytes[position++] & 0xFFL) << (8 * i);
    }
    return value;
  }

  private void need(int count, String what) {
    if (count < 0 || count > end - position) {
      throw new MalformedInputException(
          what + " needs " + count + " bytes, " + (end - position) + " are left", position);
    }
  }
}
