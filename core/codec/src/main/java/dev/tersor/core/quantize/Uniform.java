package dev.tersor.core.quantize;

import dev.tersor.core.tensor.Levels;
import java.util.Map;

/**
 * Symmetric uniform quantisation with the step of least squared error. Weights go to the nearest
 * level, zero included, those beyond the last level to the last. Weights that are multiples of a
 * step have that step, and come back as they are; for others {@link ScaleSearch} finds it.
 */
final class Uniform implements StepFitter {
  @Override
  public String name() {
    return "uniform";
  }

  @Override
  public StepFitter with(Map<String, String> parameters) {
    String step = parameters.get(GivenStep.STEP);
    return step != null && parameters.size() == 1
        ? GivenStep.parse(step)
        : StepFitter.super.with(parameters);
  }

  @Override
  public float step(Points survivors, int bits) {
    if (survivors.size() == 0) {
      return 0;
    }
    float exact = ExactGrid.step(survivors, bits);
    if (exact != 0) {
      return exact;
    }
    double low = survivors.value(0);
    double high = survivors.value(survivors.size() - 1);
    if (bits > 1) {
      int limit = Levels.limit(bits);
      double full = Math.max(-low, high) / limit;
      double best = ScaleSearch.best(survivors, ScaleSearch.levels(-limit, limit), full);
      float step = Math.min((float) best, Float.MAX_VALUE / limit);
      // At the ends of fp32: levels stay finite, and weights do not vanish.
      while (!Float.isFinite(limit * step)) {
        step = Math.nextDown(step);
      }
      return step == 0 ? Float.MIN_VALUE : step;
    }
    double[] levels = ScaleSearch.levels(0, 1);
    double up = high > 0 ? ScaleSearch.best(survivors, levels, high) : 0;
    double down = low < 0 ? ScaleSearch.best(survivors, levels, low) : 0;
    boolean positive =
        ScaleSearch.squaredError(survivors, levels, up)
            <= ScaleSearch.squaredError(survivors, levels, down);
    return (float) (positive ? up : down);
  }
}
