package dev.tersor.core.bits;

import java.util.Objects;

/**
 * Integers of a fixed width of 1 to 32 bits laid end to end, least significant bit first.
 *
 * <p>Integer {@code i} of width {@code w} occupies bits {@code i*w .. i*w + w - 1}, where bit
 * {@code b} is bit {@code b mod 8} of byte {@code b / 8}. Three 5-bit integers 1, 2, 3 are the bits
 * 00011 00010 00001 read from the right, so the bytes {@code 41 0C}; the seventeenth bit does not
 * exist and the last bit of byte 1 is zero. Byte-wide integers are plain little-endian bytes.
 */
public final class PackedInts {
  private PackedInts() {}

  /** Bytes that {@code count} integers of {@code width} bits take. */
  public static long bytes(long count, int width) {
    return (count * width + 7) >>> 3;
  }

  /**
   * Packs all of {@code values}.
   *
   * @throws IllegalArgumentException if a value does not fit in {@code width} bits
   */
  public static byte[] pack(int[] values, int width) {
    checkWidth(width);
    byte[] out = new byte[Math.toIntExact(bytes(values.length, width))];
    int union = 0;
    if (width == 8) {
      for (int i = 0; i < values.length; i++) {
        out[i] = (byte) values[i];
        union |= values[i];
      }
    } else {
      union = packAny(values, width, out);
    }
    if (width < 32 && union >>> width != 0) {
      throw new IllegalArgumentException("a value does not fit in " + width + " bits");
    }
    return out;
  }

  private static int packAny(int[] values, int width, byte[] out) {
    long pending = 0;
    int pendingBits = 0;
    int at = 0;
    int union = 0;
    for (int value : values) {
      union |= value;
      pending |= (value & 0xFFFFFFFFL) << pendingBits;
      pendingBits += width;
      if (pendingBits >= 32) {
        LittleEndian.putInt(out, at, (int) pending);
        at += 4;
        pending >>>= 32;
        pendingBits -= 32;
      }
    }
    for (; pendingBits > 0; pendingBits -= 8) {
      out[at++] = (byte) pending;
      pending >>>= 8;
    }
    return union;
  }

  /**
   * Unpacks {@code count} integers of {@code width} bits.
   *
   * @throws MalformedInputException if {@code packed} has another length than {@code count}
   *     integers need, or its filling bits are not zero
   */
  public static int[] unpack(byte[] packed, int count, int width) {
    check(packed, count, width);
    int[] values = new int[count];
    if (width == 8) {
      for (int i = 0; i < count; i++) {
        values[i] = packed[i] & 0xFF;
      }
      return values;
    }
    long mask = (1L << width) - 1;
    // The last values whose 8-byte window would end past the array are read byte by byte.
    int safe = packed.length < 8 ? 0 : (int) Math.min(count, (packed.length - 8) * 8L / width);
    long bit = 0;
    for (int i = 0; i < safe; i++, bit += width) {
      values[i] = (int) (LittleEndian.getLong(packed, (int) (bit >>> 3)) >>> (bit & 7) & mask);
    }
    for (int i = safe; i < count; i++, bit += width) {
      values[i] = (int) (tail(packed, (int) (bit >>> 3)) >>> (bit & 7) & mask);
    }
    return values;
  }

  /**
   * Unpacks {@code count} integers of {@code width} bits, at most 8, into a byte each; for 8 bits
   * that is the array itself.
   *
   * @throws MalformedInputException as {@link #unpack}
   */
  public static byte[] unpackBytes(byte[] packed, int count, int width) {
    check(packed, count, width);
    if (width == 8) {
      return packed;
    }
    byte[] values = new byte[count];
    unpackBytes(packed, 0, count, width, values);
    return values;
  }

  /**
   * Unpacks some of the integers of an array of {@code width} bits, at most 8, into a byte each.
   *
   * @param first number of the first one
   * @throws IndexOutOfBoundsException if there are not so many, or {@code to} does not hold them
   */
  public static void unpackBytes(byte[] packed, int first, int count, int width, byte[] to) {
    if (width == Byte.SIZE) {
      System.arraycopy(packed, first, to, 0, count);
      return;
    }
    Objects.checkFromIndexSize(0, bytes((long) first + count, width), packed.length);
    long mask = (1L << width) - 1;
    long bit = (long) first * width;
    int at = 0;
    // Eight integers and the bits before them in their byte are one word, and become one.
    for (; at + 8 <= count && (bit >>> 3) + 8 <= packed.length; at += 8, bit += 8L * width) {
      long word = LittleEndian.getLong(packed, (int) (bit >>> 3)) >>> (bit & 7);
      long spread = 0;
      for (int i = 0; i < 8; i++) {
        spread |= (word & mask) << (8 * i);
        word >>>= width;
      }
      LittleEndian.putLong(to, at, spread);
    }
    for (; at < count; at++, bit += width) {
      to[at] = (byte) (tail(packed, (int) (bit >>> 3)) >>> (bit & 7) & mask);
    }
  }

  /**
   * Checks that bytes are those of {@code count} integers of {@code width} bits.
   *
   * @throws MalformedInputException if there are more or fewer, or filling bits are not zero
   */
  public static void check(byte[] packed, int count, int width) {
    checkWidth(width);
    if (packed.length != bytes(count, width)) {
      throw new MalformedInputException(
          count
              + " values of "
              + width
              + " bits need "
              + bytes(count, width)
              + " bytes, not "
              + packed.length,
          packed.length);
    }
    int used = (int) ((long) count * width & 7);
    if (used != 0 && (packed[packed.length - 1] & 0xFF) >>> used != 0) {
      throw new MalformedInputException("filling bits are not zero", packed.length - 1);
    }
  }

  private static long tail(byte[] packed, int from) {
    long value = 0;
    for (int i = from; i < Math.min(packed.length, from + 8); i++) {
      value |= (packed[i] & 0xFFL) << (8 * (i - from));
    }
    return value;
  }

  private static void checkWidth(int width) {
    if (width < 1 || width > 32) {
      throw new IllegalArgumentException("width " + width + " outside 1..32");
    }
  }
}
