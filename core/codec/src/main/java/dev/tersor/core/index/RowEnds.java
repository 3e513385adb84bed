package dev.tersor.core.index;

import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import java.util.List;

/**
 * CSR as "Smaller together" counts it: column indices of a fixed width of 8, 16 or 32 bits and one
 * 32-bit number a row, where the row ends (that the first one starts at 0 is not stored). Streams
 * {@code pointers}, {@code indices}, {@code values} as in {@link CompressedLines}; {@code nnz*w/8 +
 * 4*rows + ceil(nnz*b/8)} bytes.
 *
 * <p>Example: the matrix (0 5; 7 0) is pointers 1 2, indices 1 0, values 5 7.
 */
public final class RowEnds implements IndexScheme {
  private final int width;

  public RowEnds(int width) {
    this.width = width;
  }

  @Override
  public String name() {
    return "csr" + width;
  }

  @Override
  public Access access() {
    return Access.PARALLEL;
  }

  @Override
  public boolean isGeneral() {
    return width == 32;
  }

  @Override
  public Split split(Codes codes, SharedWork work) {
    long columns = codes.shape().rowLength();
    if (columns > 1L << width) {
      throw new IllegalArgumentException(
          name() + " holds at most " + (1L << width) + " columns, the tensor has " + columns);
    }
    int[] positions = codes.nonZeroPositions();
    int[] ends = new int[(int) codes.shape().rows()];
    int[] indices = new int[positions.length];
    for (int i = 0; i < positions.length; i++) {
      int row = (int) (positions[i] / columns);
      ends[row] = i + 1;
      indices[i] = (int) (positions[i] - row * columns);
    }
    for (int row = 1; row < ends.length; row++) {
      ends[row] = Math.max(ends[row], ends[row - 1]);
    }
    return new Split(
        List.of(
            new Stream(CompressedLines.pointers(), Role.INDEX, new Symbols(ends, 32)),
            new Stream(CompressedLines.indices(), Role.INDEX, new Symbols(indices, width)),
            Elements.values(codes, work)));
  }

  @Override
  public byte[] join(Shape shape, int bits, Split split) {
    int[] ends = split.values(CompressedLines.pointers(), Role.INDEX, 32, (int) shape.rows());
    return CompressedLines.place(shape, bits, split, false, ends, width, 0);
  }
}
