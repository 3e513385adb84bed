package dev.tersor.core.quantize;

import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Outliers;

/**
 * Which weights are kept beside their codes, where a bit is worth lambda: those so far beyond the
 * last level that their squared error there would be worth more than the bits of an outlier, if all
 * of them together are worth a list of outliers.
 *
 * @param lambda squared error that a bit is worth; 0 where nothing is known of it, and then there
 *     are none
 */
record OutlierRule(double lambda) {
  /** Of an outlier: 32 of its value, and of its place the most that there can be. */
  static final double BITS = 64;

  /** Of the list: five sections without their content. */
  static final double LIST_BITS = 400;

  /** One weight of so many at most, where a step is chosen: they are few, or the step is wrong. */
  private static final int ONE_IN = 64;

  /** No outliers. */
  static final OutlierRule NONE = new OutlierRule(0);

  /** The largest weight that is none. */
  private double farthest(double reach) {
    return lambda == 0 ? Double.POSITIVE_INFINITY : reach + Math.sqrt(BITS * lambda);
  }

  /**
   * What outliers save of the cost of points, squared error and lambda times bits; 0 where there
   * are none.
   *
   * @param reach the last level on both sides
   */
  double saved(Points points, double reach) {
    if (lambda == 0 || points.size() == 0) {
      return 0;
    }
    int low = points.firstAbove(-farthest(reach), 0);
    int high = points.firstAbove(farthest(reach), low);
    int end = points.size();
    double error = points.squaredError(0, low, -reach) + points.squaredError(high, end, reach);
    double count = points.count(0, low) + points.count(high, end);
    if (ONE_IN * count > points.count(0, end)) {
      return 0;
    }
    return Math.max(0, error - lambda * (BITS * count + LIST_BITS));
  }

  /**
   * A codebook with the outliers among weights beside it; the codebook alone where there are none.
   *
   * @param reach its last level on both sides
   */
  Codebook beside(float[] weights, Codebook codebook, double reach) {
    double farthest = farthest(reach);
    double error = 0;
    int count = 0;
    for (float weight : weights) {
      double off = Math.abs(weight) - reach;
      if (Math.abs(weight) > farthest) {
        error += off * off;
        count++;
      }
    }
    if (error <= lambda * (BITS * count + LIST_BITS)) {
      return codebook;
    }
    int[] positions = new int[count];
    float[] values = new float[count];
    int n = 0;
    for (int i = 0; n < count; i++) {
      if (Math.abs(weights[i]) > farthest) {
        positions[n] = i;
        values[n++] = weights[i];
      }
    }
    return new Outliers(codebook, positions, values);
  }

  /**
   * A step of at least {@code least}, and wider where that is cheaper than outliers. At high rates
   * error goes with the square of a step and bits with its logarithm: beside the best step one that
   * is {@code f} times wider costs {@code ((f^2 - 1) / 2 - ln f) / ln 2} more bits a weight.
   *
   * @param least the best step where no weight lies far out
   * @param levels steps to the last level
   */
  double step(Points points, double least, double levels) {
    double most = Math.max(-(double) points.value(0), points.value(points.size() - 1));
    double widest = most / levels;
    if (lambda == 0 || widest <= least) {
      return Math.max(least, widest);
    }
    double all = points.count(0, points.size());
    double best = widest;
    double fewest = all * wider(widest / least);
    int low = 0;
    int high = points.size();
    // One more outlier each time, until all weights that are left are in reach of the least step.
    while (low < high) {
      boolean isLow = -(double) points.value(low) > points.value(high - 1);
      low += isLow ? 1 : 0;
      high -= isLow ? 0 : 1;
      double count = points.count(0, low) + points.count(high, points.size());
      double outliers = LIST_BITS + BITS * count;
      if (outliers >= fewest || ONE_IN * count > all) {
        break;
      }
      double left = low == high ? 0 : Math.max(-(double) points.value(low), points.value(high - 1));
      double step = Math.max(least, left / levels);
      double bits = outliers + all * wider(step / least);
      if (bits < fewest) {
        fewest = bits;
        best = step;
      }
      if (step == least) {
        break;
      }
    }
    return best;
  }

  private static double wider(double factor) {
    return ((factor * factor - 1) / 2 - Math.log(factor)) / Math.log(2);
  }

  /** Gives outliers the last level, and others what the base gives them. */
  record Codes() implements Assignment.ByType<Outliers> {
    @Override
    public Class<Outliers> type() {
      return Outliers.class;
    }

    @Override
    public byte[] codes(float[] weights, Outliers codebook) {
      return Assignment.codes(codebook.beyond(weights), codebook.base());
    }
  }
}
