package dev.tersor.core.quantize;

/**
 * Sums of the squares of points from zero up to each, negative ones with the opposite sign. They
 * are kept at every eighth point, a byte a point, and added up from there to the others.
 */
final class SquareSums {
  private static final int STRIDE_BITS = 3;

  static final int STRIDE = 1 << STRIDE_BITS;

  private final Points points;

  /** The first point that is not negative. */
  private final int zero;

  private final double[] marks;

  private SquareSums(Points points, int zero, double[] marks) {
    this.points = points;
    this.zero = zero;
    this.marks = marks;
  }

  static SquareSums of(Points points, int zero) {
    int size = points.size();
    SquareSums made = new SquareSums(points, zero, new double[(size >> STRIDE_BITS) + 1]);
    double sum = 0;
    for (int i = zero; i < size; i++) {
      sum += made.square(i);
      if ((i + 1) % STRIDE == 0) {
        made.marks[(i + 1) >> STRIDE_BITS] = sum;
      }
    }
    sum = 0;
    for (int i = zero - 1; i >= 0; i--) {
      sum -= made.square(i);
      if (i % STRIDE == 0) {
        made.marks[i >> STRIDE_BITS] = sum;
      }
    }
    return made;
  }

  private double square(int i) {
    double value = points.value(i);
    return points.count(i, i + 1) * (value * value);
  }

  /** The sum up to a point. */
  double to(int point) {
    if (point >= zero) {
      int from = Math.max(zero, point & -STRIDE);
      double sum = from == zero ? 0 : marks[from >> STRIDE_BITS];
      for (int i = from; i < point; i++) {
        sum += square(i);
      }
      return sum;
    }
    int from = Math.min(zero, (point + STRIDE - 1) & -STRIDE);
    double sum = from == zero ? 0 : marks[from >> STRIDE_BITS];
    for (int i = from - 1; i >= point; i--) {
      sum -= square(i);
    }
    return sum;
  }

  /**
   * The sums up to neighbouring points, which are quicker found together.
   *
   * @param from the first of them, a multiple of {@link #STRIDE}
   * @param into STRIDE sums; those beyond the last point are not touched
   */
  void to(int from, double[] into) {
    int size = points.size();
    int to = Math.min(from + STRIDE - 1, size);
    double sum = from > zero ? marks[from >> STRIDE_BITS] : 0;
    for (int i = Math.max(zero, from); i <= to; i++) {
      into[i - from] = sum;
      if (i < to) {
        sum += square(i);
      }
    }
    if (from < zero) {
      int last = Math.min(zero, from + STRIDE);
      sum = last == zero ? 0 : marks[last >> STRIDE_BITS];
      for (int i = last - 1; i >= from; i--) {
        sum -= square(i);
        into[i - from] = sum;
      }
    }
  }
}
