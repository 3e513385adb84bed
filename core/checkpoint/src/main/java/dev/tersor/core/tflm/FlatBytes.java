package dev.tersor.core.tflm;

import dev.tersor.core.bits.LittleEndian;
import java.nio.charset.StandardCharsets;

/**
 * A vector of numbers, or a text, as it lies in a file.
 *
 * @param bytes little-endian elements side by side
 * @param width bytes of each
 */
@SuppressWarnings("ArrayRecordComponent") // bytes of a file, not copied; compared by their own
record FlatBytes(byte[] bytes, int width) {
  static final FlatBytes NONE = new FlatBytes(new byte[0], 1);

  static FlatBytes text(String text) {
    return new FlatBytes(text.getBytes(StandardCharsets.UTF_8), 1);
  }

  static FlatBytes ints(int... values) {
    byte[] bytes = new byte[4 * values.length];
    for (int i = 0; i < values.length; i++) {
      LittleEndian.putInt(bytes, 4 * i, values[i]);
    }
    return new FlatBytes(bytes, 4);
  }

  int count() {
    return bytes.length / width;
  }

  String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** All elements, of 32 bits. */
  int[] ints() {
    int[] values = new int[count()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (int) number(i);
    }
    return values;
  }

  /** An element's bits, the sign of narrow ones not extended. */
  long number(int index) {
    long value = 0;
    for (int i = width - 1; i >= 0; i--) {
      value = value << Byte.SIZE | (bytes[index * width + i] & 0xFF);
    }
    return value;
  }
}
