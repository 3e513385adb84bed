package dev.tersor.core.quantize;

import dev.tersor.core.tensor.Levels;
import java.util.Map;

/**
 * Symmetric uniform quantisation with the step of least squared error. Weights go to the nearest
 * level, zero included, those beyond the last level to the last. Weights that are multiples of a
 * step have that step, and come back as they are. For others the error of a step is exact, from
 * prefix sums; it is searched on a geometric grid of steps, from 1/256 of the full-range step up to
 * where all weights become zero, and then by golden section around the best one.
 */
final class Uniform implements StepFitter {
  private static final int GRID = 256;
  private static final double GRID_RATIO = Math.pow(256, -1.0 / (GRID - 1));
  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

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
      float step = Math.min((float) best(survivors, -limit, limit, full), Float.MAX_VALUE / limit);
      // At the ends of fp32: levels stay finite, and weights do not vanish.
      while (!Float.isFinite(limit * step)) {
        step = Math.nextDown(step);
      }
      return step == 0 ? Float.MIN_VALUE : step;
    }
    double up = high > 0 ? best(survivors, 0, 1, high) : 0;
    double down = low < 0 ? best(survivors, 0, 1, low) : 0;
    boolean positive = squaredError(survivors, 0, 1, up) <= squaredError(survivors, 0, 1, down);
    return (float) (positive ? up : down);
  }

  private static double best(Points points, int lowest, int highest, double full) {
    double best = full;
    double least = Double.POSITIVE_INFINITY;
    // Down from the full range first: of larger steps most are then known to be worse early.
    for (int i = 0; i < GRID; i++) {
      double step = full * Math.pow(GRID_RATIO, i);
      double error = squaredError(points, lowest, highest, step, least);
      if (error < least) {
        least = error;
        best = step;
      }
    }
    for (double step = full / GRID_RATIO; step < 2 * highest * full; step /= GRID_RATIO) {
      double error = squaredError(points, lowest, highest, step, least);
      if (error < least) {
        least = error;
        best = step;
      }
    }
    double a = best * GRID_RATIO;
    double b = best / GRID_RATIO;
    for (int i = 0; i < 30; i++) {
      double left = b - GOLDEN * (b - a);
      double right = a + GOLDEN * (b - a);
      if (squaredError(points, lowest, highest, left)
          < squaredError(points, lowest, highest, right)) {
        b = right;
      } else {
        a = left;
      }
    }
    double refined = (a + b) / 2;
    return squaredError(points, lowest, highest, refined) <= least ? refined : best;
  }

  static double squaredError(Points points, int lowest, int highest, double step) {
    return squaredError(points, lowest, highest, step, Double.POSITIVE_INFINITY);
  }

  /** The error, or once it is known to be {@code enough} or more any such number. */
  private static double squaredError(
      Points points, int lowest, int highest, double step, double enough) {
    double error = 0;
    int start = 0;
    // Ascending values: with a negative step the levels run the other way.
    for (int i = lowest; i <= highest && start < points.size() && error < enough; i++) {
      int level = step < 0 ? highest + lowest - i : i;
      int next = step < 0 ? level - 1 : level + 1;
      int end = i == highest ? points.size() : points.firstAbove((level + next) * step / 2, start);
      error += points.squaredError(start, end, level * step);
      start = end;
    }
    return error;
  }
}
