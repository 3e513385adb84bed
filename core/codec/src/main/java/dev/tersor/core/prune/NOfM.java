package dev.tersor.core.prune;

/**
 * N:M sparsity (Mishra et al. 2021, Accelerating Sparse Deep Neural Networks, section 3): of each m
 * consecutive weights of a row the n of largest saliency stay. Runs begin anew in each row; where
 * the last one of a row has r weights, min(n, r) of it stay. Among equal ones the first go.
 *
 * <p>A run is decided by itself, and no segment begins within one: parts of a tensor have the same
 * mask.
 *
 * @param kept n, in 1..m-1
 * @param of m, a power of two in 2..{@value #MOST}
 * @param rowLength weights of a row
 */
public record NOfM(int kept, int of, int rowLength) implements PruningMask {
  /** The largest m. */
  public static final int MOST = 32;

  public NOfM {
    check(kept, of);
  }

  /**
   * @throws IllegalArgumentException naming the numbers and what was expected, if there is no such
   *     pattern
   */
  public static void check(int kept, int of) {
    if (of < 2 || of > MOST || Integer.bitCount(of) != 1 || kept < 1 || kept >= of) {
      throw new IllegalArgumentException(
          "%d:%d, expected n:m with a power of two m in 2..%d and n in 1..m-1"
              .formatted(kept, of, MOST));
    }
  }

  /** Share of weights that go, where rows are multiples of m. */
  public static double sparsity(int kept, int of) {
    return 1 - (double) kept / of;
  }

  @Override
  public float[] apply(float[] weights, float[] saliency) {
    if (weights.length != saliency.length
        || (rowLength == 0 ? weights.length > 0 : weights.length % rowLength != 0)) {
      throw new IllegalArgumentException(
          "%d weights and the saliency of %d in rows of %d"
              .formatted(weights.length, saliency.length, rowLength));
    }
    float[] pruned = weights.clone();
    for (int row = 0; row < weights.length; row += rowLength) {
      int end = row + rowLength;
      for (int from = row; from < end; from += of) {
        prune(pruned, saliency, from, Math.min(from + of, end));
      }
    }
    return pruned;
  }

  /** A run by itself: a weight goes where n others are larger, or as large and behind it. */
  private void prune(float[] pruned, float[] saliency, int from, int to) {
    for (int i = from; i < to; i++) {
      int own = Threshold.magnitude(saliency[i]);
      int before = 0;
      for (int k = from; k < to; k++) {
        int other = Threshold.magnitude(saliency[k]);
        before += other > own || (other == own && k > i) ? 1 : 0;
      }
      if (before >= kept) {
        pruned[i] = 0;
      }
    }
  }
}
