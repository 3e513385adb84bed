package dev.tersor.core.quantize;

/**
 * The scale of least squared error for levels that are given in steps of it. The error of a scale
 * is exact, from prefix sums, in O(k log n). It is searched on a geometric grid, from 1/256 of the
 * scale that brings the last level to the furthest weight up to where all weights become zero, and
 * then by golden section around the best one.
 */
final class ScaleSearch {
  private static final int GRID = 256;
  private static final double GRID_RATIO = Math.pow(256, -1.0 / (GRID - 1));
  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

  private ScaleSearch() {}

  /** Whole numbers from the lowest to the highest. */
  static double[] levels(int lowest, int highest) {
    double[] levels = new double[highest - lowest + 1];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = lowest + i;
    }
    return levels;
  }

  /**
   * The scale.
   *
   * @param levels ascending
   * @param full the scale that brings the last level to the furthest weight; of either sign
   */
  static double best(Points points, double[] levels, double full) {
    double best = full;
    double least = Double.POSITIVE_INFINITY;
    // Down from the full range first: of larger steps most are then known to be worse early.
    for (int i = 0; i < GRID; i++) {
      double step = full * Math.pow(GRID_RATIO, i);
      double error = squaredError(points, levels, step, least);
      if (error < least) {
        least = error;
        best = step;
      }
    }
    double most = 2 * levels[levels.length - 1] * full;
    for (double step = full / GRID_RATIO; step < most; step /= GRID_RATIO) {
      double error = squaredError(points, levels, step, least);
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
      if (squaredError(points, levels, left) < squaredError(points, levels, right)) {
        b = right;
      } else {
        a = left;
      }
    }
    double refined = (a + b) / 2;
    return squaredError(points, levels, refined) <= least ? refined : best;
  }

  /** The squared error of points that go to the nearest level, ties to the lower one. */
  static double squaredError(Points points, double[] levels, double scale) {
    return squaredError(points, levels, scale, Double.POSITIVE_INFINITY);
  }

  /** The error, or once it is known to be {@code enough} or more any such number. */
  private static double squaredError(Points points, double[] levels, double scale, double enough) {
    double error = 0;
    int start = 0;
    int last = levels.length - 1;
    // Ascending values: with a negative scale the levels run the other way.
    for (int i = 0; i <= last && start < points.size() && error < enough; i++) {
      double level = levels[scale < 0 ? last - i : i];
      int end = points.size();
      if (i < last) {
        double next = levels[scale < 0 ? last - i - 1 : i + 1];
        end = points.firstAbove((level + next) * scale / 2, start);
      }
      error += points.squaredError(start, end, level * scale);
      start = end;
    }
    return error;
  }

  /**
   * The scale of least squared error for the levels that points go to by another scale: {@code sum
   * l w / sum l^2} over weights w with levels l. It is never worse.
   */
  static double refit(Points points, double[] levels, double scale) {
    double products = 0;
    double squares = 0;
    int start = 0;
    int last = levels.length - 1;
    for (int i = 0; i <= last && start < points.size(); i++) {
      double level = levels[scale < 0 ? last - i : i];
      int end = points.size();
      if (i < last) {
        double next = levels[scale < 0 ? last - i - 1 : i + 1];
        end = points.firstAbove((level + next) * scale / 2, start);
      }
      products += level * points.sum(start, end);
      squares += level * level * points.count(start, end);
      start = end;
    }
    return squares == 0 ? scale : products / squares;
  }
}
