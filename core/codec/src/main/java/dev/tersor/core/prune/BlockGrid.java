package dev.tersor.core.prune;

import java.io.Serializable;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Pruning of blocks, as block-sparse kernels want it (Narang et al. 2017, Block-Sparse Recurrent
 * Neural Networks): a tensor's rows and columns are cut into blocks, and those of least mean
 * saliency go. The last blocks of a row and of a column may be smaller.
 *
 * @param height rows of a block
 * @param width weights of a row of a block
 * @param rows of the tensor
 * @param columns weights of a row of the tensor
 */
public record BlockGrid(int height, int width, int rows, int columns) implements Serializable {
  public BlockGrid {
    check(height, width);
  }

  /**
   * @throws IllegalArgumentException naming the numbers and what was expected, if there is no such
   *     block
   */
  public static void check(int height, int width) {
    if (height < 1 || width < 1 || (height == 1 && width == 1)) {
      throw new IllegalArgumentException(
          "size: %dx%d, expected rows x columns of a block of two weights and more"
              .formatted(height, width));
    }
  }

  /** Blocks beside each other. */
  int across() {
    return Math.toIntExact(((long) columns + width - 1) / width);
  }

  /** Blocks below each other. */
  private int down() {
    return Math.toIntExact(((long) rows + height - 1) / height);
  }

  /** All blocks. */
  public int count() {
    return Math.multiplyExact(across(), down());
  }

  /**
   * Adds what a part of the tensor has of the saliency of each block. Sums of parts add up to those
   * of the tensor.
   *
   * @param saliency of the part in row-major order; magnitudes count
   * @param firstRow of the part
   * @param firstColumn of the part
   * @param rowLength weights of a row of the part
   * @return for each block in those rows of blocks that the part is in, its sum
   */
  public double[] sums(float[] saliency, int firstRow, int firstColumn, int rowLength) {
    int partRows = rowLength == 0 ? 0 : saliency.length / rowLength;
    if ((long) partRows * rowLength != saliency.length) {
      throw new IllegalArgumentException(saliency.length + " weights are not rows of " + rowLength);
    }
    double[] sums = new double[touched(firstRow, partRows) * across()];
    int i = 0;
    for (int row = 0; row < partRows; row++) {
      int block = ((firstRow + row) / height - firstRow / height) * across();
      for (int column = firstColumn; column < firstColumn + rowLength; column++) {
        sums[block + column / width] += Math.abs((double) saliency[i++]);
      }
    }
    return sums;
  }

  /** Rows of blocks that some rows are in. */
  private int touched(int firstRow, int count) {
    return count == 0 ? 0 : (firstRow + count - 1) / height - firstRow / height + 1;
  }

  /** The block that {@link #sums} of a part begin with. */
  public int first(int firstRow) {
    return firstRow / height * across();
  }

  /**
   * The blocks of least mean: {@code sparsity} of them to the nearest whole number, halves up, and
   * never all. Among equal ones the first go.
   *
   * @param sums of all blocks
   * @throws IllegalArgumentException if {@code sparsity} is outside [0, 1)
   */
  public PrunedBlocks least(double[] sums, double sparsity) {
    double[] means = new double[sums.length];
    for (int block = 0; block < means.length; block++) {
      means[block] = sums[block] / weights(block);
    }
    int count = (int) Math.min(Magnitude.count(sparsity, sums.length), sums.length - 1L);
    BitSet pruned = new BitSet(sums.length);
    if (count > 0) {
      double[] sorted = means.clone();
      Arrays.sort(sorted);
      double threshold = sorted[count - 1];
      int ties = count;
      for (double mean : means) {
        ties -= mean < threshold ? 1 : 0;
      }
      for (int block = 0; block < means.length; block++) {
        boolean goes = means[block] < threshold || (means[block] == threshold && ties-- > 0);
        pruned.set(block, goes);
      }
    }
    return new PrunedBlocks(this, pruned, 0, 0, columns);
  }

  private long weights(int block) {
    int row = block / across() * height;
    int column = block % across() * width;
    return (long) Math.min(height, rows - row) * Math.min(width, columns - column);
  }
}
