package dev.tersor.core.quantize;

import java.util.Arrays;
import java.util.SplittableRandom;

/** First centroids for k-means (Deep Compression, section 3.2, and k-means++). */
final class Initialisers {
  private Initialisers() {}

  /** Spaced evenly from the smallest to the largest weight. */
  static double[] linear(Points points, int k, long seed) {
    double low = points.value(0);
    double high = points.value(points.size() - 1);
    double[] centroids = new double[k];
    for (int c = 0; c < k; c++) {
      centroids[c] = k == 1 ? (low + high) / 2 : low + (high - low) * c / (k - 1);
    }
    return centroids;
  }

  /** Spaced evenly on the cumulative distribution: the middles of k quantiles. */
  static double[] density(Points points, int k, long seed) {
    double total = points.count(0, points.size());
    double[] centroids = new double[k];
    for (int c = 0; c < k; c++) {
      centroids[c] = points.value(points.pointOfRank(total * (c + 0.5) / k));
    }
    return centroids;
  }

  /** k weights drawn at random (Forgy). */
  static double[] random(Points points, int k, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double total = points.count(0, points.size());
    double[] centroids = new double[k];
    for (int c = 0; c < k; c++) {
      centroids[c] = points.value(points.pointOfRank(random.nextDouble() * total));
    }
    Arrays.sort(centroids);
    return centroids;
  }

  /**
   * k-means++ (Arthur and Vassilvitskii, 2007): each next centroid is a weight drawn in proportion
   * to its squared distance from the nearest centroid so far. On sorted points the weights between
   * two centroids are two runs whose mass is O(1), so a draw costs O(k + log n).
   */
  static double[] plusPlus(Points points, int k, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double total = points.count(0, points.size());
    double[] centroids = {points.value(points.pointOfRank(random.nextDouble() * total))};
    while (centroids.length < k) {
      int chosen = draw(points, centroids, random.nextDouble());
      if (chosen < 0) {
        break; // every weight is a centroid already
      }
      centroids = Arrays.copyOf(centroids, centroids.length + 1);
      centroids[centroids.length - 1] = points.value(chosen);
      Arrays.sort(centroids);
    }
    return centroids;
  }

  private static int draw(Points points, double[] centroids, double uniform) {
    int n = centroids.length;
    int[] ends = new int[n];
    double[] masses = new double[n];
    double total = 0;
    int start = 0;
    for (int c = 0; c < n; c++) {
      ends[c] =
          c == n - 1
              ? points.size()
              : points.firstAbove((centroids[c] + centroids[c + 1]) / 2, start);
      masses[c] = points.squaredError(start, ends[c], centroids[c]);
      total += masses[c];
      start = ends[c];
    }
    if (total <= 0) {
      return -1;
    }
    double target = uniform * total;
    start = 0;
    for (int c = 0; c < n; c++) {
      if (target < masses[c] || c == n - 1) {
        return pointOfMass(points, start, ends[c], centroids[c], target);
      }
      target -= masses[c];
      start = ends[c];
    }
    throw new AssertionError("no cluster holds the drawn mass");
  }

  /** The first point of a run at which the running squared distance passes {@code target}. */
  private static int pointOfMass(Points points, int from, int to, double center, double target) {
    int low = from;
    int high = to - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (points.squaredError(from, middle + 1, center) <= target) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
