package dev.tersor.core.quantize;

import dev.tersor.core.tensor.Levels;

/**
 * Symmetric uniform quantisation with the step that LSQ begins with (Esser et al. 2020, section
 * 2.1): {@code 2 mean|w| / sqrt(Q)} over the surviving weights, with the levels -Q .. Q. It is far
 * wider than that of least squared error at many bits, and leaves the codes skewed: weights of a
 * normal distribution then have codes of the entropy b / 1.643, b / 1.430 and b / 1.420 at 8, 4 and
 * 2 bits. Weights go to the nearest level, zero included.
 *
 * <p>The step is at most the largest magnitude, which matters where Q is 3 or less: weights that
 * are all equal, or nearly, would otherwise lie below half a step and all become zero. With one bit
 * there is a level for one sign only; the mean is over the weights of that sign, the one of less
 * squared error.
 */
final class Lsq implements StepFitter {
  @Override
  public String name() {
    return "lsq";
  }

  @Override
  public float step(Points survivors, int bits) {
    int size = survivors.size();
    if (size == 0) {
      return 0;
    }
    int positive = survivors.firstAbove(0, 0);
    double down = -survivors.sum(0, positive);
    double up = survivors.sum(positive, size);
    double low = -Math.min(0, survivors.value(0));
    double high = Math.max(0, survivors.value(size - 1));
    if (bits > 1) {
      double mean = (down + up) / survivors.count(0, size);
      return step(mean, Math.max(low, high), Levels.limit(bits));
    }
    float below = positive == 0 ? 0 : -step(down / survivors.count(0, positive), low, 1);
    float above = positive == size ? 0 : step(up / survivors.count(positive, size), high, 1);
    double[] levels = ScaleSearch.levels(0, 1);
    boolean isAbove =
        ScaleSearch.squaredError(survivors, levels, above)
            <= ScaleSearch.squaredError(survivors, levels, below);
    return isAbove ? above : below;
  }

  /** Above zero, and with finite levels, at the ends of fp32 as well. */
  private static float step(double mean, double most, int limit) {
    float step = (float) Math.min(2 * mean / Math.sqrt(limit), most);
    step = Math.min(step, Float.MAX_VALUE / limit);
    while (!Float.isFinite(limit * step)) {
      step = Math.nextDown(step);
    }
    return Math.max(step, Float.MIN_VALUE);
  }
}
