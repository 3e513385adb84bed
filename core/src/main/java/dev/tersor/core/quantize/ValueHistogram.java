package dev.tersor.core.quantize;

import java.io.Serializable;
import java.util.Arrays;

/**
 * Counts and sums of the non-zero weights of many segments in {@value #BINS} bins of equal width,
 * from which a codebook is fitted over a whole tensor that no task holds. Histograms of the same
 * range merge by addition. A bin stands for its mean, so the error of a codebook fitted on it is
 * that of moving each weight by less than 1/{@value #BINS} of the range.
 */
public final class ValueHistogram implements Serializable {
  private static final long serialVersionUID = 1L;
  static final int BINS = 1 << 16;
  private static final double OFFSET_UNITS = 1 << 24;

  private final float low;
  private final float high;
  private final long[] counts = new long[BINS];

  /** Within-bin offsets in units of 2^-24 bins: integers, so that any order of merging is equal. */
  private final long[] offsets = new long[BINS];

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
    double perBin = perBin();
    for (float weight : weights) {
      if (weight != 0) {
        double place = (weight - (double) low) * perBin;
        int bin = Math.max(0, Math.min(BINS - 1, (int) place));
        counts[bin]++;
        offsets[bin] += (long) ((place - bin) * OFFSET_UNITS);
      }
    }
  }

  /** Adds the counts of {@code other}, which must have the same range; returns this. */
  public ValueHistogram merge(ValueHistogram other) {
    if (other.low != low || other.high != high) {
      throw new IllegalArgumentException(
          "ranges " + low + ".." + high + " and " + other.low + ".." + other.high);
    }
    for (int i = 0; i < BINS; i++) {
      counts[i] += other.counts[i];
      offsets[i] += other.offsets[i];
    }
    return this;
  }

  private double perBin() {
    return high > low ? (BINS - 1) / ((double) high - low) : 0;
  }

  /** The means of the bins in use, with their counts. */
  public Points points() {
    float[] values = new float[BINS];
    double[] multiplicities = new double[BINS];
    double perBin = perBin();
    int n = 0;
    for (int i = 0; i < BINS; i++) {
      if (counts[i] > 0) {
        double place = i + offsets[i] / OFFSET_UNITS / counts[i];
        values[n] = perBin == 0 ? low : (float) (low + place / perBin);
        multiplicities[n++] = counts[i];
      }
    }
    return Points.weighted(Arrays.copyOf(values, n), Arrays.copyOf(multiplicities, n));
  }
}
