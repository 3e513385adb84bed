package dev.tersor.core.encode;

import dev.tersor.core.symbol.Entropy;
import dev.tersor.core.tensor.Codes;

/**
 * The order-0 entropy floor of a sparse tensor: no code of the mask's bits and of the non-zeros'
 * codes one by one takes less.
 *
 * @param maskBits N times the binary entropy of the share of non-zeros
 * @param valueBits nnz times the entropy of the non-zeros' codes
 * @param packedValueBits nnz times the bits of a code: the values as the papers' formats store them
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

  /** Bytes of mask and values at their entropy. */
  public double bytes() {
    return (maskBits + valueBits) / 8;
  }

  /** Bytes of the mask at its entropy and the values at their full width. */
  public double packedBytes() {
    return (maskBits + packedValueBits) / 8;
  }
}
