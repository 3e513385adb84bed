package dev.tersor.jobs.config;

import java.io.Serializable;

/**
 * What is measured of a cell beside its sizes.
 *
 * @param timingRuns how often encoding, decoding, copying and products are timed; the fastest
 *     counts
 * @param histograms whether the distributions behind an index scheme are counted
 * @param products whether products of what is stored are timed beside those of dense weights
 */
public record Measures(int timingRuns, boolean histograms, boolean products)
    implements Serializable {
  /** What is measured where nothing is said. */
  public static final Measures STANDARD = new Measures(1, false, false);
}
