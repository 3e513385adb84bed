package dev.tersor.core.prune;

import java.util.Arrays;
import java.util.BitSet;

/** Blocks of a tensor, or of a part of one, that are pruned whole. */
public final class PrunedBlocks implements PruningMask {
  private static final long serialVersionUID = 1L;

  private final BlockGrid grid;

  /** Blocks from the row of blocks on that the first row is in. */
  private final BitSet pruned;

  private final int firstRow;
  private final int firstColumn;
  private final int rowLength;

  /**
   * @param pruned not changed afterwards
   * @param rowLength weights of a row of the part
   */
  PrunedBlocks(BlockGrid grid, BitSet pruned, int firstRow, int firstColumn, int rowLength) {
    this.grid = grid;
    this.pruned = pruned;
    this.firstRow = firstRow;
    this.firstColumn = firstColumn;
    this.rowLength = rowLength;
  }

  /**
   * The mask of a part of the tensor, of which this is the mask.
   *
   * @param row the first of the part
   * @param count of its rows
   * @param column the first of the part
   * @param length weights of a row of the part
   */
  public PrunedBlocks part(int row, int count, int column, int length) {
    int end = grid.first(row + Math.max(0, count - 1)) + grid.across();
    return new PrunedBlocks(grid, pruned.get(grid.first(row), end), row, column, length);
  }

  /** How many blocks are pruned. */
  public int count() {
    return pruned.cardinality();
  }

  /**
   * @param saliency is not looked at
   * @throws IllegalArgumentException if the weights are not rows of that length
   */
  @Override
  public float[] apply(float[] weights, float[] saliency) {
    if (rowLength == 0 ? weights.length > 0 : weights.length % rowLength != 0) {
      throw new IllegalArgumentException(weights.length + " weights are not rows of " + rowLength);
    }
    float[] kept = weights.clone();
    for (int from = 0, row = firstRow; from < weights.length; from += rowLength, row++) {
      int blocks = grid.first(row) - grid.first(firstRow);
      for (int column = firstColumn; column < firstColumn + rowLength; ) {
        int block = column / grid.width();
        int next = (int) Math.min((block + 1L) * grid.width(), (long) firstColumn + rowLength);
        if (pruned.get(blocks + block)) {
          Arrays.fill(kept, from + column - firstColumn, from + next - firstColumn, 0);
        }
        column = next;
      }
    }
    return kept;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PrunedBlocks that
        && grid.equals(that.grid)
        && pruned.equals(that.pruned)
        && firstRow == that.firstRow
        && firstColumn == that.firstColumn
        && rowLength == that.rowLength;
  }

  @Override
  public int hashCode() {
    return 31 * grid.hashCode() + pruned.hashCode();
  }
}
