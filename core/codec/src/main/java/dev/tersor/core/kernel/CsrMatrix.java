package dev.tersor.core.kernel;

/**
 * A sparse matrix by rows (Deep Compression, section 2: compressed sparse row), with fp32 values or
 * with codes of a codebook.
 *
 * @param rows outputs
 * @param columns inputs, at most {@link #MAX_COLUMNS}
 * @param starts where each row's elements begin; one more than rows, the last is their number
 * @param positions the column of each element, ascending within a row
 * @param values of the elements; null where there are codes
 * @param codes of the elements; null where there are values
 * @param codebook 256 values by code; null where there are values
 */
@SuppressWarnings("ArrayRecordComponent") // a view of arrays that kernels loop over, not a value
public record CsrMatrix(
    Products products,
    int rows,
    int columns,
    int[] starts,
    char[] positions,
    float[] values,
    byte[] codes,
    float[] codebook)
    implements Matrix {
  /** An index takes 16 bits. */
  public static final int MAX_COLUMNS = 1 << 16;

  /**
   * The non-zero ones of dense weights.
   *
   * @throws IllegalArgumentException if there are not rows x columns, or a row is too long
   */
  public static CsrMatrix of(Products products, float[] dense, int rows, int columns) {
    if (dense.length != (long) rows * columns || columns > MAX_COLUMNS) {
      throw new IllegalArgumentException(
          "%d weights are not %d x %d of at most %d columns"
              .formatted(dense.length, rows, columns, MAX_COLUMNS));
    }
    int[] starts = new int[rows + 1];
    int count = 0;
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        count += dense[row * columns + column] != 0 ? 1 : 0;
      }
      starts[row + 1] = count;
    }
    char[] positions = new char[count];
    float[] values = new float[count];
    int n = 0;
    for (int i = 0; i < dense.length; i++) {
      if (dense[i] != 0) {
        positions[n] = (char) (i % columns);
        values[n++] = dense[i];
      }
    }
    return new CsrMatrix(products, rows, columns, starts, positions, values, null, null);
  }

  /**
   * Rows of codes.
   *
   * @param starts where each row's elements begin; one more than rows
   * @param columnsOf the column of each element, ascending within a row
   * @param codes of the elements
   * @param table values by code, at most 256
   * @throws IllegalArgumentException if they do not fit each other
   */
  static CsrMatrix of(
      Products products,
      int rows,
      int columns,
      int[] starts,
      int[] columnsOf,
      byte[] codes,
      float[] table) {
    if (starts.length != rows + 1
        || starts[0] != 0
        || starts[rows] != columnsOf.length
        || codes.length != columnsOf.length) {
      throw new IllegalArgumentException(
          "%d starts, %d columns and %d codes for %d rows"
              .formatted(starts.length, columnsOf.length, codes.length, rows));
    }
    char[] positions = new char[columnsOf.length];
    for (int row = 0; row < rows; row++) {
      if (starts[row + 1] < starts[row] || starts[row + 1] > positions.length) {
        throw new IllegalArgumentException(
            "row %d ends at element %d of %d".formatted(row, starts[row + 1], positions.length));
      }
      int last = -1;
      for (int i = starts[row]; i < starts[row + 1]; i++) {
        if (columnsOf[i] <= last || columnsOf[i] >= columns) {
          throw new IllegalArgumentException(
              "column %d of %d after %d".formatted(columnsOf[i], columns, last));
        }
        last = columnsOf[i];
        positions[i] = (char) last;
      }
    }
    return new CsrMatrix(
        products, rows, columns, starts, positions, null, codes, new Lookup(table).values());
  }

  /**
   * The same with codes in place of values.
   *
   * @param elementCodes of the elements, in their order
   * @param table values by code, at most 256
   */
  public CsrMatrix withCodes(byte[] elementCodes, float[] table) {
    if (elementCodes.length != positions.length) {
      throw new IllegalArgumentException(
          elementCodes.length + " codes for " + positions.length + " elements");
    }
    return new CsrMatrix(
        products, rows, columns, starts, positions, null, elementCodes, new Lookup(table).values());
  }

  public boolean isCoded() {
    return codes != null;
  }

  @Override
  public long bytes() {
    int perElement = Character.BYTES + (isCoded() ? 1 : Float.BYTES);
    return (long) perElement * positions.length
        + (long) Integer.BYTES * starts.length
        + (isCoded() ? (long) Float.BYTES * codebook.length : 0);
  }

  @Override
  public void multiply(float[] x, int batch, float[] y) {
    products.sparse(this, x, batch, y);
  }
}
