package dev.tersor.core.encode;

import dev.tersor.core.symbol.Entropy;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.FloatFormat;
import dev.tersor.core.tensor.Floats;

/**
 * The order-0 entropy floor of a sparse tensor: no code of the mask's bits and of the non-zeros'
 * codes one by one takes less.
 *
 * @param maskBits N times the binary entropy of the share of non-zeros
 * @param valueBits nnz times the entropy of the non-zeros' codes
 * @param packedValueBits nnz times the bits of a code or number: the values as the papers' formats
 *     store them
 */
public record Floor(double maskBits, double valueBits, double packedValueBits) {

  public static Floor of(Codes codes) {
    long[] frequencies = new long[256];
    for (byte code : codes.codes()) {
      frequencies[code & 0xFF]++;
    }
    long zeros = frequencies[0];
    long nonZeros = codes.size() - zeros;
    frequencies[0] = 0;
    return new Floor(
        Entropy.bits(new long[] {zeros, nonZeros}),
        Entropy.bits(frequencies),
        (double) nonZeros * codes.bits());
  }

  /**
   * The same of weights that are not quantised, whose values are split: order-0 entropy of sign and
   * exponent, and the mantissa as it is. A code that sees more of a number can take less.
   */
  public static Floor of(Floats floats) {
    FloatFormat format = floats.format();
    long[] frequencies = new long[1 << format.exponentBits()];
    long nonZeros = 0;
    for (int bits : floats.bits()) {
      if (bits != 0) {
        nonZeros++;
        frequencies[bits >>> format.mantissaBits()]++;
      }
    }
    return new Floor(
        Entropy.bits(new long[] {floats.size() - nonZeros, nonZeros}),
        Entropy.bits(frequencies) + (double) nonZeros * format.mantissaBits(),
        (double) nonZeros * format.bits());
  }

  /** Bytes of mask and values at their entropy. */
  public double bytes() {
    return (maskBits + valueBits) / 8;
  }

  /** Bytes of the mask at its entropy and the values at their full width. */
  public double packedBytes() {
    return (maskBits + packedValueBits) / 8;
  }
}
