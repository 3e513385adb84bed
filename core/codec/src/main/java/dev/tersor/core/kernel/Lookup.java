package dev.tersor.core.kernel;

import dev.tersor.core.tensor.Codebook;
import java.util.Arrays;

/**
 * What codes stand for, as kernels read it.
 *
 * @param values by code, 256 of them, so that no code of a byte is out of bounds
 */
@SuppressWarnings("ArrayRecordComponent") // a table that kernels loop over
record Lookup(float[] values) {
  private static final int CODES = 256;

  Lookup {
    if (values.length > CODES) {
      throw new IllegalArgumentException(values.length + " values, at most " + CODES);
    }
    values = Arrays.copyOf(values, CODES);
  }

  static Lookup of(Codebook.OfTensor codebook) {
    float[] values = new float[codebook.size()];
    for (int code = 0; code < values.length; code++) {
      values[code] = codebook.value(code);
    }
    return new Lookup(values);
  }
}
