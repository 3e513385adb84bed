package dev.tersor.core.quantize;

import dev.tersor.core.tensor.Levels;
import dev.tersor.core.tensor.NameWithParameters;
import java.util.Map;

/**
 * Symmetric uniform quantisation with a step that is given: {@code uniform(step=0.01)}. Weights
 * beyond the last level go to the last.
 *
 * @param size above 0
 */
record GivenStep(float size) implements StepFitter {
  static final String STEP = "step";

  /**
   * @throws IllegalArgumentException if it is no number above 0
   */
  static GivenStep parse(String text) {
    float size;
    try {
      size = Float.parseFloat(text);
    } catch (NumberFormatException e) {
      size = Float.NaN;
    }
    if (!(size > 0 && size < Float.MAX_VALUE)) {
      throw new IllegalArgumentException(STEP + ": '" + text + "', expected a number above 0");
    }
    return new GivenStep(size);
  }

  @Override
  public String name() {
    return new NameWithParameters(
            "uniform", Map.of(STEP, NameWithParameters.number(Double.parseDouble("" + size))))
        .toString();
  }

  @Override
  public float step(Points survivors, int bits) {
    if (survivors.size() == 0) {
      return 0;
    }
    float step = Math.min(size, Float.MAX_VALUE / Levels.limit(bits));
    // At the end of fp32: levels stay finite.
    while (!Float.isFinite(Levels.limit(bits) * step)) {
      step = Math.nextDown(step);
    }
    return step;
  }

  @Override
  public float mirroredStep(Points survivors, int bits) {
    return step(survivors, bits);
  }
}
