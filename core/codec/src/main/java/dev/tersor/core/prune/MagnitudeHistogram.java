package dev.tersor.core.prune;

import java.io.Serializable;

/**
 * Counts of magnitudes, for selecting the threshold below which an exact number of weights lies.
 * Float magnitudes order like their bits, so two passes of a radix selection suffice: a coarse
 * histogram of the upper 16 of the 31 bits, then a fine one of the lower 15 bits within one coarse
 * bin. Histograms of parts of a tensor, or of the tensors of a model, merge by addition; both
 * passes take O(n) time and 512 KiB.
 */
public final class MagnitudeHistogram implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int FINE_BITS = 15;
  private static final int COARSE = -1;

  private final int bin;
  private final long[] counts;

  private MagnitudeHistogram(int bin, int bins) {
    this.bin = bin;
    this.counts = new long[bins];
  }

  /** An empty histogram for the first pass. */
  public static MagnitudeHistogram coarse() {
    return new MagnitudeHistogram(COARSE, 1 << 16);
  }

  /**
   * An empty histogram for the second pass.
   *
   * @param bin the bin that {@link #binOf} gave
   */
  public static MagnitudeHistogram fine(int bin) {
    return new MagnitudeHistogram(bin, 1 << FINE_BITS);
  }

  public void add(float[] weights) {
    if (bin == COARSE) {
      for (float weight : weights) {
        counts[Threshold.magnitude(weight) >>> FINE_BITS]++;
      }
    } else {
      for (float weight : weights) {
        int magnitude = Threshold.magnitude(weight);
        if (magnitude >>> FINE_BITS == bin) {
          counts[magnitude & ((1 << FINE_BITS) - 1)]++;
        }
      }
    }
  }

  /** Adds the counts of {@code other}, which must be of the same pass and bin; returns this. */
  public MagnitudeHistogram merge(MagnitudeHistogram other) {
    if (other.bin != bin) {
      throw new IllegalArgumentException("histograms of bins " + bin + " and " + other.bin);
    }
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
    return this;
  }

  /** The coarse bin that holds the {@code prune}-th smallest magnitude, 1-based. */
  public int binOf(long prune) {
    long below = 0;
    for (int i = 0; i < counts.length; i++) {
      below += counts[i];
      if (below >= prune) {
        return i;
      }
    }
    throw new IllegalArgumentException("cannot prune " + prune + " of " + below + " weights");
  }

  /** How many weights lie in the bins below {@code bin}. */
  public long countBelow(int bin) {
    long below = 0;
    for (int i = 0; i < bin; i++) {
      below += counts[i];
    }
    return below;
  }

  /**
   * The threshold, from a fine histogram.
   *
   * @param prune how many of this bin's weights are pruned, at least 1
   */
  public Threshold threshold(long prune) {
    int low = binOf(prune);
    return new Threshold(bin << FINE_BITS | low, prune - countBelow(low));
  }
}
