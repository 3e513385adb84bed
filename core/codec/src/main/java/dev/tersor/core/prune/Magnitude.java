package dev.tersor.core.prune;

/** Magnitude pruning (Deep Compression, section 2) to an exact count; ties go by position. */
public final class Magnitude {
  private Magnitude() {}

  /**
   * How many of {@code size} weights a sparsity prunes: {@code sparsity * size} to the nearest
   * integer, halves up.
   *
   * @throws IllegalArgumentException if {@code sparsity} is outside [0, 1)
   */
  public static long count(double sparsity, long size) {
    if (!(sparsity >= 0 && sparsity < 1)) {
      throw new IllegalArgumentException("sparsity " + sparsity + " outside [0, 1)");
    }
    return Math.round(sparsity * size);
  }

  /**
   * The threshold that prunes exactly the {@code prune} weights of smallest magnitude. O(n) time.
   *
   * @throws IllegalArgumentException if there are fewer weights than that
   */
  public static Threshold threshold(float[] weights, long prune) {
    if (prune == 0) {
      return Threshold.NONE;
    }
    MagnitudeHistogram coarse = MagnitudeHistogram.coarse();
    coarse.add(weights);
    int bin = coarse.binOf(prune);
    MagnitudeHistogram fine = MagnitudeHistogram.fine(bin);
    fine.add(weights);
    return fine.threshold(prune - coarse.countBelow(bin));
  }
}
