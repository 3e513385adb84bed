package dev.tersor.core.wavelet;

import dev.tersor.core.bits.LittleEndian;
import java.util.Arrays;

/**
 * The bits of 64 symbols as one word for each bit of a symbol, and how bits are spread over words.
 */
final class Planes {
  private static final long EACH_BYTE = 0x0101010101010101L;

  /** The bits of a byte as the lowest bits of eight. */
  private static final long[] EIGHT = eight();

  /** Eight bytes of a word, each with one of eight bits. */
  static long eachOf(int bits) {
    return EIGHT[bits];
  }

  /** At {@code 256 m + b} the lowest bits of b in the places where m has ones. */
  private static final byte[] INTO = into();

  private final long[] planes;
  private final int fixed;

  Planes(Order order) {
    this.planes = new long[order.planes()];
    this.fixed = order.fixed();
  }

  private static long[] eight() {
    long[] table = new long[256];
    for (int b = 0; b < 256; b++) {
      for (int i = 0; i < 8; i++) {
        table[b] |= (b >>> i & 1L) << (8 * i);
      }
    }
    return table;
  }

  private static byte[] into() {
    byte[] table = new byte[1 << 16];
    for (int mask = 0; mask < 256; mask++) {
      for (int bits = 0; bits < 256; bits++) {
        int spread = 0;
        int next = 0;
        for (int i = 0; i < 8; i++) {
          if ((mask >>> i & 1) != 0) {
            spread |= (bits >>> next++ & 1) << i;
          }
        }
        table[mask << 8 | bits] = (byte) spread;
      }
    }
    return table;
  }

  /** The lowest of some bits in the places where a mask of eight has ones. */
  static long into(int mask, long bits) {
    return INTO[(mask << 8) + ((int) bits & 0xFF)] & 0xFFL;
  }

  /** The lowest bits of a word, in their order, in the places where a mask has ones. */
  static long spread(long bits, long mask) {
    if (mask == -1) {
      return bits;
    }
    long spread = 0;
    long left = bits;
    for (int i = 0; i < 64; i += 8) {
      int eight = (int) (mask >>> i) & 0xFF;
      spread |= into(eight, left) << i;
      left >>>= Integer.bitCount(eight);
    }
    return spread;
  }

  void clear() {
    Arrays.fill(planes, 0);
  }

  /** Sets a bit of all symbols to one in some places and zero in the others. */
  void put(int bit, long places) {
    planes[bit] = places;
  }

  /** Sets all bits of the symbols in some places: the same steps for every symbol. */
  void symbol(int symbol, long places) {
    for (int bit = 0; bit < planes.length; bit++) {
      planes[bit] |= places & -(long) (symbol >>> bit & 1);
    }
  }

  void write(byte[] out, int at, int count) {
    if (planes.length == 4 && count == 64) {
      writeNibbles(out, at);
      return;
    }
    int i = 0;
    for (; i + 8 <= count; i += 8) {
      LittleEndian.putLong(out, at + i, eightSymbols(i));
    }
    if (i < count) {
      long rest = eightSymbols(i);
      for (int shift = 0; i < count; i++, shift += 8) {
        out[at + i] = (byte) (rest >>> shift);
      }
    }
  }

  /** The usual case by itself: all four words stay in registers. */
  private void writeNibbles(byte[] out, int at) {
    long first = planes[0];
    long second = planes[1];
    long third = planes[2];
    long fourth = planes[3];
    long all = (fixed & 0xFFL) * EACH_BYTE;
    for (int i = 0; i < 64; i += 8) {
      long symbols =
          all
              | EIGHT[(int) (first >>> i) & 0xFF]
              | EIGHT[(int) (second >>> i) & 0xFF] << 1
              | EIGHT[(int) (third >>> i) & 0xFF] << 2
              | EIGHT[(int) (fourth >>> i) & 0xFF] << 3;
      LittleEndian.putLong(out, at + i, symbols);
    }
  }

  private long eightSymbols(int from) {
    long symbols = (fixed & 0xFFL) * EACH_BYTE;
    for (int bit = 0; bit < planes.length; bit++) {
      symbols |= EIGHT[(int) (planes[bit] >>> from) & 0xFF] << bit;
    }
    return symbols;
  }

  void write(int[] out, int at, int count) {
    for (int i = 0; i < count; i++) {
      int symbol = fixed;
      for (int bit = 0; bit < planes.length; bit++) {
        symbol |= (int) (planes[bit] >>> i & 1) << bit;
      }
      out[at + i] = symbol;
    }
  }
}
