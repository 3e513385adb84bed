package dev.tersor.core.tensor;

/**
 * Levels that are the same in every tensor, in steps of a scale: what codes of a {@link Scaled}
 * codebook stand for. A code is a row of bits that a level's own format gives it, turned where
 * needed so that code 0 is the zero, if there is one. Codes of no number stand for zero, and no
 * weight has one.
 */
public enum Elements {
  /** -1 and 1, one bit; no zero. */
  SIGN(0, 1),
  /** Two's complement from -2^(b-1) on; 2 to 8 bits. */
  INTEGER(1, 0),
  /** 0 to 2^b - 1; 1 to 8 bits. With a zero point z a code is (q - z) modulo 2^b, and q - z. */
  UNSIGNED(2, 0),
  /**
   * 4-bit NormalFloat (Dettmers et al. 2023, QLoRA, appendix E), quantiles of a normal distribution
   * in -1..1. The code is that of the paper less 7, modulo 16.
   */
  NF4(3, 4),
  /** {@link SmallFloat#E2M1}. */
  E2M1(4, 4),
  /** {@link SmallFloat#E4M3}. */
  E4M3(5, 8),
  /** {@link SmallFloat#E5M2}. */
  E5M2(6, 8),
  /** The sixteen uneven levels of GGUF's IQ4_NL and IQ4_XS, ascending from -127 to 113; no zero. */
  IQ4_NL(7, 4),
  /** The odd numbers {@code 2 c - 2^b + 1} of codes c; 1 to 8 bits, no zero. */
  ODD(8, 0);

  /** The code of the paper's table that stands for zero. */
  private static final int NF4_ZERO = 7;

  private static final float[] NF4_TABLE = {
    -1,
    -0.6961928f,
    -0.52507305f,
    -0.3949175f,
    -0.28444138f,
    -0.18477343f,
    -0.091050036f,
    0,
    0.0795803f,
    0.1609302f,
    0.2461123f,
    0.33791524f,
    0.44070983f,
    0.562617f,
    0.72295684f,
    1
  };

  private static final float[] IQ4_NL_TABLE = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
  };

  private final int number;
  private final int width;

  Elements(int number, int width) {
    this.number = number;
    this.width = width;
  }

  /** What files call them. */
  public int number() {
    return number;
  }

  /**
   * Those with a number.
   *
   * @throws IllegalArgumentException if there are none
   */
  public static Elements of(int number) {
    for (Elements elements : values()) {
      if (elements.number == number) {
        return elements;
      }
    }
    throw new IllegalArgumentException("elements " + number + ", expected 0..8");
  }

  /** Whether one of the levels is zero, which code 0 then is. */
  public boolean haveZero() {
    return this != SIGN && this != IQ4_NL && this != ODD;
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
          "bits: %d, expected %s for %s"
              .formatted(bits, width != 0 ? width : this == INTEGER ? "2..8" : "1..8", this));
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
            case INTEGER -> (code << (32 - bits)) >> (32 - bits);
            case UNSIGNED -> code;
            case NF4 -> NF4_TABLE[(code + NF4_ZERO) & 15];
            case E2M1 -> SmallFloat.E2M1.value(code);
            case E4M3 -> SmallFloat.E4M3.value(code);
            case E5M2 -> SmallFloat.E5M2.value(code);
            case IQ4_NL -> IQ4_NL_TABLE[code];
            case ODD -> 2 * code - (1 << bits) + 1;
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
