package dev.tersor.core.tensor;

/**
 * Floats of at most 8 bits: a sign, an exponent and a mantissa in the low bits, with subnormals
 * where the exponent is 0, and no infinities ({@code OCP 8-bit Floating Point Specification} 1.0,
 * section 5; {@code OCP Microscaling Formats} 1.0, section 5.3.3 for E2M1).
 *
 * <p>Example: E4M3's {@code 0 1111 110} is 2^8 * 1.75 = 448, its largest.
 */
public enum SmallFloat {
  /** 1, 2 and 1 bits: 0, 0.5, 1, 1.5, 2, 3, 4, 6 and their negatives. */
  E2M1(2, 1, 1, 6),
  /** 1, 4 and 3 bits, up to 448; the one magnitude above is no number. */
  E4M3(4, 3, 7, 448),
  /** 1, 5 and 2 bits, up to 57,344; magnitudes above are infinity and no numbers. */
  E5M2(5, 2, 15, 57344);

  private final int exponentBits;

  @SuppressWarnings("ImmutableEnumChecker") // a table that nobody changes
  private final float[] magnitudes;

  SmallFloat(int exponentBits, int mantissaBits, int bias, float most) {
    this.exponentBits = exponentBits;
    int count = 1 << (exponentBits + mantissaBits);
    float[] all = new float[count];
    for (int bits = 0; bits < count; bits++) {
      int exponent = bits >>> mantissaBits;
      int mantissa = bits & ((1 << mantissaBits) - 1);
      int whole = exponent == 0 ? mantissa : mantissa | (1 << mantissaBits);
      float magnitude = Math.scalb((float) whole, Math.max(1, exponent) - bias - mantissaBits);
      all[bits] = magnitude <= most ? magnitude : Float.NaN;
    }
    magnitudes = all;
  }

  /** Bits of a number, its sign among them. */
  public int bits() {
    return 32 - Integer.numberOfLeadingZeros(magnitudes.length);
  }

  /** Bits of the exponent. */
  public int exponentBits() {
    return exponentBits;
  }

  /** The largest number. */
  public float most() {
    float most = 0;
    for (float magnitude : magnitudes) {
      most = magnitude > most ? magnitude : most;
    }
    return most;
  }

  /** The value of a number; not a number where it stands for infinity or for none. */
  public float value(int number) {
    float magnitude = magnitudes[number & (magnitudes.length - 1)];
    return (number & magnitudes.length) == 0 ? magnitude : -magnitude;
  }

  /** The number nearest to a value, ties to the even one; beyond the largest that one. */
  public int nearest(double value) {
    double magnitude = Math.abs(value);
    int below = 0;
    while (below + 1 < magnitudes.length && magnitudes[below + 1] <= magnitude) {
      below++;
    }
    int nearest = below;
    if (below + 1 < magnitudes.length && !Float.isNaN(magnitudes[below + 1])) {
      double over = magnitude - magnitudes[below];
      double under = magnitudes[below + 1] - magnitude;
      nearest += over > under || (over == under && below % 2 == 1) ? 1 : 0;
    }
    return value < 0 ? nearest | magnitudes.length : nearest;
  }
}
