package dev.tersor.core.quantize;

import dev.tersor.core.tensor.Centroids;
import java.util.Arrays;
import java.util.Map;

/**
 * Weight sharing by k-means in one dimension (Deep Compression, section 3): k = 2^b - 1 centroids
 * beside the kept zero, from an initialisation by Lloyd's iteration to convergence. Clusters that
 * end empty are left out of the codebook, so that it can have fewer than k centroids. Weights with
 * the opposite sign have the same centroids with the opposite sign.
 *
 * <p>With {@code (by=saliency)} behind its name, weights count by an importance of each, in the
 * initialisation and in every mean: see {@link Points#ofNonZero(float[], float[])}. The optimum is
 * then that of the weighted error. A weight goes to the nearest centroid all the same, which is
 * best for any importance.
 */
public final class KMeans implements CodebookFitter {
  /** Lloyd converges long before; a cap keeps rounding from cycling for ever. */
  private static final int MAX_ITERATIONS = 1_000_000;

  /** First centroids, ascending. */
  interface Initialiser {
    double[] centroids(Points points, int k, long seed);
  }

  private static final String BY = "by";
  private static final String SALIENCY = "saliency";

  private final String name;
  private final Initialiser initialiser;
  private final int iterations;
  private final boolean byImportance;

  KMeans(String name, Initialiser initialiser) {
    this(name, initialiser, MAX_ITERATIONS);
  }

  /**
   * @param iterations of Lloyd, at most
   */
  KMeans(String name, Initialiser initialiser, int iterations) {
    this(name, initialiser, iterations, false);
  }

  private KMeans(String name, Initialiser initialiser, int iterations, boolean byImportance) {
    this.name = name;
    this.initialiser = initialiser;
    this.iterations = iterations;
    this.byImportance = byImportance;
  }

  @Override
  public String name() {
    return byImportance ? name + "(" + BY + "=" + SALIENCY + ")" : name;
  }

  @Override
  public KMeans with(Map<String, String> parameters) {
    for (Map.Entry<String, String> parameter : parameters.entrySet()) {
      if (!parameter.getKey().equals(BY)) {
        throw new IllegalArgumentException(
            name + " has no parameter '" + parameter.getKey() + "', expected " + BY);
      }
      if (!parameter.getValue().equals(SALIENCY)) {
        throw new IllegalArgumentException(
            "%s: %s=%s, expected %s".formatted(name, BY, parameter.getValue(), SALIENCY));
      }
    }
    boolean weighted = !parameters.isEmpty();
    return weighted == byImportance ? this : new KMeans(name, initialiser, iterations, weighted);
  }

  @Override
  public ErrorMeasure measure() {
    return byImportance ? ErrorMeasure.SALIENCY : ErrorMeasure.WEIGHTS;
  }

  @Override
  public Centroids fit(Points survivors, int bits, long seed) {
    // Weights and their mirror image alike, as of StepFitter.mirroredStep.
    return survivors.isMirrorFirst()
        ? centroids(survivors.mirror(), bits, seed).negated()
        : centroids(survivors, bits, seed);
  }

  private Centroids centroids(Points survivors, int bits, long seed) {
    int k = (1 << bits) - 1;
    if (survivors.size() == 0) {
      return new Centroids(bits);
    }
    return new Centroids(
        bits, lloyd(survivors, initialiser.centroids(survivors, k, seed), iterations));
  }

  /**
   * A codebook of given centroids.
   *
   * @param centroids ascending; those that round to the same float become one
   */
  public static Centroids codebook(int bits, double[] centroids) {
    return new Centroids(bits, distinct(centroids));
  }

  /**
   * Lloyd's iteration on sorted points: a cluster is the run of points up to the midpoint of two
   * centroids, ties to the lower one; O(k log n) a step, until no boundary moves. What did not
   * change in the step before is not looked at again: in late steps most clusters rest.
   *
   * @return the centroids of the clusters that are not empty, ascending
   */
  public static float[] lloyd(Points points, double[] initial) {
    return lloyd(points, initial, MAX_ITERATIONS);
  }

  private static float[] lloyd(Points points, double[] initial, int iterations) {
    double[] centroids = initial.clone();
    int k = centroids.length;
    int[] ends = new int[k];
    boolean[] ended = new boolean[k]; // whether the end of a cluster moved in this step
    boolean[] moved = new boolean[k + 1]; // whether a centroid did in the step before
    Arrays.fill(moved, 0, k, true);
    boolean any = true;
    for (int iteration = 0; any && iteration < iterations; iteration++) {
      any = false;
      int start = 0;
      boolean startMoved = false;
      for (int c = 0; c < k; c++) {
        int end = ends[c];
        if (moved[c] || moved[c + 1] || startMoved) {
          end =
              c == k - 1
                  ? points.size()
                  : points.firstAbove((centroids[c] + centroids[c + 1]) / 2, start, end);
        }
        startMoved = end != ends[c];
        ended[c] = startMoved;
        any |= startMoved;
        ends[c] = end;
        start = end;
      }
      start = 0;
      startMoved = false;
      for (int c = 0; c < k; c++) {
        moved[c] = false;
        if ((ended[c] || startMoved) && ends[c] > start) {
          double mean = points.mean(start, ends[c]);
          moved[c] = mean != centroids[c];
          centroids[c] = mean;
        }
        startMoved = ended[c];
        start = ends[c];
      }
    }
    double[] used = new double[k];
    int n = 0;
    int start = 0;
    for (int c = 0; c < k; c++) {
      if (ends[c] > start) {
        used[n++] = centroids[c];
      }
      start = ends[c];
    }
    return distinct(Arrays.copyOf(used, n));
  }

  private static float[] distinct(double[] ascending) {
    float[] distinct = new float[ascending.length];
    int n = 0;
    for (double value : ascending) {
      // Zero is code 0's; a centroid that rounds to it keeps a value of its own.
      float centroid = (float) value == 0 ? Float.MIN_VALUE : (float) value;
      if (n == 0 || centroid > distinct[n - 1]) {
        distinct[n++] = centroid;
      }
    }
    return Arrays.copyOf(distinct, n);
  }

  /** Within-cluster sum of squares of points around the nearest of ascending centroids. */
  public static double squaredError(Points points, float[] centroids) {
    double error = 0;
    int start = 0;
    for (int c = 0; c < centroids.length; c++) {
      int end =
          c == centroids.length - 1
              ? points.size()
              : points.firstAbove(((double) centroids[c] + centroids[c + 1]) / 2, start);
      error += points.squaredError(start, end, centroids[c]);
      start = end;
    }
    return error;
  }
}
