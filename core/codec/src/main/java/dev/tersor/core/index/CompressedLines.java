package dev.tersor.core.index;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import java.util.List;

/**
 * Compressed sparse rows or columns with {@code 2a + n + 1} numbers for {@code a} non-zeros in
 * {@code n} lines (Deep Compression, section 2). The tensor is a matrix of {@code dims[0]} rows.
 * Streams: {@code pointers}, n + 1 of 32 bits, where each line starts and the last one ends; {@code
 * indices}, the position within its line of each non-zero in 8, 16 or 32 bits, the narrowest that
 * holds the longest line; {@code values}, line by line. {@code 4(n+1) + nnz*w/8 + ceil(nnz*b/8)}
 * bytes.
 *
 * <p>Example: the matrix (0 5; 7 0) by rows is pointers 0 1 2, indices 1 0, values 5 7.
 */
public final class CompressedLines implements IndexScheme {
  private static final String POINTERS = "pointers";
  private static final String INDICES = "indices";

  private final String name;
  private final boolean byColumn;

  private CompressedLines(String name, boolean byColumn) {
    this.name = name;
    this.byColumn = byColumn;
  }

  static CompressedLines csr() {
    return new CompressedLines("csr", false);
  }

  static CompressedLines csc() {
    return new CompressedLines("csc", true);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Access access() {
    return Access.PARALLEL;
  }

  @Override
  public boolean isInOrder() {
    return !byColumn;
  }

  private int lines(Shape shape) {
    return (int) (byColumn ? shape.rowLength() : shape.rows());
  }

  private int lineLength(Shape shape) {
    return (int) (byColumn ? shape.rows() : shape.rowLength());
  }

  private static int width(int lineLength) {
    return lineLength <= 1 << 8 ? 8 : lineLength <= 1 << 16 ? 16 : 32;
  }

  @Override
  public StoredForm form() {
    return byColumn ? new StoredForm.Other() : new StoredForm.Rows(POINTERS, INDICES);
  }

  @Override
  public Split split(Codes codes, SharedWork work) {
    Shape shape = codes.shape();
    int rowLength = Math.max(1, (int) shape.rowLength());
    int[] positions = codes.nonZeroPositions();
    int[] pointers = new int[lines(shape) + 1];
    for (int position : positions) {
      pointers[(byColumn ? position % rowLength : position / rowLength) + 1]++;
    }
    for (int line = 1; line < pointers.length; line++) {
      pointers[line] += pointers[line - 1];
    }
    int[] next = pointers.clone();
    int[] indices = new int[positions.length];
    int[] values = new int[positions.length];
    for (int position : positions) {
      int row = position / rowLength;
      int column = position - row * rowLength;
      int at = next[byColumn ? column : row]++;
      indices[at] = byColumn ? row : column;
      values[at] = codes.codes()[position] & 0xFF;
    }
    return new Split(
        List.of(
            new Stream(POINTERS, Role.INDEX, new Symbols(pointers, 32)),
            new Stream(INDICES, Role.INDEX, new Symbols(indices, width(lineLength(shape)))),
            new Stream(VALUES, Role.VALUE, new Symbols(values, codes.bits()))));
  }

  @Override
  public byte[] join(Shape shape, int bits, Split split) {
    int lines = lines(shape);
    int[] pointers = split.values(POINTERS, Role.INDEX, 32, lines + 1);
    if (pointers[0] != 0) {
      throw Elements.outside(POINTERS, 0, pointers[0], 0);
    }
    return place(shape, bits, split, byColumn, pointers, width(lineLength(shape)), 1);
  }

  /**
   * Puts the values where line ends and indices say.
   *
   * @param ends where line {@code l} ends, at {@code ends[l + first]}
   */
  static byte[] place(
      Shape shape, int bits, Split split, boolean byColumn, int[] ends, int width, int first) {
    int lines = ends.length - first;
    int nonZeros = lines == 0 ? 0 : ends[ends.length - 1];
    if (nonZeros < 0 || nonZeros > shape.size()) {
      throw Elements.outside(POINTERS, ends.length - 1, nonZeros, shape.size());
    }
    int[] indices = split.values(INDICES, Role.INDEX, width, nonZeros);
    byte[] values = split.codes(VALUES, bits, nonZeros);
    byte[] codes = new byte[(int) shape.size()];
    int lineLength = lines == 0 ? 0 : codes.length / lines;
    int start = 0;
    for (int line = 0; line < lines; line++) {
      int end = ends[line + first];
      if (end < start || end > nonZeros) {
        throw Elements.outside(POINTERS, line + first, end, nonZeros);
      }
      int last = -1;
      for (int i = start; i < end; i++) {
        int index = indices[i];
        if (index <= last || index >= lineLength) {
          throw Elements.outside(INDICES, i, Integer.toUnsignedLong(index), lineLength);
        }
        if (values[i] == 0) {
          throw Elements.zeroValue(i);
        }
        codes[byColumn ? index * lines + line : line * lineLength + index] = values[i];
        last = index;
      }
      start = end;
    }
    if (start != nonZeros) {
      throw new MalformedInputException("stream 'pointers' ends early", lines);
    }
    return codes;
  }

  static String pointers() {
    return POINTERS;
  }

  static String indices() {
    return INDICES;
  }
}
