package dev.tersor.core.quantize;

import java.util.Map;
import java.util.OptionalInt;

/** Fits the step of a uniform codebook. Implementations have no state. */
interface StepFitter {
  /** As {@link CodebookFitter#name}. */
  String name();

  /**
   * As {@link CodebookFitter#with}.
   *
   * @throws IllegalArgumentException naming the parameter, if it has no such
   */
  default StepFitter with(Map<String, String> parameters) {
    throw new IllegalArgumentException(
        name() + " has no parameter '" + parameters.keySet().iterator().next() + "'");
  }

  /** As {@link CodebookFitter#width}. */
  default OptionalInt width() {
    return OptionalInt.empty();
  }

  /**
   * A step all of whose levels are finite; 0 where there are no points.
   *
   * @param bits 1 to 8; with one bit the step has the sign of the weights that are kept
   */
  float step(Points survivors, int bits);

  /**
   * The step of weights and of their mirror image alike: that of weights with the opposite sign is
   * the same, and with one bit the opposite. Only weights that are their own mirror image have one
   * that need not be its own.
   */
  default float mirroredStep(Points survivors, int bits) {
    if (!survivors.isMirrorFirst()) {
      return step(survivors, bits);
    }
    float step = step(survivors.mirror(), bits);
    return bits == 1 ? 0f - step : step;
  }
}
