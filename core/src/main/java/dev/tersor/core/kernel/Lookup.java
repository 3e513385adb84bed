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

  static Lookup of(Codebook codebook) {
    float[] values = new float[codebook.size()];
    for (int code = 0; code < values.length; code++) {
      values[code] = codebook.value(code);
    }
    return new Lookup(values);
  }

  /** The product of a run of codes with as many inputs. */
  float dot(byte[] codes, int from, int count, float[] x) {
    float sum0 = 0;
    float sum1 = 0;
    float sum2 = 0;
    float sum3 = 0;
    int i = 0;
    for (; i + 4 <= count; i += 4) {
      sum0 += values[codes[from + i] & 0xFF] * x[i];
      sum1 += values[codes[from + i + 1] & 0xFF] * x[i + 1];
      sum2 += values[codes[from + i + 2] & 0xFF] * x[i + 2];
      sum3 += values[codes[from + i + 3] & 0xFF] * x[i + 3];
    }
    for (; i < count; i++) {
      sum0 += values[codes[from + i] & 0xFF] * x[i];
    }
    return sum0 + sum1 + (sum2 + sum3);
  }

  /** The values of a run of codes. */
  void values(byte[] codes, int count, float[] to, int at) {
    for (int i = 0; i < count; i++) {
      to[at + i] = values[codes[i] & 0xFF];
    }
  }
}
