package dev.tersor.core.exact;

import dev.tersor.core.bits.LittleEndian;

/**
 * Elements of 2, 4 or 8 bytes as planes of bytes and back: plane p has byte p of each element, the
 * lowest byte being plane 0. Elements are little-endian, and may be rotated left by one bit before:
 * then the exponent of a binary32 or bfloat16 is the highest plane alone, and the sign is the
 * lowest bit of the lowest one.
 *
 * <p>Example: the binary32 1.5 is {@code 3FC00000}, rotated {@code 7F800000}, in planes 0 to 3
 * {@code 00 00 80 7F}.
 *
 * <p>Eight elements are moved at once within longs, by masks and shifts alone, as bytes within
 * registers (Warren, "Hacker's Delight", 7-3, transposing).
 */
final class Planes {
  private static final long LOW_BYTES = 0x00FF00FF00FF00FFL;
  private static final long LOW_SHORTS = 0x0000FFFF0000FFFFL;
  private static final long LOW_INT = 0xFFFFFFFFL;
  private static final int GROUP = 8;

  private Planes() {}

  /**
   * Splits elements.
   *
   * @param from where the first element begins in {@code in}
   * @param planes as many as an element has bytes, each with room for {@code count} bytes
   */
  static void split(byte[] in, int from, int count, int width, boolean rotated, byte[][] planes) {
    int grouped = count & -GROUP;
    switch (width) {
      case 2 -> split2(in, from, grouped, rotated ? 1 : 0, planes);
      case 4 -> split4(in, from, grouped, rotated ? 1 : 0, planes);
      default -> split8(in, from, grouped, rotated ? 1 : 0, planes);
    }
    int turn = rotated ? 1 : 0;
    for (int i = grouped; i < count; i++) {
      long element = turned(element(in, from + width * i, width), width, turn);
      for (int p = 0; p < width; p++) {
        planes[p][i] = (byte) (element >>> (Byte.SIZE * p));
      }
    }
  }

  /**
   * The inverse.
   *
   * @param planes arrays in which the planes lie
   * @param at where each begins there
   */
  static void join(
      byte[][] planes, int[] at, int count, int width, boolean rotated, byte[] out, int to) {
    int grouped = count & -GROUP;
    switch (width) {
      case 2 -> join2(planes, at, grouped, rotated ? 1 : 0, out, to);
      case 4 -> join4(planes, at, grouped, rotated ? 1 : 0, out, to);
      default -> join8(planes, at, grouped, rotated ? 1 : 0, out, to);
    }
    int turn = rotated ? Byte.SIZE * width - 1 : 0;
    for (int i = grouped; i < count; i++) {
      long element = 0;
      for (int p = 0; p < width; p++) {
        element |= (planes[p][at[p] + i] & 0xFFL) << (Byte.SIZE * p);
      }
      put(out, to + width * i, turned(element, width, turn), width);
    }
  }

  /** An element, without its sign. */
  static long element(byte[] bytes, int at, int width) {
    return switch (width) {
      case 1 -> bytes[at] & 0xFFL;
      case 2 -> LittleEndian.getShort(bytes, at) & 0xFFFFL;
      case 4 -> LittleEndian.getInt(bytes, at) & LOW_INT;
      default -> LittleEndian.getLong(bytes, at);
    };
  }

  static void put(byte[] bytes, int at, long element, int width) {
    switch (width) {
      case 1 -> bytes[at] = (byte) element;
      case 2 -> LittleEndian.putShort(bytes, at, (short) element);
      case 4 -> LittleEndian.putInt(bytes, at, (int) element);
      default -> LittleEndian.putLong(bytes, at, element);
    }
  }

  /** Rotated left within its width; what is above it is not defined. */
  private static long turned(long element, int width, int by) {
    return by == 0 ? element : element << by | element >>> (Byte.SIZE * width - by);
  }

  private static void split2(byte[] in, int from, int count, int turn, byte[][] planes) {
    byte[] low = planes[0];
    byte[] high = planes[1];
    long high15 = 0x7FFF7FFF7FFF7FFFL;
    for (int i = 0, at = from; i < count; i += GROUP, at += 2 * GROUP) {
      long a = LittleEndian.getLong(in, at);
      long b = LittleEndian.getLong(in, at + 8);
      if (turn != 0) {
        a = (a & high15) << 1 | (a >>> 15 & 0x0001000100010001L);
        b = (b & high15) << 1 | (b >>> 15 & 0x0001000100010001L);
      }
      LittleEndian.putLong(low, i, evenBytes(a) | evenBytes(b) << 32);
      LittleEndian.putLong(high, i, evenBytes(a >>> 8) | evenBytes(b >>> 8) << 32);
    }
  }

  private static void join2(byte[][] planes, int[] at, int count, int turn, byte[] out, int to) {
    byte[] low = planes[0];
    byte[] high = planes[1];
    int lowAt = at[0];
    int highAt = at[1];
    long low1 = 0x0001000100010001L;
    for (int i = 0, end = to; i < count; i += GROUP, end += 2 * GROUP) {
      long l = LittleEndian.getLong(low, lowAt + i);
      long h = LittleEndian.getLong(high, highAt + i);
      long a = spreadBytes(l & LOW_INT) | spreadBytes(h & LOW_INT) << 8;
      long b = spreadBytes(l >>> 32) | spreadBytes(h >>> 32) << 8;
      if (turn != 0) {
        a = (a & ~low1) >>> 1 | (a & low1) << 15;
        b = (b & ~low1) >>> 1 | (b & low1) << 15;
      }
      LittleEndian.putLong(out, end, a);
      LittleEndian.putLong(out, end + 8, b);
    }
  }

  private static void split4(byte[] in, int from, int count, int turn, byte[][] planes) {
    byte[] p0 = planes[0];
    byte[] p1 = planes[1];
    byte[] p2 = planes[2];
    byte[] p3 = planes[3];
    for (int i = 0, at = from; i < count; i += GROUP, at += 4 * GROUP) {
      long a = LittleEndian.getLong(in, at);
      long b = LittleEndian.getLong(in, at + 8);
      long c = LittleEndian.getLong(in, at + 16);
      long d = LittleEndian.getLong(in, at + 24);
      if (turn != 0) {
        a = left4(a);
        b = left4(b);
        c = left4(c);
        d = left4(d);
      }
      long lowA = evenShorts(a) | evenShorts(b) << 32;
      long lowB = evenShorts(c) | evenShorts(d) << 32;
      long highA = evenShorts(a >>> 16) | evenShorts(b >>> 16) << 32;
      long highB = evenShorts(c >>> 16) | evenShorts(d >>> 16) << 32;
      LittleEndian.putLong(p0, i, evenBytes(lowA) | evenBytes(lowB) << 32);
      LittleEndian.putLong(p1, i, evenBytes(lowA >>> 8) | evenBytes(lowB >>> 8) << 32);
      LittleEndian.putLong(p2, i, evenBytes(highA) | evenBytes(highB) << 32);
      LittleEndian.putLong(p3, i, evenBytes(highA >>> 8) | evenBytes(highB >>> 8) << 32);
    }
  }

  private static void join4(byte[][] planes, int[] at, int count, int turn, byte[] out, int to) {
    byte[] p0 = planes[0];
    byte[] p1 = planes[1];
    byte[] p2 = planes[2];
    byte[] p3 = planes[3];
    int at0 = at[0];
    int at1 = at[1];
    int at2 = at[2];
    int at3 = at[3];
    for (int i = 0, end = to; i < count; i += GROUP, end += 4 * GROUP) {
      long q0 = LittleEndian.getLong(p0, at0 + i);
      long q1 = LittleEndian.getLong(p1, at1 + i);
      long q2 = LittleEndian.getLong(p2, at2 + i);
      long q3 = LittleEndian.getLong(p3, at3 + i);
      long lowA = spreadBytes(q0 & LOW_INT) | spreadBytes(q1 & LOW_INT) << 8;
      long lowB = spreadBytes(q0 >>> 32) | spreadBytes(q1 >>> 32) << 8;
      long highA = spreadBytes(q2 & LOW_INT) | spreadBytes(q3 & LOW_INT) << 8;
      long highB = spreadBytes(q2 >>> 32) | spreadBytes(q3 >>> 32) << 8;
      long a = spreadShorts(lowA & LOW_INT) | spreadShorts(highA & LOW_INT) << 16;
      long b = spreadShorts(lowA >>> 32) | spreadShorts(highA >>> 32) << 16;
      long c = spreadShorts(lowB & LOW_INT) | spreadShorts(highB & LOW_INT) << 16;
      long d = spreadShorts(lowB >>> 32) | spreadShorts(highB >>> 32) << 16;
      if (turn != 0) {
        a = right4(a);
        b = right4(b);
        c = right4(c);
        d = right4(d);
      }
      LittleEndian.putLong(out, end, a);
      LittleEndian.putLong(out, end + 8, b);
      LittleEndian.putLong(out, end + 16, c);
      LittleEndian.putLong(out, end + 24, d);
    }
  }

  private static void split8(byte[] in, int from, int count, int turn, byte[][] planes) {
    long[] rows = new long[GROUP];
    for (int i = 0, at = from; i < count; i += GROUP, at += 8 * GROUP) {
      for (int r = 0; r < GROUP; r++) {
        rows[r] = Long.rotateLeft(LittleEndian.getLong(in, at + 8 * r), turn);
      }
      transpose(rows);
      for (int p = 0; p < GROUP; p++) {
        LittleEndian.putLong(planes[p], i, rows[p]);
      }
    }
  }

  private static void join8(byte[][] planes, int[] at, int count, int turn, byte[] out, int to) {
    long[] rows = new long[GROUP];
    for (int i = 0, end = to; i < count; i += GROUP, end += 8 * GROUP) {
      for (int p = 0; p < GROUP; p++) {
        rows[p] = LittleEndian.getLong(planes[p], at[p] + i);
      }
      transpose(rows);
      for (int r = 0; r < GROUP; r++) {
        LittleEndian.putLong(out, end + 8 * r, Long.rotateRight(rows[r], turn));
      }
    }
  }

  /** Byte c of row r becomes byte r of row c. */
  private static void transpose(long[] rows) {
    swap(rows, 4, LOW_INT);
    swap(rows, 2, LOW_SHORTS);
    swap(rows, 1, LOW_BYTES);
  }

  private static void swap(long[] rows, int distance, long low) {
    int shift = Byte.SIZE * distance;
    for (int r = 0; r < GROUP; r += 2 * distance) {
      for (int k = r; k < r + distance; k++) {
        long x = rows[k];
        long y = rows[k + distance];
        rows[k] = (x & low) | (y & low) << shift;
        rows[k + distance] = (x >>> shift & low) | (y & ~low);
      }
    }
  }

  private static long left4(long x) {
    return (x & 0x7FFFFFFF7FFFFFFFL) << 1 | (x >>> 31 & 0x0000000100000001L);
  }

  private static long right4(long x) {
    return (x & 0xFFFFFFFEFFFFFFFEL) >>> 1 | (x & 0x0000000100000001L) << 31;
  }

  private static long evenBytes(long x) {
    long y = x & LOW_BYTES;
    y = (y | y >>> 8) & LOW_SHORTS;
    return (y | y >>> 16) & LOW_INT;
  }

  private static long spreadBytes(long x) {
    long y = (x | x << 16) & LOW_SHORTS;
    return (y | y << 8) & LOW_BYTES;
  }

  private static long evenShorts(long x) {
    long y = x & LOW_SHORTS;
    return (y | y >>> 16) & LOW_INT;
  }

  private static long spreadShorts(long x) {
    return (x | x << 16) & LOW_SHORTS;
  }
}
