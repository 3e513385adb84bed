package dev.tersor.core.checkpoint;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.tensor.Shape;
import java.io.IOException;
import java.io.Serializable;

/**
 * What stored integers q stand for: (q - zero) * scale, in 32-bit floating point. Scales are a
 * tensor of as many dimensions as that of the integers, each of which is cut into as many equal
 * runs as the scales have along it, the last one perhaps shorter: one scale for all, one for each
 * channel of an axis, or one for each group of an axis. A tensor of one scale may have fewer
 * dimensions.
 *
 * <p>Columns of a matrix may belong to groups that do not follow each other (act order of GPTQ):
 * which one each has is then said by integers of their own.
 *
 * <p>Example: integers of shape 4x64 with scales of shape 4x2: q[1][40] has the scale [1][1].
 *
 * @param scales a tensor of floating-point numbers
 * @param zeros integers, one for each scale; null where all are zero
 * @param blocks the shape of both, of as many dimensions as the integers
 * @param columns for each column of a matrix the index of its group along the rows; null where
 *     groups are runs
 */
public record Quantisation(
    StoredTensor scales, StoredTensor zeros, Shape blocks, StoredTensor columns)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * @throws IllegalArgumentException if scales, zeros and blocks have different counts
   */
  public Quantisation {
    long count = blocks.size();
    if (scales.shape().size() != count || (zeros != null && zeros.shape().size() != count)) {
      throw new IllegalArgumentException(
          "%d scales and %s zero points for %d blocks"
              .formatted(scales.shape().size(), zeros == null ? "no" : zeros.shape(), count));
    }
  }

  /** Scales of runs. */
  public Quantisation(StoredTensor scales, StoredTensor zeros, Shape blocks) {
    this(scales, zeros, blocks, null);
  }

  /** The same scales where columns belong to groups that do not follow each other. */
  public Quantisation ofColumns(StoredTensor groups) {
    return new Quantisation(scales, zeros, blocks, groups);
  }

  /** One scale for all elements of a tensor. */
  public static Quantisation ofTensor(StoredTensor scale, StoredTensor zero, int rank) {
    return new Quantisation(scale, zero, ones(rank, -1, 1));
  }

  /** A scale for each index of an axis. */
  public static Quantisation ofAxis(StoredTensor scales, StoredTensor zeros, int rank, int axis) {
    return new Quantisation(scales, zeros, ones(rank, axis, scales.shape().size()));
  }

  private static Shape ones(int rank, int axis, long count) {
    long[] dims = new long[rank];
    for (int i = 0; i < rank; i++) {
      dims[i] = i == axis ? count : 1;
    }
    return Shape.of(dims);
  }

  /**
   * @throws IllegalArgumentException if integers of that shape cannot be cut so
   */
  public void check(Shape shape) {
    if (columns != null) {
      if (shape.rank() != 2
          || blocks.rank() != 2
          || blocks.dim(0) != shape.dim(0)
          || columns.shape().size() != shape.dim(1)) {
        throw new IllegalArgumentException(
            "scales of shape %s and groups of %d columns for shape %s"
                .formatted(blocks, columns.shape().size(), shape));
      }
      return;
    }
    boolean fits = blocks.rank() == shape.rank();
    for (int i = 0; fits && i < shape.rank(); i++) {
      long runs = blocks.dim(i);
      fits = shape.size() == 0 || (runs > 0 && runs == cut(shape.dim(i), length(shape, i)));
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "scales of shape %s do not divide shape %s".formatted(blocks, shape));
    }
  }

  /** Elements of a run along an axis. */
  private long length(Shape shape, int axis) {
    return cut(shape.dim(axis), blocks.dim(axis));
  }

  private static long cut(long dim, long by) {
    return (dim + by - 1) / by;
  }

  /**
   * Turns integers into what they stand for.
   *
   * @param values a run of a tensor's integers; what they stand for is put in their place
   * @param first row-major index of the first
   * @param shape of the tensor
   * @param source the file of the integers, which opens the one with the scales
   * @throws MalformedInputException if the bytes of scales are damaged
   */
  void apply(float[] values, long first, Shape shape, ByteSource source) throws IOException {
    if (values.length == 0) {
      return;
    }
    if (columns != null) {
      applyByColumn(values, first, shape.dim(1), source);
      return;
    }
    long from = Long.MAX_VALUE;
    long to = 0;
    for (Runs runs = new Runs(shape, first, values.length); runs.next(); ) {
      from = Math.min(from, runs.block);
      to = Math.max(to, runs.block + 1);
    }
    float[] steps = read(scales, source, from, Math.toIntExact(to - from));
    float[] offsets = zeros == null ? null : read(zeros, source, from, Math.toIntExact(to - from));
    int at = 0;
    for (Runs runs = new Runs(shape, first, values.length); runs.next(); ) {
      int block = (int) (runs.block - from);
      float step = checked(steps[block], runs.block);
      float zero = offsets == null ? 0 : offsets[block];
      for (int end = at + runs.length; at < end; at++) {
        values[at] = (values[at] - zero) * step;
      }
    }
  }

  private float checked(float step, long block) {
    if (!(step > 0 && step < Float.POSITIVE_INFINITY)) {
      throw new HeaderChecks(scales.extent().file())
          .malformed(
              scales.name(),
              "scale %d is %s, expected a positive number".formatted(block, step),
              scales.extent().offset());
    }
    return step;
  }

  private void applyByColumn(float[] values, long first, long rowLength, ByteSource source)
      throws IOException {
    int groups = Math.toIntExact(blocks.dim(1));
    long row = first / rowLength;
    int rows = Math.toIntExact((first + values.length - 1) / rowLength - row + 1);
    int[] groupOf = columnGroups(source);
    float[] steps = read(scales, source, row * groups, Math.multiplyExact(rows, groups));
    float[] offsets = zeros == null ? null : read(zeros, source, row * groups, steps.length);
    int column = (int) (first % rowLength);
    for (int i = 0, from = 0; i < values.length; i++) {
      int block = from + groupOf[column];
      float step = checked(steps[block], row * groups + block);
      values[i] = (values[i] - (offsets == null ? 0 : offsets[block])) * step;
      if (++column == rowLength) {
        column = 0;
        from += groups;
      }
    }
  }

  /** The group of each column. */
  int[] columnGroups(ByteSource source) throws IOException {
    float[] stored = read(columns, source, 0, Math.toIntExact(columns.shape().size()));
    int[] groups = new int[stored.length];
    for (int i = 0; i < groups.length; i++) {
      if (!(stored[i] >= 0 && stored[i] < blocks.dim(1))) {
        throw new HeaderChecks(columns.extent().file())
            .malformed(
                columns.name(),
                "column %d is of group %.0f, expected 0..%d"
                    .formatted(i, stored[i], blocks.dim(1) - 1),
                columns.extent().offset());
      }
      groups[i] = (int) stored[i];
    }
    return groups;
  }

  /** Neighbours along the last axis that share a scale, one run after the other. */
  private final class Runs {
    private final Shape shape;
    private final long rowLength;
    private final long runLength;
    private final long rowBlocks;
    private long row;
    private long column;
    private long rowBlock;
    private int left;
    private long block;
    private int length;

    Runs(Shape shape, long first, int count) {
      int last = shape.rank() - 1;
      this.shape = shape;
      this.rowLength = last < 0 ? 1 : shape.dim(last);
      this.runLength = last < 0 ? 1 : Quantisation.this.length(shape, last);
      this.rowBlocks = last < 0 ? 1 : blocks.dim(last);
      this.left = count;
      if (count > 0) {
        this.row = first / rowLength;
        this.column = first % rowLength;
        this.rowBlock = rowBlock();
      }
    }

    boolean next() {
      if (left == 0) {
        return false;
      }
      if (column == rowLength) {
        column = 0;
        row++;
        rowBlock = rowBlock();
      }
      long run = column / runLength;
      block = rowBlock * rowBlocks + run;
      length = (int) Math.min(left, Math.min(rowLength, (run + 1) * runLength) - column);
      column += length;
      left -= length;
      return true;
    }

    /** The index of the row's blocks among those of all rows. */
    private long rowBlock() {
      long rest = row;
      long index = 0;
      long stride = 1;
      for (int axis = shape.rank() - 2; axis >= 0; axis--) {
        index += rest % shape.dim(axis) / Quantisation.this.length(shape, axis) * stride;
        stride *= blocks.dim(axis);
        rest /= shape.dim(axis);
      }
      return index;
    }
  }

  /** All scales, in the order of the blocks. */
  float[] allScales(ByteSource source) throws IOException {
    return read(scales, source, 0, Math.toIntExact(blocks.size()));
  }

  /** All zero points, in the order of the blocks. */
  float[] allZeros(ByteSource source) throws IOException {
    int count = Math.toIntExact(blocks.size());
    return zeros == null ? new float[count] : read(zeros, source, 0, count);
  }

  private static float[] read(StoredTensor tensor, ByteSource source, long from, int count)
      throws IOException {
    String file = tensor.extent().file();
    if (file.equals(source.name())) {
      return TensorReader.read(tensor, source, from, count);
    }
    try (ByteSource other = source.other(file)) {
      return TensorReader.read(tensor, other, from, count);
    }
  }
}
