package dev.tersor.core.bits;

import java.util.Arrays;

/**
 * Appends fields of up to 32 bits, least significant bit first: the first bit written is bit 0 of
 * byte 0. The last byte is filled with zero bits.
 */
public final class BitWriter {
  private byte[] bytes = new byte[64];
  private int size;
  private long pending;
  private int pendingBits;

  /** Appends the low {@code width} bits of {@code value}; higher bits must be zero. */
  public void write(int value, int width) {
    pending |= (value & 0xFFFFFFFFL) << pendingBits;
    pendingBits += width;
    while (pendingBits >= 8) {
      if (size == bytes.length) {
        bytes = Arrays.copyOf(bytes, size * 2);
      }
      bytes[size++] = (byte) pending;
      pending >>>= 8;
      pendingBits -= 8;
    }
  }

  public byte[] toByteArray() {
    byte[] all = Arrays.copyOf(bytes, pendingBits > 0 ? size + 1 : size);
    if (pendingBits > 0) {
      all[size] = (byte) pending;
    }
    return all;
  }
}
