package dev.tersor.core.checkpoint.gguf;

import static dev.tersor.core.checkpoint.gguf.BlockDecoder.half;
import static dev.tersor.core.checkpoint.gguf.BlockDecoder.u8;

/**
 * Blocks of 256 elements, cut into smaller ones whose scales are codes themselves: the types whose
 * names end in K. An element is (d * scale) * q - (dmin * least), in this order.
 *
 * <p>Example: a block of Q4_K is d and dmin in 16 bits each, 12 bytes of eight scales and eight
 * least values of six bits, 128 bytes of codes. The first smaller block has the scale {@code byte 4
 * & 63} and the least value {@code byte 8 & 63}; its 32 codes are the low halves of bytes 16 to 47.
 */
final class SuperBlocks {
  private SuperBlocks() {}

  /** 16 bytes of a scale and a least value, 64 bytes of four codes, d, dmin. */
  static void q2(byte[] s, int at, float[] y, int o) {
    float d = half(s, at + 80);
    float min = half(s, at + 82);
    int next = o;
    for (int n = 0; n < 16; n++) {
      int scale = u8(s, at + n);
      float dl = d * (scale & 0xF);
      float ml = min * (scale >> 4);
      int q = at + 16 + n / 8 * 32 + n % 2 * 16;
      int shift = n % 8 / 2 * 2;
      for (int l = 0; l < 16; l++) {
        y[next++] = dl * (u8(s, q + l) >> shift & 3) - ml;
      }
    }
  }

  /** 32 bytes of third bits, 64 bytes of four codes' low bits, 12 bytes of 16 scales, d. */
  static void q3(byte[] s, int at, float[] y, int o) {
    float d = half(s, at + 108);
    int next = o;
    for (int n = 0; n < 16; n++) {
      float dl = d * scaleOf3(s, at, n);
      int half = n % 2 * 16;
      int q = at + 32 + n / 8 * 32 + half;
      int shift = n % 8 / 2 * 2;
      int bit = n / 2;
      for (int l = 0; l < 16; l++) {
        int subtracted = (u8(s, at + half + l) >> bit & 1) != 0 ? 0 : 4;
        y[next++] = dl * ((u8(s, q + l) >> shift & 3) - subtracted);
      }
    }
  }

  /** A scale of Q3_K, from -32 to 31. */
  static int scaleOf3(byte[] s, int at, int n) {
    int low = u8(s, at + 96 + n % 8) >> (n / 8 * 4) & 0xF;
    int high = u8(s, at + 104 + n % 4) >> (n / 4 * 2) & 3;
    return (low | (high << 4)) - 32;
  }

  /** The six bits of a scale of Q4_K and Q5_K. */
  static int scale(byte[] s, int at, int j) {
    return j < 4 ? u8(s, at + j) & 63 : (u8(s, at + j + 4) & 0xF) | (u8(s, at + j - 4) >> 6 << 4);
  }

  /** The six bits of a least value of Q4_K and Q5_K. */
  static int least(byte[] s, int at, int j) {
    return j < 4 ? u8(s, at + j + 4) & 63 : (u8(s, at + j + 4) >> 4) | (u8(s, at + j) >> 6 << 4);
  }

  /** d, dmin, 12 bytes of scales and least values, 128 bytes of two codes. */
  static void q4(byte[] s, int at, float[] y, int o) {
    float d = half(s, at);
    float min = half(s, at + 2);
    int next = o;
    for (int n = 0; n < 8; n++) {
      float dl = d * scale(s, at + 4, n);
      float ml = min * least(s, at + 4, n);
      int q = at + 16 + n / 2 * 32;
      int shift = n % 2 * 4;
      for (int l = 0; l < 32; l++) {
        y[next++] = dl * (u8(s, q + l) >> shift & 0xF) - ml;
      }
    }
  }

  /** As Q4_K, with 32 bytes of fifth bits before the codes. */
  static void q5(byte[] s, int at, float[] y, int o) {
    float d = half(s, at);
    float min = half(s, at + 2);
    int next = o;
    for (int n = 0; n < 8; n++) {
      float dl = d * scale(s, at + 4, n);
      float ml = min * least(s, at + 4, n);
      int q = at + 48 + n / 2 * 32;
      int shift = n % 2 * 4;
      for (int l = 0; l < 32; l++) {
        int high = u8(s, at + 16 + l) >> n & 1;
        y[next++] = dl * ((u8(s, q + l) >> shift & 0xF) + (high << 4)) - ml;
      }
    }
  }

  /** 128 bytes of low bits, 64 bytes of two high bits, 16 scales with sign, d. */
  static void q6(byte[] s, int at, float[] y, int o) {
    float d = half(s, at + 208);
    int next = o;
    for (int n = 0; n < 8; n++) {
      int low = at + n / 4 * 64 + n % 2 * 32;
      int lowShift = n % 4 / 2 * 4;
      int high = at + 128 + n / 4 * 32;
      int highShift = n % 4 * 2;
      for (int l = 0; l < 32; l++) {
        int q = (u8(s, low + l) >> lowShift & 0xF) | ((u8(s, high + l) >> highShift & 3) << 4);
        y[next++] = d * s[at + 192 + 2 * n + l / 16] * (q - 32);
      }
    }
  }
}
