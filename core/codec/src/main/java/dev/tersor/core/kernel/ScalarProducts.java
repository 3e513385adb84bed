package dev.tersor.core.kernel;

import java.util.Arrays;

/** {@link Products} in plain loops. */
final class ScalarProducts implements Products {
  @Override
  public void dense(float[] w, int rows, int columns, float[] x, int batch, float[] y, int to) {
    if (batch == 1) {
      for (int row = 0; row < rows; row++) {
        y[to + row] = dot(w, row * columns, columns, x);
      }
      return;
    }
    Arrays.fill(y, to, to + rows * batch, 0);
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        add(w[row * columns + column], x, column * batch, y, to + row * batch, batch);
      }
    }
  }

  @Override
  public void sparse(CsrMatrix w, float[] x, int batch, float[] y) {
    if (batch == 1) {
      float[] in = powerOfTwo(x);
      for (int row = 0; row < w.rows(); row++) {
        int start = w.starts()[row];
        int end = w.starts()[row + 1];
        y[row] = w.isCoded() ? coded(w, start, end, in) : valued(w, start, end, in);
      }
      return;
    }
    for (int row = 0; row < w.rows(); row++) {
      Arrays.fill(y, row * batch, (row + 1) * batch, 0);
      for (int i = w.starts()[row]; i < w.starts()[row + 1]; i++) {
        add(value(w, i), x, w.positions()[i] * batch, y, row * batch, batch);
      }
    }
  }

  /**
   * The inputs and zeros, if need be, in an array of a power of two: the compiler knows that an
   * index masked with one less is inside of it, and checks none, which takes as long as a product.
   */
  static float[] powerOfTwo(float[] x) {
    int length = Integer.highestOneBit(Math.max(1, x.length));
    return length == x.length ? x : Arrays.copyOf(x, 2 * length);
  }

  /**
   * @param x of a length that is a power of two
   */
  private static float valued(CsrMatrix w, int start, int end, float[] x) {
    float[] values = w.values();
    char[] positions = w.positions();
    int mask = x.length - 1;
    float sum0 = 0;
    float sum1 = 0;
    float sum2 = 0;
    float sum3 = 0;
    int i = start;
    for (; i < end - 3; i += 4) {
      sum0 += values[i] * x[positions[i] & mask];
      sum1 += values[i + 1] * x[positions[i + 1] & mask];
      sum2 += values[i + 2] * x[positions[i + 2] & mask];
      sum3 += values[i + 3] * x[positions[i + 3] & mask];
    }
    for (; i < end; i++) {
      sum0 += values[i] * x[positions[i] & mask];
    }
    return sum0 + sum1 + (sum2 + sum3);
  }

  /**
   * @param x of a length that is a power of two
   */
  private static float coded(CsrMatrix w, int start, int end, float[] x) {
    byte[] codes = w.codes();
    float[] codebook = w.codebook();
    char[] positions = w.positions();
    int mask = x.length - 1;
    int last = codebook.length - 1;
    float sum0 = 0;
    float sum1 = 0;
    float sum2 = 0;
    float sum3 = 0;
    int i = start;
    for (; i < end - 3; i += 4) {
      sum0 += codebook[codes[i] & last] * x[positions[i] & mask];
      sum1 += codebook[codes[i + 1] & last] * x[positions[i + 1] & mask];
      sum2 += codebook[codes[i + 2] & last] * x[positions[i + 2] & mask];
      sum3 += codebook[codes[i + 3] & last] * x[positions[i + 3] & mask];
    }
    for (; i < end; i++) {
      sum0 += codebook[codes[i] & last] * x[positions[i] & mask];
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
