package dev.tersor.core.prune;

import java.util.BitSet;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Filter-level pruning, the masks that pruners of filters leave (HRank and its like in Succinct
 * Compression, table 1): whole rows of a tensor go, those of least saliency. The saliency of a row
 * is the sum over its weights, with magnitudes the L1 norm (Li et al. 2017, section 3.1).
 */
public final class Filters {
  private Filters() {}

  /**
   * The saliency of each row. Sums of parts of a row add up to that of the row.
   *
   * @param saliency of the weights in row-major order; magnitudes count
   * @param rows of one length
   */
  public static double[] norms(float[] saliency, int rows) {
    double[] norms = new double[rows];
    int length = rows == 0 ? 0 : saliency.length / rows;
    for (int row = 0, i = 0; row < rows; row++) {
      double sum = 0;
      for (int end = i + length; i < end; i++) {
        sum += Math.abs((double) saliency[i]);
      }
      norms[row] = sum;
    }
    return norms;
  }

  /**
   * The rows of least saliency: {@code sparsity * rows} to the nearest integer, halves up, and
   * never all of them, since a layer without filters passes nothing on. Among equal ones the first
   * go.
   *
   * @throws IllegalArgumentException if {@code sparsity} is outside [0, 1)
   */
  public static PrunedRows least(double[] norms, double sparsity) {
    long count = Math.min(Magnitude.count(sparsity, norms.length), norms.length - 1);
    BitSet pruned = new BitSet(norms.length);
    IntStream.range(0, norms.length)
        .boxed()
        .sorted(Comparator.comparingDouble(row -> norms[row]))
        .limit(Math.max(0, count))
        .forEach(pruned::set);
    return new PrunedRows(pruned, norms.length);
  }
}
