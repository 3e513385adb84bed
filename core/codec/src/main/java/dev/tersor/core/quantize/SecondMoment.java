package dev.tersor.core.quantize;

/**
 * What the errors of a row of weights do together in a layer's outputs: {@code e H e'} for the
 * second moment {@code H} of the inputs, the mean of {@code x x'} over what calibration saw. It is
 * factored into {@code V D V'}, {@code V} with ones on the diagonal and zeros below it, so that
 * {@code e H e'} is the sum over columns of {@code d_j (e_j + sum_{i<j} V_ij e_i)^2}: a weight that
 * comes after others makes good what these left, as in Optimal Brain Quantisation (Frantar and
 * Alistarh 2022) and GPTQ (Frantar et al. 2023, equations 2 and 3, whose Cholesky factor of the
 * inverse is {@code V}'s inverse with its columns divided by the roots of D). Example: H = (2 1; 1
 * 1) has D = (1, 1) and V_01 = 1, so that an error of 1 in the first weight is worth 1 and not 2
 * when the second one is moved by -1.
 *
 * <p>A hundredth of the mean of the diagonal is added to it, as in GPTQ: moments of few inputs are
 * singular.
 */
final class SecondMoment {
  private static final double DAMPING = 0.01;

  private final int columns;

  /** V's upper part, row-major, whole rows. */
  private final float[] feed;

  private final float[] transposed;
  private final double[] own;

  /**
   * @param columns weights of a row
   * @param moment symmetric, columns x columns, row-major; only from the diagonal on it is read
   * @param offset where it begins
   * @throws IllegalArgumentException naming the place of a number that is not finite, or of the
   *     diagonal and negative
   */
  SecondMoment(int columns, float[] moment, int offset) {
    this.columns = columns;
    double[] left = new double[columns * columns];
    double trace = 0;
    for (int i = 0; i < columns; i++) {
      for (int j = i; j < columns; j++) {
        double value = moment[offset + i * columns + j];
        if (!Double.isFinite(value) || (i == j && value < 0)) {
          throw new IllegalArgumentException(
              "second moment of columns %d and %d is %s".formatted(i, j, value));
        }
        left[i * columns + j] = value;
      }
      trace += left[i * (columns + 1)];
    }
    // Where no input was ever seen all weights count alike.
    double damping = trace == 0 ? 1 : DAMPING * trace / columns;
    for (int i = 0; i < columns; i++) {
      left[i * (columns + 1)] += damping;
    }
    this.feed = new float[columns * columns];
    this.transposed = new float[columns * columns];
    this.own = new double[columns];
    factor(left, damping);
  }

  /** Takes out one column after the other, the last one first. */
  private void factor(double[] left, double least) {
    double[] column = new double[columns];
    for (int j = columns - 1; j >= 0; j--) {
      // What rounding of the moments took away cannot be more than the damping.
      own[j] = Math.max(least, left[j * (columns + 1)]);
      for (int i = 0; i < j; i++) {
        column[i] = left[i * columns + j] / own[j];
        feed[i * columns + j] = (float) column[i];
        transposed[j * columns + i] = (float) column[i];
      }
      for (int i = 0; i < j; i++) {
        double factor = column[i] * own[j];
        int row = i * columns;
        for (int k = i; k < j; k++) {
          left[row + k] -= factor * column[k];
        }
      }
    }
  }

  /** D: what the squared error of a column is worth once it makes good what others left. */
  double own(int column) {
    return own[column];
  }

  /** The mean of D. */
  double mean() {
    double sum = 0;
    for (double each : own) {
      sum += each;
    }
    return sum / columns;
  }

  /**
   * Gives the errors of a row on to the rows behind it, where inputs are rows.
   *
   * @param left rows x errors
   */
  void feedRows(int row, float[] errors, float[] left) {
    for (int other = row + 1; other < columns; other++) {
      float share = feed[row * columns + other];
      int at = other * errors.length;
      for (int i = 0; i < errors.length; i++) {
        left[at + i] += share * errors[i];
      }
    }
  }

  /** Gives the error of a column on to those from {@code from} on, which is behind it. */
  void feed(int column, float error, float[] left, int from) {
    int row = column * columns;
    for (int j = from; j < columns; j++) {
      left[j] += feed[row + j] * error;
    }
  }

  /**
   * What the columns {@code from} to {@code to} leave to column {@code to}.
   *
   * @param errors of all columns of a row
   */
  float left(float[] errors, int from, int to) {
    int row = to * columns;
    float first = 0;
    float second = 0;
    int i = from;
    for (; i + 1 < to; i += 2) {
      first += transposed[row + i] * errors[i];
      second += transposed[row + i + 1] * errors[i + 1];
    }
    return i < to ? first + second + transposed[row + i] * errors[i] : first + second;
  }
}
