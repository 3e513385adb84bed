package dev.tersor.core.prune;

import java.util.Arrays;
import java.util.BitSet;

/** Rows that are pruned whole: filters, or all of a layer. */
public final class PrunedRows implements PruningMask {
  private static final long serialVersionUID = 1L;

  private final BitSet pruned;
  private final int rows;

  /**
   * @param pruned rows, 0-based; not changed afterwards
   * @param rows how many there are
   * @throws IllegalArgumentException if a row is not among them
   */
  public PrunedRows(BitSet pruned, int rows) {
    if (pruned.length() > rows) {
      throw new IllegalArgumentException("row " + (pruned.length() - 1) + " of " + rows);
    }
    this.pruned = (BitSet) pruned.clone();
    this.rows = rows;
  }

  /** One row, all that a mask looks at where a whole segment goes or stays. */
  public static PrunedRows whole(boolean isPruned) {
    BitSet one = new BitSet();
    one.set(0, isPruned);
    return new PrunedRows(one, 1);
  }

  /**
   * The mask of a part of the tensor.
   *
   * @param first row of the part
   * @param count of its rows
   */
  public PrunedRows part(int first, int count) {
    return new PrunedRows(pruned.get(first, first + count), count);
  }

  /** How many rows are pruned. */
  public int count() {
    return pruned.cardinality();
  }

  /**
   * @param saliency is not looked at
   * @throws IllegalArgumentException if the weights are not so many rows of one length
   */
  @Override
  public float[] apply(float[] weights, float[] saliency) {
    int length = rows == 0 ? 0 : weights.length / rows;
    if ((long) length * rows != weights.length) {
      throw new IllegalArgumentException(weights.length + " weights are not " + rows + " rows");
    }
    float[] kept = weights.clone();
    for (int row = pruned.nextSetBit(0); row >= 0; row = pruned.nextSetBit(row + 1)) {
      Arrays.fill(kept, row * length, (row + 1) * length, 0);
    }
    return kept;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PrunedRows that && rows == that.rows && pruned.equals(that.pruned);
  }

  @Override
  public int hashCode() {
    return 31 * rows + pruned.hashCode();
  }
}
