package dev.tersor.core.kernel;

/**
 * A sparse matrix by rows (Deep Compression, section 2: compressed sparse row), with fp32 values or
 * with codes of a codebook.
 *
 * @param rows outputs
 * @param columns inputs
 * @param starts where each row's elements begin; one more than rows, the last is their number
 * @param positions the column of each element, ascending within a row
 * @param values of the elements; null where there are codes
 * @param codes of the elements; null where there are values
 * @param codebook 256 values by code; null where there are values
 */
@SuppressWarnings("ArrayRecordComponent") // a view of arrays that kernels loop over, not a value
public record CsrMatrix(
    int rows,
    int columns,
    int[] starts,
    int[] positions,
    float[] values,
    byte[] codes,
    float[] codebook) {
  private static final int CODEBOOK = 256;

  /** The non-zero ones of dense weights. */
  public static CsrMatrix of(float[] dense, int rows, int columns) {
    if (dense.length != (long) rows * columns) {
      throw new IllegalArgumentException(
          dense.length + " weights are not " + rows + " x " + columns);
    }
    int[] starts = new int[rows + 1];
    int count = 0;
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        count += dense[row * columns + column] != 0 ? 1 : 0;
      }
      starts[row + 1] = count;
    }
    int[] positions = new int[count];
    float[] values = new float[count];
    int n = 0;
    for (int i = 0; i < dense.length; i++) {
      if (dense[i] != 0) {
        positions[n] = i % columns;
        values[n++] = dense[i];
      }
    }
    return new CsrMatrix(rows, columns, starts, positions, values, null, null);
  }

  /**
   * The same with codes in place of values.
   *
   * @param elementCodes of the elements, in their order
   * @param table values by code, at most 256
   */
  public CsrMatrix withCodes(byte[] elementCodes, float[] table) {
    if (elementCodes.length != positions.length || table.length > CODEBOOK) {
      throw new IllegalArgumentException(
          elementCodes.length
              + " codes of "
              + table.length
              + " values for "
              + positions.length
              + " elements");
    }
    // Of full length, so that no code is out of bounds and no check is left in the loop.
    return new CsrMatrix(
        rows,
        columns,
        starts,
        positions,
        null,
        elementCodes,
        java.util.Arrays.copyOf(table, CODEBOOK));
  }

  public boolean isCoded() {
    return codes != null;
  }

  /** Bytes of indices, values or codes, row starts and codebook. */
  public long bytes() {
    int perElement = Integer.BYTES + (isCoded() ? 1 : Float.BYTES);
    return (long) perElement * positions.length
        + (long) Integer.BYTES * starts.length
        + (isCoded() ? (long) Float.BYTES * CODEBOOK : 0);
  }
}
