package dev.tersor.core.quantize;

import java.io.Serializable;
import java.util.Arrays;

/**
 * Counts and sums of the non-zero weights of many segments, from which a codebook is fitted over a
 * whole tensor that no task holds. Weights are together that are in the same of {@value #BINS} bins
 * of equal width, and agree in sign, exponent and the first seven bits of the mantissa: the range
 * may be that of an outlier. Histograms of the same range merge by addition. Weights that are
 * together stand for their mean, so the error of a codebook fitted on it is that of moving each
 * weight by less than 1/{@value #BINS} of the range, and by less than 1/128 of itself. Weights on a
 * uniform grid of 255 levels are not moved at all.
 */
public final class ValueHistogram implements Serializable {
  private static final long serialVersionUID = 2L;
  static final int BINS = 1 << 16;
  private static final int LOW_BITS = 16;

  private final float low;
  private final float high;

  // Both numbers of bins grow with the weight, so that their sum tells the pairs of them apart.
  private final long[] counts = new long[2 * BINS];

  /** Sums of the low halves of weights: integers, so that any order of merging is equal. */
  private final long[] lows = new long[2 * BINS];

  /** The high half of the weights of each bin in use. */
  private final char[] highs = new char[2 * BINS];

  /**
   * @param low smallest weight of all segments
   * @param high largest one
   */
  public ValueHistogram(float low, float high) {
    if (!(low <= high)) {
      throw new IllegalArgumentException("range " + low + ".." + high);
    }
    this.low = low;
    this.high = high;
  }

  public void add(float[] weights) {
    double perBin = high > low ? (BINS - 1) / ((double) high - low) : 0;
    for (float weight : weights) {
      if (weight != 0) {
        int key = RadixSort.key(Float.floatToRawIntBits(weight));
        int first = key >>> LOW_BITS;
        int bin = first + Math.max(0, Math.min(BINS - 1, (int) ((weight - (double) low) * perBin)));
        counts[bin]++;
        lows[bin] += key & 0xFFFF;
        highs[bin] = (char) first;
      }
    }
  }

  /** Adds the counts of {@code other}, which must have the same range; returns this. */
  public ValueHistogram merge(ValueHistogram other) {
    if (other.low != low || other.high != high) {
      throw new IllegalArgumentException(
          "ranges " + low + ".." + high + " and " + other.low + ".." + other.high);
    }
    for (int i = 0; i < counts.length; i++) {
      if (other.counts[i] > 0) {
        counts[i] += other.counts[i];
        lows[i] += other.lows[i];
        highs[i] = other.highs[i];
      }
    }
    return this;
  }

  /** The means of the bins in use, with their counts. */
  public Points points() {
    float[] values = new float[counts.length];
    double[] multiplicities = new double[counts.length];
    int n = 0;
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        // Floats of one high half are evenly spaced.
        double first = RadixSort.value(highs[i] << LOW_BITS);
        double spacing = RadixSort.value(highs[i] << LOW_BITS | 1) - first;
        values[n] = (float) (first + spacing * ((double) lows[i] / counts[i]));
        multiplicities[n++] = counts[i];
      }
    }
    return Points.weighted(Arrays.copyOf(values, n), Arrays.copyOf(multiplicities, n));
  }
}
