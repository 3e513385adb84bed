package dev.tersor.core.checkpoint;

import dev.tersor.core.bits.Half;
import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.tensor.FloatFormat;

/** How a weight is stored; all little-endian. */
public enum DType {
  /** IEEE 754 binary32. */
  F32(4),
  /** IEEE 754 binary16: 1 sign, 5 exponent and 10 mantissa bits. */
  F16(2),
  /** bfloat16: the upper half of a binary32. */
  BF16(2),
  /** Anything else. Such tensors are listed and cannot be read. */
  OTHER(0);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one element; 0 for {@link #OTHER}. */
  public int bytes() {
    return bytes;
  }

  /**
   * The numbers that an element is one of.
   *
   * @throws IllegalArgumentException of {@link #OTHER}
   */
  public FloatFormat format() {
    return switch (this) {
      case F32 -> FloatFormat.FP32;
      case F16 -> FloatFormat.FP16;
      case BF16 -> FloatFormat.BF16;
      case OTHER -> throw new IllegalArgumentException("dtype OTHER is of no known format");
    };
  }

  /**
   * Decodes {@code count} elements, every one of which a float holds exactly.
   *
   * @param from offset of the first element's first byte
   * @param stride bytes from one element to the next
   * @param at where in {@code into} the first value goes
   */
  public void decode(byte[] stored, int from, int stride, float[] into, int at, int count) {
    int byteAt = from;
    switch (this) {
      case F32 -> {
        for (int i = 0; i < count; i++, byteAt += stride) {
          into[at + i] = Float.intBitsToFloat(LittleEndian.getInt(stored, byteAt));
        }
      }
      case F16 -> {
        for (int i = 0; i < count; i++, byteAt += stride) {
          into[at + i] = Half.toFloat(LittleEndian.getShort(stored, byteAt));
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++, byteAt += stride) {
          into[at + i] = Float.intBitsToFloat(LittleEndian.getShort(stored, byteAt) << 16);
        }
      }
      case OTHER -> throw new IllegalArgumentException("dtype OTHER cannot be decoded");
    }
  }
}
