package dev.tersor.core.kernel;

import java.util.Arrays;

/** {@link Products} in plain loops. */
final class ScalarProducts implements Products {
  @Override
  public void dense(float[] w, int rows, int columns, float[] x, int batch, float[] y) {
    if (batch == 1) {
      for (int row = 0; row < rows; row++) {
        y[row] = dot(w, row * columns, columns, x);
      }
      return;
    }
    for (int row = 0; row < rows; row++) {
      Arrays.fill(y, row * batch, (row + 1) * batch, 0);
      for (int column = 0; column < columns; column++) {
        add(w[row * columns + column], x, column * batch, y, row * batch, batch);
      }
    }
  }

  @Override
  public void sparse(CsrMatrix w, float[] x, int batch, float[] y) {
    for (int row = 0; row < w.rows(); row++) {
      int end = w.starts()[row + 1];
      if (batch == 1) {
        y[row] =
            w.isCoded() ? coded(w, w.starts()[row], end, x) : valued(w, w.starts()[row], end, x);
      } else {
        Arrays.fill(y, row * batch, (row + 1) * batch, 0);
        for (int i = w.starts()[row]; i < end; i++) {
          add(value(w, i), x, w.positions()[i] * batch, y, row * batch, batch);
        }
      }
    }
  }

  private static float valued(CsrMatrix w, int start, int end, float[] x) {
    float[] values = w.values();
    char[] positions = w.positions();
    float sum0 = 0;
    float sum1 = 0;
    float sum2 = 0;
    float sum3 = 0;
    int i = start;
    for (; i + 4 <= end; i += 4) {
      sum0 += values[i] * x[positions[i]];
      sum1 += values[i + 1] * x[positions[i + 1]];
      sum2 += values[i + 2] * x[positions[i + 2]];
      sum3 += values[i + 3] * x[positions[i + 3]];
    }
    for (; i < end; i++) {
      sum0 += values[i] * x[positions[i]];
    }
    return sum0 + sum1 + (sum2 + sum3);
  }

  private static float coded(CsrMatrix w, int start, int end, float[] x) {
    byte[] codes = w.codes();
    float[] codebook = w.codebook();
    char[] positions = w.positions();
    float sum0 = 0;
    float sum1 = 0;
    float sum2 = 0;
    float sum3 = 0;
    int i = start;
    for (; i + 4 <= end; i += 4) {
      sum0 += codebook[codes[i] & 0xFF] * x[positions[i]];
      sum1 += codebook[codes[i + 1] & 0xFF] * x[positions[i + 1]];
      sum2 += codebook[codes[i + 2] & 0xFF] * x[positions[i + 2]];
      sum3 += codebook[codes[i + 3] & 0xFF] * x[positions[i + 3]];
    }
    for (; i < end; i++) {
      sum0 += codebook[codes[i] & 0xFF] * x[positions[i]];
    }
    return sum0 + sum1 + (sum2 + sum3);
  }

  static float value(CsrMatrix w, int i) {
    return w.isCoded() ? w.codebook()[w.codes()[i] & 0xFF] : w.values()[i];
  }

  private static float dot(float[] w, int at, int columns, float[] x) {
    // Four sums, which do not wait for each other.
    float sum0 = 0;
    float sum1 = 0;
    float sum2 = 0;
    float sum3 = 0;
    int column = 0;
    for (; column + 4 <= columns; column += 4) {
      sum0 += w[at + column] * x[column];
      sum1 += w[at + column + 1] * x[column + 1];
      sum2 += w[at + column + 2] * x[column + 2];
      sum3 += w[at + column + 3] * x[column + 3];
    }
    for (; column < columns; column++) {
      sum0 += w[at + column] * x[column];
    }
    return sum0 + sum1 + (sum2 + sum3);
  }

  static void add(float weight, float[] x, int from, float[] y, int to, int batch) {
    for (int i = 0; i < batch; i++) {
      y[to + i] += weight * x[from + i];
    }
  }
}
