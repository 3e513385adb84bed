package dev.tersor.core.checkpoint.gguf;

import static dev.tersor.core.checkpoint.gguf.BlockDecoder.half;
import static dev.tersor.core.checkpoint.gguf.BlockDecoder.u8;

import dev.tersor.core.bits.LittleEndian;

/**
 * Blocks of one scale d, and in some types a least value m, for all of their codes q: d * q or d *
 * q + m. Of codes of four bits the first half of a block lies in the low halves of the bytes.
 *
 * <p>Example: a block of Q4_0 is d in 16 bits and 16 bytes. With d = 0.5 (00 38) the first byte
 * 0x9C has the elements 0 and 16: (12 - 8) * 0.5 = 2 and (9 - 8) * 0.5 = 0.5.
 */
final class SimpleBlocks {
  private static final int HALF_BLOCK = 16;

  private SimpleBlocks() {}

  /** d, 128 bits: a bit is the sign. */
  static void q1(byte[] s, int at, float[] y, int o) {
    float d = half(s, at);
    for (int j = 0; j < 128; j++) {
      y[o + j] = (s[at + 2 + j / 8] >> (j % 8) & 1) != 0 ? d : -d;
    }
  }

  /** d, 64 codes of two bits from -1 to 2. */
  static void q2(byte[] s, int at, float[] y, int o) {
    float d = half(s, at);
    for (int j = 0; j < 64; j++) {
      y[o + j] = ((s[at + 2 + j / 4] >> (2 * (j % 4)) & 3) - 1) * d;
    }
  }

  /** d, 32 codes of four bits from -8 to 7. */
  static void q4of0(byte[] s, int at, float[] y, int o) {
    float d = half(s, at);
    for (int j = 0; j < HALF_BLOCK; j++) {
      int two = s[at + 2 + j];
      y[o + j] = ((two & 0xF) - 8) * d;
      y[o + j + HALF_BLOCK] = ((two >> 4 & 0xF) - 8) * d;
    }
  }

  /** d, m, 32 codes of four bits from 0 to 15. */
  static void q4of1(byte[] s, int at, float[] y, int o) {
    float d = half(s, at);
    float m = half(s, at + 2);
    for (int j = 0; j < HALF_BLOCK; j++) {
      int two = s[at + 4 + j];
      y[o + j] = (two & 0xF) * d + m;
      y[o + j + HALF_BLOCK] = (two >> 4 & 0xF) * d + m;
    }
  }

  /** d, the fifth bits of all codes in 4 bytes, their low four bits; from -16 to 15. */
  static void q5of0(byte[] s, int at, float[] y, int o) {
    float d = half(s, at);
    int high = LittleEndian.getInt(s, at + 2);
    for (int j = 0; j < HALF_BLOCK; j++) {
      int two = s[at + 6 + j];
      y[o + j] = (((two & 0xF) | ((high >>> j & 1) << 4)) - 16) * d;
      y[o + j + HALF_BLOCK] = (((two >> 4 & 0xF) | ((high >>> (j + 16) & 1) << 4)) - 16) * d;
    }
  }

  /** d, m, the fifth bits, the low bits; from 0 to 31. */
  static void q5of1(byte[] s, int at, float[] y, int o) {
    float d = half(s, at);
    float m = half(s, at + 2);
    int high = LittleEndian.getInt(s, at + 4);
    for (int j = 0; j < HALF_BLOCK; j++) {
      int two = s[at + 8 + j];
      y[o + j] = ((two & 0xF) | ((high >>> j & 1) << 4)) * d + m;
      y[o + j + HALF_BLOCK] = ((two >> 4 & 0xF) | ((high >>> (j + 16) & 1) << 4)) * d + m;
    }
  }

  /** d, 32 codes of eight bits. */
  static void q8of0(byte[] s, int at, float[] y, int o) {
    float d = half(s, at);
    for (int j = 0; j < 32; j++) {
      y[o + j] = s[at + 2 + j] * d;
    }
  }

  /** d, the sum of the elements, 32 codes. ggml itself only multiplies by these. */
  static void q8of1(byte[] s, int at, float[] y, int o) {
    float d = half(s, at);
    for (int j = 0; j < 32; j++) {
      y[o + j] = s[at + 4 + j] * d;
    }
  }

  /** d in 32 bits, 256 codes of eight bits, and the sums of each 16. */
  static void q8ofK(byte[] s, int at, float[] y, int o) {
    float d = Float.intBitsToFloat(LittleEndian.getInt(s, at));
    for (int j = 0; j < 256; j++) {
      y[o + j] = d * s[at + 4 + j];
    }
  }

  /**
   * 48 bytes of five numbers of 0 to 2 each, 4 bytes of four, d. A byte is the fraction of 256
   * whose digits in base 3 are the numbers: times 3, what goes beyond 8 bits is the next.
   */
  static void tq1(byte[] s, int at, float[] y, int o) {
    float d = half(s, at + 52);
    int next = ternary(s, at, 32, 5, d, y, o);
    next = ternary(s, at + 32, 16, 5, d, y, next);
    ternary(s, at + 48, 4, 4, d, y, next);
  }

  private static int ternary(byte[] s, int at, int bytes, int digits, float d, float[] y, int o) {
    int next = o;
    for (int digit = 0, power = 1; digit < digits; digit++, power *= 3) {
      for (int j = 0; j < bytes; j++) {
        int fraction = (s[at + j] * power) & 0xFF;
        y[next++] = (((fraction * 3) >> 8) - 1) * d;
      }
    }
    return next;
  }

  /** 64 bytes of four codes from -1 to 2, d. */
  static void tq2(byte[] s, int at, float[] y, int o) {
    float d = half(s, at + 64);
    int next = o;
    for (int j = 0; j < 64; j += 32) {
      for (int shift = 0; shift < 8; shift += 2) {
        for (int m = 0; m < 32; m++) {
          y[next++] = ((u8(s, at + j + m) >> shift & 3) - 1) * d;
        }
      }
    }
  }
}
