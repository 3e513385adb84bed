package dev.tersor.core.symbol;

import dev.tersor.core.bits.BitReader;
import dev.tersor.core.bits.BitWriter;
import dev.tersor.core.bits.MalformedInputException;

/**
 * The stored form of {@link RansFrequencies}: a bit string, fields least significant bit first.
 *
 * <pre>
 * table     := n:width bits     the largest symbol that occurs
 *              r - 8:4 bits     the frequencies add up to 2^r, r from 8 to 16
 *              item*            symbols 0 .. n - 1; n has what is missing to 2^r
 * item      := 1 frequency      the symbol occurs
 *            | 0 run frequency  so many symbols do not occur, the one after them does; nothing
 *                               after the run if that one is n
 * run       := k zeros, a one, the k low bits of the number (Elias gamma)
 * frequency := z zeros, a one, the c - 1 low bits of a number of c bits
 *              z = 0, 1, 2, 3, .. for c - p = 0, -1, 1, -2, ..; p is the c before, r at first
 * </pre>
 *
 * Neighbours have frequencies of about the same size, so the number of bits seldom takes more than
 * three. An empty stream has an empty table.
 */
final class RansTable {
  private static final int BITS_WIDTH = 4;
  private static final int MAX_UNARY = 2 * RansFrequencies.MAX_BITS;
  private static final String WHAT = "frequency table";

  private RansTable() {}

  /**
   * @param width the stream's width
   */
  static byte[] write(RansFrequencies frequencies, int width) {
    int[] scaled = frequencies.scaled();
    int last = scaled.length - 1;
    BitWriter out = new BitWriter();
    out.write(last, width);
    out.write(frequencies.bits() - RansFrequencies.MIN_BITS, BITS_WIDTH);
    int size = frequencies.bits();
    for (int at = 0; at < last; at++) {
      int run = 0;
      while (scaled[at + run] == 0) {
        run++;
      }
      out.write(run == 0 ? 1 : 0, 1);
      if (run > 0) {
        int low = bitLength(run) - 1;
        writeUnary(out, low);
        out.write(run ^ 1 << low, low);
        at += run;
      }
      if (at < last) {
        int before = size;
        size = bitLength(scaled[at]);
        writeUnary(out, zigzag(size - before));
        out.write(scaled[at] ^ 1 << (size - 1), size - 1);
      }
    }
    return out.toByteArray();
  }

  private static int bitLength(int number) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(number);
  }

  /** 0, -1, 1, -2, .. as 0, 1, 2, 3, .. */
  private static int zigzag(int difference) {
    return difference << 1 ^ difference >> 31;
  }

  private static void writeUnary(BitWriter out, int zeros) {
    out.write(0, zeros);
    out.write(1, 1);
  }

  /**
   * @param width the stream's width
   */
  static RansFrequencies read(byte[] table, int width) {
    BitReader in = new BitReader(table);
    int last = in.read(width, WHAT);
    int bits = RansFrequencies.MIN_BITS + in.read(BITS_WIDTH, WHAT);
    if (bits > RansFrequencies.MAX_BITS) {
      throw malformed("frequencies add up to 2^" + bits + ", at most 2^16", in);
    }
    int[] scaled = new int[last + 1];
    int left = 1 << bits;
    int size = bits;
    for (int at = 0; at < last; at++) {
      if (in.read(1, WHAT) == 0) {
        at += readRun(in, last - at);
        if (at == last) {
          break;
        }
      }
      int unary = readUnary(in);
      size += unary >>> 1 ^ -(unary & 1);
      if (size < 1 || size > bits) {
        throw malformed("frequency of " + size + " bits, all are 2^" + bits, in);
      }
      scaled[at] = 1 << (size - 1) | in.read(size - 1, WHAT);
      left -= scaled[at];
      if (left < 1) {
        throw malformed("frequencies leave nothing for the last symbol", in);
      }
    }
    scaled[last] = left;
    if (in.remainingBits() >= 8) {
      throw malformed(WHAT + " goes on after its last symbol", in);
    }
    if (in.read((int) in.remainingBits(), WHAT) != 0) {
      throw new MalformedInputException("filling bits are not zero", table.length - 1L);
    }
    return new RansFrequencies(scaled, bits);
  }

  private static int readRun(BitReader in, int most) {
    int low = readUnary(in);
    if (low >= RansFrequencies.MAX_BITS) {
      throw malformed(WHAT + " runs past its end", in);
    }
    int run = 1 << low | in.read(low, WHAT);
    if (run > most) {
      throw malformed(WHAT + " runs past its end", in);
    }
    return run;
  }

  private static int readUnary(BitReader in) {
    int zeros = 0;
    while (in.read(1, WHAT) == 0) {
      if (++zeros > MAX_UNARY) {
        throw malformed("number of too many bits", in);
      }
    }
    return zeros;
  }

  private static MalformedInputException malformed(String message, BitReader in) {
    return new MalformedInputException(message, in.bytePosition());
  }
}
