package dev.tersor.core.checkpoint;

import dev.tersor.core.bits.Half;
import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.tensor.FloatFormat;
import dev.tersor.core.tensor.IntegerFormat;

/** Plain numbers: every element is stored by itself, little-endian, the first in the low bits. */
public enum DType implements StoredFormat {
  /** IEEE 754 binary64; decoded to the nearest binary32. */
  F64(1, 8, FloatFormat.FP32),
  /** IEEE 754 binary32. */
  F32(1, 4, FloatFormat.FP32),
  /** IEEE 754 binary16: 1 sign, 5 exponent and 10 mantissa bits. */
  F16(1, 2, FloatFormat.FP16),
  /** bfloat16: the upper half of a binary32. */
  BF16(1, 2, FloatFormat.BF16),
  /** 4 exponent and 3 mantissa bits, no infinities. */
  F8_E4M3(1, 1, FloatFormat.BF16),
  /** 5 exponent and 2 mantissa bits. */
  F8_E5M2(1, 1, FloatFormat.BF16),
  /** As E4M3 with a bias of 8, and NaN for the negative zero. */
  F8_E4M3FNUZ(1, 1, FloatFormat.BF16),
  /** As E5M2 with a bias of 16, and NaN for the negative zero. */
  F8_E5M2FNUZ(1, 1, FloatFormat.BF16),
  /** A power of two, the scale of a block of others. */
  F8_E8M0(1, 1, FloatFormat.BF16),
  /** 2 exponent and 3 mantissa bits, four in three bytes. */
  F6_E2M3(4, 3, FloatFormat.BF16),
  /** 3 exponent and 2 mantissa bits, four in three bytes. */
  F6_E3M2(4, 3, FloatFormat.BF16),
  /** 2 exponent bits and 1 mantissa bit, two in a byte. */
  F4(2, 1, FloatFormat.BF16),
  I64(1, 8, null),
  I32(1, 4, null),
  I16(1, 2, null),
  I8(1, 1, null),
  /** Two in a byte. */
  I4(2, 1, null),
  U64(1, 8, null),
  U32(1, 4, null),
  U16(1, 2, null),
  U8(1, 1, null),
  /** Two in a byte. */
  U4(2, 1, null),
  /** A byte that is 0 or not. */
  BOOL(1, 1, null),
  /** Anything else. Such tensors are listed and cannot be read. */
  OTHER(1, 0, null);

  private final int elements;
  private final int bytes;
  private final FloatFormat format;

  DType(int elements, int bytes, FloatFormat format) {
    this.elements = elements;
    this.bytes = bytes;
    this.format = format;
  }

  @Override
  public int elements() {
    return elements;
  }

  @Override
  public int bytes() {
    return bytes;
  }

  @Override
  public boolean holdsWeights() {
    return format != null;
  }

  /**
   * @throws IllegalArgumentException of {@link #OTHER}
   */
  @Override
  public FloatFormat format() {
    if (this == OTHER) {
      throw new IllegalArgumentException("dtype OTHER is of no known format");
    }
    return format == null ? FloatFormat.FP32 : format;
  }

  /** Made when first asked for: most checkpoints have none of these numbers. */
  private static final class Tables {
    static final float[] E4M3 = SmallFloats.e4m3();
    static final float[] E5M2 = SmallFloats.e5m2();
    static final float[] E4M3FNUZ = SmallFloats.e4m3fnuz();
    static final float[] E5M2FNUZ = SmallFloats.e5m2fnuz();
    static final float[] E8M0 = SmallFloats.e8m0();
    static final float[] E2M3 = SmallFloats.e2m3();
    static final float[] E3M2 = SmallFloats.e3m2();
    static final float[] E2M1 = SmallFloats.e2m1();
    static final float[] INT4 = integers(8);
    static final float[] UINT4 = integers(16);

    private static float[] integers(int wrapsAt) {
      float[] values = new float[16];
      for (int i = 0; i < 16; i++) {
        values[i] = i < wrapsAt ? i : i - 16;
      }
      return values;
    }
  }

  @Override
  public void decode(byte[] stored, int from, int stride, float[] into, int at, int blocks) {
    switch (this) {
      case F64, I64, U64 -> wide(stored, from, stride, into, at, blocks);
      case F32 -> {
        int byteAt = from;
        for (int i = 0; i < blocks; i++, byteAt += stride) {
          into[at + i] = Float.intBitsToFloat(LittleEndian.getInt(stored, byteAt));
        }
      }
      case I32, U32 -> {
        long mask = this == U32 ? 0xFFFFFFFFL : -1;
        int byteAt = from;
        for (int i = 0; i < blocks; i++, byteAt += stride) {
          into[at + i] = LittleEndian.getInt(stored, byteAt) & mask;
        }
      }
      case F16, BF16, I16, U16 -> halves(stored, from, stride, into, at, blocks);
      case I8, U8, BOOL -> {
        int byteAt = from;
        for (int i = 0; i < blocks; i++, byteAt += stride) {
          int one = stored[byteAt];
          into[at + i] = this == I8 ? one : this == U8 ? one & 0xFF : one == 0 ? 0 : 1;
        }
      }
      case F8_E4M3 -> lookUp(Tables.E4M3, stored, from, stride, into, at, blocks);
      case F8_E5M2 -> lookUp(Tables.E5M2, stored, from, stride, into, at, blocks);
      case F8_E4M3FNUZ -> lookUp(Tables.E4M3FNUZ, stored, from, stride, into, at, blocks);
      case F8_E5M2FNUZ -> lookUp(Tables.E5M2FNUZ, stored, from, stride, into, at, blocks);
      case F8_E8M0 -> lookUp(Tables.E8M0, stored, from, stride, into, at, blocks);
      case F6_E2M3 -> sixBits(Tables.E2M3, stored, from, stride, into, at, blocks);
      case F6_E3M2 -> sixBits(Tables.E3M2, stored, from, stride, into, at, blocks);
      case F4 -> nibbles(Tables.E2M1, stored, from, stride, into, at, blocks);
      case I4 -> nibbles(Tables.INT4, stored, from, stride, into, at, blocks);
      case U4 -> nibbles(Tables.UINT4, stored, from, stride, into, at, blocks);
      case OTHER -> throw new IllegalArgumentException("dtype OTHER cannot be decoded");
    }
  }

  private void wide(byte[] stored, int from, int stride, float[] into, int at, int blocks) {
    int byteAt = from;
    for (int i = 0; i < blocks; i++, byteAt += stride) {
      long bits = LittleEndian.getLong(stored, byteAt);
      into[at + i] =
          switch (this) {
            case F64 -> (float) Double.longBitsToDouble(bits);
            case I64 -> bits;
            default -> IntegerFormat.ofUnsigned(bits);
          };
    }
  }

  private void halves(byte[] stored, int from, int stride, float[] into, int at, int blocks) {
    int byteAt = from;
    switch (this) {
      case F16 -> {
        for (int i = 0; i < blocks; i++, byteAt += stride) {
          into[at + i] = Half.toFloat(LittleEndian.getShort(stored, byteAt));
        }
      }
      case BF16 -> {
        for (int i = 0; i < blocks; i++, byteAt += stride) {
          into[at + i] = Float.intBitsToFloat(LittleEndian.getShort(stored, byteAt) << 16);
        }
      }
      default -> {
        int mask = this == U16 ? 0xFFFF : -1;
        for (int i = 0; i < blocks; i++, byteAt += stride) {
          into[at + i] = LittleEndian.getShort(stored, byteAt) & mask;
        }
      }
    }
  }

  private static void lookUp(
      float[] table, byte[] stored, int from, int stride, float[] into, int at, int blocks) {
    int byteAt = from;
    for (int i = 0; i < blocks; i++, byteAt += stride) {
      into[at + i] = table[stored[byteAt] & 0xFF];
    }
  }

  private static void sixBits(
      float[] table, byte[] stored, int from, int stride, float[] into, int at, int blocks) {
    int byteAt = from;
    for (int i = 0; i < blocks; i++, byteAt += stride) {
      int bits =
          (stored[byteAt] & 0xFF)
              | (stored[byteAt + 1] & 0xFF) << 8
              | (stored[byteAt + 2] & 0xFF) << 16;
      for (int j = 0; j < 4; j++) {
        into[at + 4 * i + j] = table[(bits >>> (6 * j)) & 0x3F];
      }
    }
  }

  private static void nibbles(
      float[] table, byte[] stored, int from, int stride, float[] into, int at, int blocks) {
    int byteAt = from;
    for (int i = 0; i < blocks; i++, byteAt += stride) {
      into[at + 2 * i] = table[stored[byteAt] & 0xF];
      into[at + 2 * i + 1] = table[stored[byteAt] >>> 4 & 0xF];
    }
  }
}
