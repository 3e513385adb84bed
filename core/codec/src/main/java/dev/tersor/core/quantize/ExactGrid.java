package dev.tersor.core.quantize;

import dev.tersor.core.tensor.Levels;
import java.util.TreeSet;

/**
 * Weights that are multiples of one step, as those of a quantised checkpoint are: the uniform
 * codebook of that step has them all, to the last bit.
 */
final class ExactGrid {
  private final float[] magnitudes;
  private final int limit;

  private ExactGrid(float[] magnitudes, int limit) {
    this.magnitudes = magnitudes;
    this.limit = limit;
  }

  /**
   * The largest step of which all points are multiples that the uniform codebook has; 0 if there is
   * none. With one bit it has a sign.
   */
  static float step(Points points, int bits) {
    int limit = Levels.limit(bits);
    TreeSet<Float> magnitudes = new TreeSet<>();
    for (int i = 0; i < points.size(); i = points.firstAbove(points.value(i), i)) {
      magnitudes.add(Math.abs(points.value(i)));
      if (magnitudes.size() > limit) {
        return 0;
      }
    }
    float low = points.value(0);
    if (bits == 1) {
      return low == points.value(points.size() - 1) ? low : 0;
    }
    float[] sorted = new float[magnitudes.size()];
    int n = 0;
    for (float magnitude : magnitudes) {
      sorted[n++] = magnitude;
    }
    return new ExactGrid(sorted, limit).step();
  }

  private float step() {
    float most = magnitudes[magnitudes.length - 1];
    for (int level = magnitudes.length; level <= limit; level++) {
      // A product is rounded to the nearest float: the step is at most one float further.
      float near = most / level;
      for (float step : new float[] {near, Math.nextDown(near), Math.nextUp(near)}) {
        if (step > 0 && Float.isFinite(limit * step) && isStep(step)) {
          return step;
        }
      }
    }
    return 0;
  }

  private boolean isStep(float step) {
    for (float magnitude : magnitudes) {
      long level = Math.round((double) magnitude / step);
      if (level > limit || level * step != magnitude) {
        return false;
      }
    }
    return true;
  }
}
