package dev.tersor.core.checkpoint.gguf;

import static dev.tersor.core.checkpoint.gguf.BlockDecoder.half;
import static dev.tersor.core.checkpoint.gguf.BlockDecoder.u16;
import static dev.tersor.core.checkpoint.gguf.BlockDecoder.u8;

import dev.tersor.core.bits.Half;
import dev.tersor.core.bits.LittleEndian;

/**
 * Blocks of 256 elements, groups of which are points of a {@link Grid}: (d * scale) * coordinate *
 * sign, or in the types of one bit (d * scale) * (coordinate + shift), in this order.
 *
 * <p>Example: 32 elements of IQ2_XXS are 8 bytes: four indices of points, then 28 bits of signs and
 * four of the scale. Of eight signs seven are stored, the last makes the number of minuses even.
 */
final class GridBlocks {
  private static final byte[] IQ2_XXS = Grid.IQ2_XXS.coordinates();
  private static final byte[] IQ2_XS = Grid.IQ2_XS.coordinates();
  private static final byte[] IQ2_S = Grid.IQ2_S.coordinates();
  private static final byte[] IQ3_XXS = Grid.IQ3_XXS.coordinates();
  private static final byte[] IQ3_S = Grid.IQ3_S.coordinates();
  private static final byte[] IQ1_S = Grid.IQ1_S.coordinates();

  /** What coordinates of one bit are shifted by. */
  private static final float SHIFT = 0.125f;

  private GridBlocks() {}

  /** All eight signs of seven bits. */
  private static int signs(int seven) {
    return seven | ((Integer.bitCount(seven) & 1) << 7);
  }

  /** Elements of a point, from its coordinate {@code first} on. */
  private static void point(
      byte[] grid, int first, int count, float d, int signs, float[] y, int o) {
    for (int j = 0; j < count; j++) {
      y[o + j] = d * grid[first + j] * ((signs >> j & 1) != 0 ? -1f : 1f);
    }
  }

  /** d, 8 times indices of 8 bits and a word of signs and scale. */
  static void iq2xxs(byte[] s, int at, float[] y, int o) {
    float d = half(s, at);
    for (int n = 0; n < 8; n++) {
      int from = at + 2 + 8 * n;
      int word = LittleEndian.getInt(s, from + 4);
      float dl = d * (0.5f + (word >>> 28)) * 0.25f;
      for (int l = 0; l < 4; l++) {
        int signs = signs(word >>> (7 * l) & 127);
        point(IQ2_XXS, 8 * u8(s, from + l), 8, dl, signs, y, o + 32 * n + 8 * l);
      }
    }
  }

  private static float dl2(float d, byte[] s, int at, int l) {
    return d * (0.5f + (u8(s, at) >> (l / 2 * 4) & 0xF)) * 0.25f;
  }

  /** d, 32 words of an index of 9 bits and signs, 8 bytes of two scales. */
  static void iq2xs(byte[] s, int at, float[] y, int o) {
    float d = half(s, at);
    for (int n = 0; n < 32; n++) {
      int word = u16(s, at + 2 + 2 * n);
      float dl = dl2(d, s, at + 66 + n / 4, n % 4);
      point(IQ2_XS, 8 * (word & 511), 8, dl, signs(word >> 9), y, o + 8 * n);
    }
  }

  /** d, 32 indices' low bits, 32 bytes of signs, 8 of two high bits, 8 of two scales. */
  static void iq2s(byte[] s, int at, float[] y, int o) {
    float d = half(s, at);
    for (int n = 0; n < 32; n++) {
      int index = u8(s, at + 2 + n) | ((u8(s, at + 66 + n / 4) >> (n % 4 * 2) & 3) << 8);
      float dl = dl2(d, s, at + 74 + n / 4, n % 4);
      point(IQ2_S, 8 * index, 8, dl, s[at + 34 + n], y, o + 8 * n);
    }
  }

  /** d, 64 indices, 8 words of signs and scale. */
  static void iq3xxs(byte[] s, int at, float[] y, int o) {
    float d = half(s, at);
    for (int n = 0; n < 8; n++) {
      int word = LittleEndian.getInt(s, at + 66 + 4 * n);
      float dl = d * (0.5f + (word >>> 28)) * 0.5f;
      for (int l = 0; l < 8; l++) {
        int signs = signs(word >>> (l / 2 * 7) & 127) >> (l % 2 * 4);
        point(IQ3_XXS, 4 * u8(s, at + 2 + 8 * n + l), 4, dl, signs, y, o + 32 * n + 4 * l);
      }
    }
  }

  /** d, 64 indices' low bits, 8 bytes of their ninth, 32 bytes of signs, 4 of two scales. */
  static void iq3s(byte[] s, int at, float[] y, int o) {
    float d = half(s, at);
    for (int n = 0; n < 64; n++) {
      float dl = d * (1 + 2 * (u8(s, at + 106 + n / 16) >> (n / 8 % 2 * 4) & 0xF));
      int index = u8(s, at + 2 + n) | ((u8(s, at + 66 + n / 8) >> (n % 8) & 1) << 8);
      point(IQ3_S, 4 * index, 4, dl, u8(s, at + 74 + n / 2) >> (n % 2 * 4), y, o + 4 * n);
    }
  }

  private static void shifted(int index, float d, boolean down, float[] y, int o) {
    float shift = down ? -SHIFT : SHIFT;
    for (int j = 0; j < 8; j++) {
      y[o + j] = d * (IQ1_S[8 * index + j] + shift);
    }
  }

  /** d, 32 indices' low bits, 8 words of their three high bits, a scale, and the shift's sign. */
  static void iq1s(byte[] s, int at, float[] y, int o) {
    float d = half(s, at);
    for (int n = 0; n < 32; n++) {
      int word = u16(s, at + 34 + n / 4 * 2);
      int index = u8(s, at + 2 + n) | ((word >> (n % 4 * 3) & 7) << 8);
      shifted(index, d * (2 * (word >> 12 & 7) + 1), (word & 0x8000) != 0, y, o + 8 * n);
    }
  }

  /**
   * 32 indices' low bits, 16 bytes of twice three high bits and the shift's sign, 4 words of four
   * scales of three bits and of four bits of d.
   */
  static void iq1m(byte[] s, int at, float[] y, int o) {
    int bits = 0;
    for (int i = 0; i < 4; i++) {
      bits |= u16(s, at + 48 + 2 * i) >> 12 << (4 * i);
    }
    float d = Half.toFloat((short) bits);
    for (int n = 0; n < 32; n++) {
      int high = u8(s, at + 32 + n / 2) >> (n % 2 * 4);
      int scale = u16(s, at + 48 + n / 8 * 2) >> (n % 8 / 2 * 3) & 7;
      int index = u8(s, at + n) | ((high & 7) << 8);
      shifted(index, d * (2 * scale + 1), (high & 8) != 0, y, o + 8 * n);
    }
  }
}
