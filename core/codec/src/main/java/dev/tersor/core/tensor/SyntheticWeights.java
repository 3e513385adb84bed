package dev.tersor.core.tensor;

import java.nio.charset.StandardCharsets;

/**
 * Weights that are not trained: near-normal, with a scale of its own for each filter, drawn for the
 * exact shape of a tensor. Any range is drawn by itself, and the same seed, name and shape give the
 * same weights on every machine, since nothing but integer arithmetic, exactly rounded operations
 * and {@link StrictMath} is used.
 *
 * <p>Row r has the standard deviation {@code sqrt(2 / rowLength) * exp(0.05 z)} with z standard
 * normal; a weight is the standard normal quantile of 16 random bits, interpolated with 24 more, so
 * that no weight lies beyond 4.5 standard deviations.
 */
public final class SyntheticWeights {
  /** Part of every cell's key: to be raised when the drawn weights change. */
  public static final int VERSION = 1;

  private static final double SCALE_SPREAD = 0.05;
  private static final int QUANTILE_BITS = 16;
  private static final float[] QUANTILES = quantiles();
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private final long seed;
  private final Shape shape;

  /**
   * @param modelSeed the seed of the model
   * @param tensor the tensor's name
   */
  public SyntheticWeights(long modelSeed, String tensor, Shape shape) {
    long hash = modelSeed;
    for (byte b : tensor.getBytes(StandardCharsets.UTF_8)) {
      hash = mix(hash * 31 + b);
    }
    this.seed = hash;
    this.shape = shape;
  }

  /** Weights {@code from .. from + count - 1} in row-major order. */
  public float[] draw(long from, int count) {
    float[] weights = new float[count];
    long rowLength = Math.max(1, shape.rowLength());
    int n = 0;
    while (n < count) {
      long row = (from + n) / rowLength;
      long column = (from + n) % rowLength;
      int stop = (int) Math.min(count, n + rowLength - column);
      long rowSeed = mix(seed + row * GOLDEN_GAMMA);
      float scale = scale(rowSeed, rowLength);
      long state = rowSeed + column * GOLDEN_GAMMA;
      while (n < stop) {
        state += GOLDEN_GAMMA;
        weights[n++] = scale * normal(mix(state));
      }
    }
    return weights;
  }

  private static float scale(long rowSeed, long rowLength) {
    double spread = StrictMath.exp(SCALE_SPREAD * normal(mix(~rowSeed)));
    return (float) (Math.sqrt(2.0 / rowLength) * spread);
  }

  private static float normal(long random) {
    int at = (int) (random >>> (64 - QUANTILE_BITS));
    float fraction = (random & 0xFFFFFF) * 0x1p-24f;
    return QUANTILES[at] + fraction * (QUANTILES[at + 1] - QUANTILES[at]);
  }

  /** SplitMix64's finaliser (Steele, Lea and Flood, 2014). */
  private static long mix(long value) {
    long z = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }

  /** Standard normal quantiles at i / 2^16, the two ends a little inside. */
  private static float[] quantiles() {
    int n = 1 << QUANTILE_BITS;
    float[] quantiles = new float[n + 1];
    for (int i = 0; i <= n; i++) {
      double p = i == 0 ? 0.25 / n : i == n ? 1 - 0.25 / n : (double) i / n;
      quantiles[i] = (float) quantile(p);
    }
    return quantiles;
  }

  /** Inverse of the normal distribution function by bisection of its series; slow and exact. */
  private static double quantile(double p) {
    if (p > 0.5) {
      return -quantile(1 - p);
    }
    double low = -6;
    double high = 0;
    for (int i = 0; i < 40; i++) {
      double middle = (low + high) / 2;
      if (distribution(middle) < p) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  /** Marsaglia's series (2004): 1/2 + phi(x) (x + x^3/3 + x^5/15 + ...). */
  private static double distribution(double x) {
    double term = x;
    double sum = x;
    for (int i = 3; Math.abs(term) > 1e-17 * Math.abs(sum); i += 2) {
      term *= x * x / i;
      sum += term;
    }
    return 0.5 + sum * StrictMath.exp(-0.5 * x * x) / StrictMath.sqrt(2 * Math.PI);
  }
}
