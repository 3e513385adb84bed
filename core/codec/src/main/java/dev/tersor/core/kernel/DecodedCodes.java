package dev.tersor.core.kernel;

import dev.tersor.core.tensor.Codebook;
import java.util.Arrays;

/** Weights from codes that are decoded, and what they stand for. */
final class DecodedCodes implements DecodedRows.Source {
  /** Where codes come from. */
  interface Codes {
    /** Puts the codes in [from, to) into the first bytes of {@code out}. */
    void decode(int from, int to, byte[] out);
  }

  private final Products products;
  private final Codes codes;
  private final int bits;
  private final float[] values;
  private byte[] decoded = new byte[0];

  DecodedCodes(Products products, Codes codes, Codebook.OfTensor codebook) {
    this.products = products;
    this.codes = codes;
    this.bits = codebook.bits();
    this.values = Lookup.of(codebook).values();
  }

  @Override
  public void decode(int from, int to, float[] out) {
    if (decoded.length < to - from) {
      decoded = Arrays.copyOf(decoded, to - from);
    }
    codes.decode(from, to, decoded);
    products.lookUp(decoded, to - from, bits, values, out);
  }
}
