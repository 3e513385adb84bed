package dev.tersor.core.quantize;

/**
 * How much the squared error of each weight counts, in units of their mean over the weights that
 * are not zero: 1 on the average. A weight of no importance goes where its bits are fewest, and all
 * count alike where none has any.
 */
final class Importances implements WeightError {
  /** All weights count alike. */
  static final Importances EVEN = new Importances(null, 1);

  private final float[] each;
  private final double mean;

  private Importances(float[] each, double mean) {
    this.each = each;
    this.mean = mean;
  }

  /**
   * @param weights those that are zero have no say
   * @param importances one of each weight, of any unit; magnitudes count
   * @throws IllegalArgumentException if there are not as many, or one is not finite
   */
  static Importances of(float[] weights, float[] importances) {
    if (weights.length != importances.length) {
      throw new IllegalArgumentException(
          weights.length + " weights, " + importances.length + " importances");
    }
    double sum = 0;
    int count = 0;
    float[] each = new float[weights.length];
    for (int i = 0; i < weights.length; i++) {
      each[i] = Math.abs(importances[i]);
      if (!Float.isFinite(each[i])) {
        throw new IllegalArgumentException("importance " + i + " is " + importances[i]);
      }
      if (weights[i] != 0 && each[i] > 0) {
        sum += each[i];
        count++;
      }
    }
    return count == 0 ? EVEN : new Importances(each, sum / count);
  }

  @Override
  public double counts(int position) {
    return each == null ? 1 : each[position] / mean;
  }

  @Override
  public double target(int position, float weight) {
    return weight;
  }

  @Override
  public void take(int position, float weight, double value) {
    // Others have nothing to make good.
  }

  /** Their mean, in their own unit. */
  double mean() {
    return mean;
  }
}
