package dev.tersor.core.prune;

/**
 * An exact pruning decision: every weight of smaller magnitude goes, and of those with the very
 * same magnitude the first ones by position. Where weights have a saliency of their own, its
 * magnitude decides.
 *
 * @param magnitudeBits the threshold magnitude as the 31 low bits of a float
 * @param ties how many weights of exactly that magnitude are pruned
 */
public record Threshold(int magnitudeBits, long ties) implements PruningMask {
  /** Prunes nothing. */
  public static final Threshold NONE = new Threshold(0, 0);

  static int magnitude(float weight) {
    return Float.floatToRawIntBits(weight) & Integer.MAX_VALUE;
  }

  /** How many of {@code weights} lie exactly on the threshold. */
  public long countTies(float[] weights) {
    long count = 0;
    for (float weight : weights) {
      count += magnitude(weight) == magnitudeBits ? 1 : 0;
    }
    return count;
  }

  /** The same threshold for the part of a tensor that follows {@code before} ties. */
  public Threshold after(long before) {
    return new Threshold(magnitudeBits, Math.max(0, ties - before));
  }

  /** A copy of {@code weights} with those pruned whose own magnitude is too small. */
  public float[] apply(float[] weights) {
    return apply(weights, weights);
  }

  @Override
  public float[] apply(float[] weights, float[] saliency) {
    if (weights.length != saliency.length) {
      throw new IllegalArgumentException(
          weights.length + " weights and the saliency of " + saliency.length);
    }
    float[] kept = new float[weights.length];
    // Two loops: which side a weight falls on is a coin toss, so the first one must not branch.
    for (int i = 0; i < weights.length; i++) {
      int below = (magnitude(saliency[i]) - magnitudeBits) >> 31;
      kept[i] = Float.intBitsToFloat(Float.floatToRawIntBits(weights[i]) & ~below);
    }
    long left = ties;
    for (int i = 0; left > 0 && i < weights.length; i++) {
      if (magnitude(saliency[i]) == magnitudeBits) {
        kept[i] = 0;
        left--;
      }
    }
    return kept;
  }
}
