package dev.tersor.core.checkpoint.gguf;

import static dev.tersor.core.checkpoint.gguf.BlockDecoder.half;
import static dev.tersor.core.checkpoint.gguf.BlockDecoder.u16;
import static dev.tersor.core.checkpoint.gguf.BlockDecoder.u8;

import dev.tersor.core.tensor.Elements;
import dev.tersor.core.tensor.SmallFloat;

/**
 * Blocks whose codes of four bits stand for sixteen levels that are not even.
 *
 * <p>Example: a block of MXFP4 is a byte e and 16 bytes of codes. With e = 127 the scale is 0.5,
 * and the code 5 has the level 6: the element is 3, as FP4 has it.
 */
final class LevelBlocks {
  private static final float[] UNEVEN = Elements.IQ4_NL.levels(4);

  /** Twice the numbers of FP4: 1 sign, 2 exponent and 1 mantissa bits. */
  private static final float[] FP4 = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

  /** Half the numbers of E4M3 whatever the sign bit; 0 for its NaN without one. */
  private static final float[] HALF_E4M3 = halfOfE4M3();

  /** What the NaN with a sign would be, were it a number. */
  private static final float BEYOND_E4M3 = 480;

  private LevelBlocks() {}

  private static float[] halfOfE4M3() {
    float[] values = new float[256];
    for (int code = 0; code < 256; code++) {
      float value = SmallFloat.E4M3.value(code & 0x7F);
      values[code] = code == 0x7F ? 0 : Float.isNaN(value) ? BEYOND_E4M3 / 2 : value / 2;
    }
    return values;
  }

  /** d, 32 codes. */
  static void iq4nl(byte[] s, int at, float[] y, int o) {
    levels(UNEVEN, s, at + 2, half(s, at), 16, y, o);
  }

  /** d, the high two bits of eight scales, their low four bits, 256 codes. */
  static void iq4xs(byte[] s, int at, float[] y, int o) {
    float d = half(s, at);
    for (int n = 0; n < 8; n++) {
      levels(UNEVEN, s, at + 8 + 16 * n, d * scaleOfIq4xs(s, at, n), 16, y, o + 32 * n);
    }
  }

  /** From -32 to 31. */
  static int scaleOfIq4xs(byte[] s, int at, int n) {
    int low = u8(s, at + 4 + n / 2) >> (n % 2 * 4) & 0xF;
    return (low | ((u16(s, at + 2) >> (2 * n) & 3) << 4)) - 32;
  }

  /** A power of two in a byte, 32 codes. */
  static void mxfp4(byte[] s, int at, float[] y, int o) {
    int e = u8(s, at);
    float d = Float.intBitsToFloat(e < 2 ? 0x00200000 << e : (e - 1) << 23);
    levels(FP4, s, at + 1, d, 16, y, o);
  }

  /** Four scales of E4M3, four times 16 codes. */
  static void nvfp4(byte[] s, int at, float[] y, int o) {
    for (int n = 0; n < 4; n++) {
      levels(FP4, s, at + 4 + 8 * n, HALF_E4M3[u8(s, at + n)], 8, y, o + 16 * n);
    }
  }

  /** The number of E4M3 that a scale is; what has a sign and no magnitude less is no number. */
  static int scaleOfNvfp4(byte stored) {
    return stored == 0x7F ? 0 : stored & 0x7F;
  }

  /** Of the codes of some bytes those in the low halves come first. */
  private static void levels(
      float[] level, byte[] s, int at, float d, int bytes, float[] y, int o) {
    for (int j = 0; j < bytes; j++) {
      int two = s[at + j];
      y[o + j] = d * level[two & 0xF];
      y[o + j + bytes] = d * level[two >> 4 & 0xF];
    }
  }
}
