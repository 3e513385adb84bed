package dev.tersor.core.quantize;

/**
 * How far weights reach.
 *
 * @param low the lowest, or 0 where none is below it
 * @param high the highest, or 0 where none is above it
 * @param furthest the one of largest magnitude; of two with opposite signs the first
 * @param meanMagnitude mean of |w| of those that are not zero; 0 where all are
 */
record Extent(float low, float high, float furthest, double meanMagnitude) {
  /** That of no weights. */
  static final Extent NONE = new Extent(0, 0, 0, 0);

  /** Those in [from, to). */
  static Extent of(float[] weights, int from, int to) {
    float low = 0;
    float high = 0;
    float furthest = 0;
    double sum = 0;
    int count = 0;
    for (int i = from; i < to; i++) {
      float weight = weights[i];
      low = Math.min(low, weight);
      high = Math.max(high, weight);
      furthest = Math.abs(weight) > Math.abs(furthest) ? weight : furthest;
      sum += Math.abs((double) weight);
      count += weight != 0 ? 1 : 0;
    }
    return new Extent(low, high, furthest, count == 0 ? 0 : sum / count);
  }

  /** Those of points, which have no order: weights and their mirror image reach as far. */
  static Extent of(Points points) {
    int size = points.size();
    if (size == 0) {
      return NONE;
    }
    int zero = points.firstAbove(0, 0);
    double sum = points.sum(zero, size) - points.sum(0, zero);
    float low = Math.min(0, points.value(0));
    float high = Math.max(0, points.value(size - 1));
    boolean isLow = -low > high || (-low == high && points.isMirrorFirst());
    return new Extent(low, high, isLow ? low : high, sum / points.count(0, size));
  }

  /** The largest magnitude. */
  float magnitude() {
    return Math.abs(furthest);
  }
}
