package dev.tersor.core.tensor;

/**
 * Levels that are the same in every tensor, in steps of a scale: what codes of a {@link Scaled}
 * codebook stand for. A code is a row of bits that a level's own format gives it, turned where
 * needed so that code 0 is the zero, if there is one. Codes of no number stand for zero, and no
 * weight has one.
 */
public enum Elements {
  /** -1 and 1, one bit; no zero. */
  SIGN(1),
  /** Two's complement from -2^(b-1) on; 2 to 8 bits. */
  INTEGER(0),
  /** 0 to 2^b - 1; 1 to 8 bits. With a zero point z a code is (q - z) modulo 2^b, and q - z. */
  UNSIGNED(0),
  /**
   * 4-bit NormalFloat (Dettmers et al. 2023, QLoRA, appendix E), quantiles of a normal distribution
   * in -1..1. The code is that of the paper less 7, modulo 16.
   */
  NF4(4),
  /** {@link SmallFloat#E2M1}. */
  E2M1(4),
  /** {@link SmallFloat#E4M3}. */
  E4M3(8),
  /** {@link SmallFloat#E5M2}. */
  E5M2(8);

  /** The code of the paper's table that stands for zero. */
  private static final int NF4_ZERO = 7;

  private static final float[] NF4_TABLE = {
    -1,
    -0.6961928009986877f,
    -0.5250730514526367f,
    -0.39491748809814453f,
    -0.28444138169288635f,
    -0.18477343022823334f,
    -0.09105003625154495f,
    0,
    0.07958029955625534f,
    0.16093020141124725f,
    0.24611230194568634f,
    0.33791524171829224f,
    0.44070982933044434f,
    0.5626170039176941f,
    0.7229568362236023f,
    1
  };

  private final int width;

  Elements(int width) {
    this.width = width;
  }

  /** The bits of a code where they are always the same, else 0. */
  public int width() {
    return width;
  }

  /**
   * @throws IllegalArgumentException if codes cannot have so many bits
   */
  void check(int bits) {
    Levels.checkBits(bits);
    if ((width != 0 && bits != width) || (this == INTEGER && bits < 2)) {
      throw new IllegalArgumentException(
          "bits: %d, expected %s for %s".formatted(bits, width == 0 ? "2..8" : width, this));
    }
  }

  /** The level of each code, 2^bits of them; none is a negative zero. */
  public float[] levels(int bits) {
    check(bits);
    float[] levels = new float[1 << bits];
    for (int code = 0; code < levels.length; code++) {
      float level =
          switch (this) {
            case SIGN -> 2 * code - 1;
            case INTEGER -> code << 32 - bits >> 32 - bits;
            case UNSIGNED -> code;
            case NF4 -> NF4_TABLE[code + NF4_ZERO & 15];
            case E2M1 -> SmallFloat.E2M1.value(code);
            case E4M3 -> SmallFloat.E4M3.value(code);
            case E5M2 -> SmallFloat.E5M2.value(code);
          };
      levels[code] = Float.isNaN(level) ? 0 : level + 0f;
    }
    return levels;
  }

  /** The largest magnitude of a level. */
  public float most(int bits) {
    float most = 0;
    for (float level : levels(bits)) {
      most = Math.max(most, Math.abs(level));
    }
    return most;
  }
}
