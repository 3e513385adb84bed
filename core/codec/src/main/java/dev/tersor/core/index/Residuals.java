package dev.tersor.core.index;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How far dCSR's elements lie from an even spacing ("Smaller together", appendix B and Figure 10).
 * In each run of 16 lanes the residual of lane i is its position less {@code i*m}, m the tensor's
 * slope, less a whole number for the run, which is chosen so that the run's mean residual is
 * nearest zero (the lower residuals where two are as near).
 *
 * <p>The paper's offsets are the same numbers counted from the lowest of the run; the mean is what
 * makes runs comparable.
 *
 * @param counts how often each residual occurs
 */
public record Residuals(SortedMap<Integer, Long> counts) {
  private static final int LEAST = -8;
  private static final int MOST = 7;

  public Residuals {
    counts = Collections.unmodifiableSortedMap(new TreeMap<>(counts));
  }

  /**
   * @param elements positions as dCSR stores them, padding included, ascending
   * @param size weights of the tensor
   */
  public static Residuals of(int[] elements, int size) {
    SortedMap<Integer, Long> counts = new TreeMap<>();
    int slope = elements.length == 0 ? 0 : DcsrGroup.slope(size, elements.length);
    for (int from = 0; from < elements.length; from += DcsrGroup.LANES) {
      int lanes = Math.min(DcsrGroup.LANES, elements.length - from);
      long sum = 0;
      for (int lane = 0; lane < lanes; lane++) {
        sum += elements[from + lane] - (long) lane * slope;
      }
      // The mean to the nearest integer.
      int mean = (int) Math.floorDiv(2 * sum + lanes, 2L * lanes);
      for (int lane = 0; lane < lanes; lane++) {
        counts.merge(elements[from + lane] - lane * slope - mean, 1L, Long::sum);
      }
    }
    return new Residuals(counts);
  }

  /** The share of residuals in -8..7, which a signed number of four bits holds; 1 for none. */
  public double shareInFourBits() {
    long all = 0;
    long held = 0;
    for (Map.Entry<Integer, Long> entry : counts.entrySet()) {
      all += entry.getValue();
      held += entry.getKey() >= LEAST && entry.getKey() <= MOST ? entry.getValue() : 0;
    }
    return all == 0 ? 1 : (double) held / all;
  }
}
