package dev.tersor.core.quantize;

import java.io.Serializable;

/**
 * What quantised weights take, and how far they are from the weights.
 *
 * @param weights how many
 * @param bits of their coded codes
 * @param error squared
 * @param power squares of the weights
 */
public record RatePoint(long weights, double bits, double error, double power)
    implements Serializable {
  /** Of nothing. */
  public static final RatePoint NONE = new RatePoint(0, 0, 0, 0);

  /** Both together. */
  public RatePoint plus(RatePoint other) {
    return new RatePoint(
        weights + other.weights, bits + other.bits, error + other.error, power + other.power);
  }

  /** Bits a weight. */
  public double rate() {
    return weights == 0 ? 0 : bits / weights;
  }

  /** Signal to noise in decibels; infinite where there is no noise. */
  public double sqnr() {
    return 10 * Math.log10(power / error);
  }
}
