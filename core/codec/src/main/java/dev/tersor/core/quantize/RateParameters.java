package dev.tersor.core.quantize;

import dev.tersor.core.tensor.NameWithParameters;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a fitter that counts bits is told about them.
 *
 * @param lambda squared error that a bit is worth; 0 where bits are free
 * @param step of the levels; 0 where the fitter is to find it
 * @param keepsOutliers whether weights far beyond the last level may be kept beside codes
 * @param measure what the error is of
 * @param target what lambda is to be chosen for; none where it is chosen
 */
record RateParameters(
    double lambda,
    double step,
    boolean keepsOutliers,
    ErrorMeasure measure,
    Optional<RateTarget> target) {
  static final RateParameters NONE =
      new RateParameters(0, 0, true, ErrorMeasure.WEIGHTS, Optional.empty());

  /**
   * Where weights make good what others left, steps are to be about 1.9 times as wide: of least
   * bytes for the same squared error of ResNet-20's outputs, from 2 to 3 bits a weight.
   */
  private static final double COARSER = 3.5;

  private static final String LAMBDA = "lambda";
  private static final String STEP = "step";
  private static final String OUTLIERS = "outliers";
  private static final String BY = "by";

  /**
   * Those of a fitter, of whose own parameter nothing is left.
   *
   * @param fitter its name, for errors
   * @param own the name of that parameter, likewise
   * @param left taken out one by one
   * @throws IllegalArgumentException naming the parameter, the value and what was expected
   */
  static RateParameters take(String fitter, String own, Map<String, String> left) {
    Optional<RateTarget> target = RateTarget.take(left);
    if (target.isPresent() && (left.containsKey(LAMBDA) || left.containsKey(STEP))) {
      throw new IllegalArgumentException(
          target.get().label() + " beside lambda or step, which follow from it");
    }
    String outliers = left.remove(OUTLIERS);
    if (outliers != null && !outliers.equals("auto") && !outliers.equals("none")) {
      throw new IllegalArgumentException(OUTLIERS + ": '" + outliers + "', expected auto or none");
    }
    RateParameters taken =
        new RateParameters(
            number(LAMBDA, left.remove(LAMBDA)),
            number(STEP, left.remove(STEP)),
            outliers == null || outliers.equals("auto"),
            measure(left.remove(BY)),
            target);
    if (!left.isEmpty()) {
      throw new IllegalArgumentException(
          "%s has no parameter '%s', it has %s, lambda, step, outliers, by, rate, sqnr and each"
              .formatted(fitter, left.keySet().iterator().next(), own));
    }
    return taken;
  }

  private static ErrorMeasure measure(String by) {
    for (ErrorMeasure measure : ErrorMeasure.values()) {
      if (by == null || (measure != ErrorMeasure.WEIGHTS && measure.label().equals(by))) {
        return measure;
      }
    }
    throw new IllegalArgumentException(BY + ": '" + by + "', expected saliency or outputs");
  }

  RateParameters at(double chosen) {
    return new RateParameters(chosen, step, keepsOutliers, measure, Optional.empty());
  }

  /** What is kept beside codes; nothing where weights count by their importance. */
  OutlierRule outliers() {
    return keepsOutliers && measure != ErrorMeasure.SALIENCY
        ? new OutlierRule(lambda)
        : OutlierRule.NONE;
  }

  /**
   * The lambda that steps are chosen by, in the unit of weights squared.
   *
   * @param survivors which count by their importance, where that is asked for
   */
  double ofSteps(Points survivors) {
    return switch (measure) {
      case WEIGHTS -> lambda;
      case SALIENCY ->
          survivors.size() == 0
              ? lambda
              : lambda * survivors.size() / survivors.count(0, survivors.size());
      case OUTPUTS -> COARSER * lambda;
    };
  }

  /**
   * @throws IllegalStateException if lambda is still to be chosen
   */
  void checkChosen(String fitter) {
    if (target.isPresent()) {
      throw new IllegalStateException(fitter + " cannot fit before its lambda is chosen");
    }
  }

  private static double number(String name, String text) {
    if (text == null) {
      return 0;
    }
    double value;
    try {
      value = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      value = Double.NaN;
    }
    if (!(value >= 0 && value <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException(
          name + ": '" + text + "', expected a number from 0 to " + Float.MAX_VALUE);
    }
    return value;
  }

  /** These behind the others of a name. */
  Map<String, String> behind(Map<String, String> others) {
    Map<String, String> all = new LinkedHashMap<>(others);
    if (lambda > 0) {
      all.put(LAMBDA, NameWithParameters.number(lambda));
    }
    if (measure != ErrorMeasure.WEIGHTS) {
      all.put(BY, measure.label());
    }
    target.ifPresent(asked -> all.putAll(asked.parameters()));
    if (step > 0) {
      all.put(STEP, NameWithParameters.number(step));
    }
    if (!keepsOutliers) {
      all.put(OUTLIERS, "none");
    }
    return all;
  }
}
