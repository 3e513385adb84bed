package dev.tersor.core.kernel;

import java.util.Arrays;

/**
 * Tuples of gap and code over the rows one after another (Deep Compression, section 2; Succinct
 * Compression, section 3.3): a gap is the number of zeros since the element before. Where each
 * row's elements begin, and at which column, is found once.
 */
public final class GapMatrix implements Matrix {
  private final int rows;
  private final int columns;
  private final byte[] gaps;
  private final byte[] codes;
  private final float[] values;
  private final int[] starts;

  /** The column before the one that the first gap of a row leads to, less the gap. */
  private final int[] before;

  private GapMatrix(
      byte[] gaps, byte[] codes, float[] table, int[] starts, int[] before, int columns) {
    this.rows = before.length;
    this.columns = columns;
    this.gaps = gaps;
    this.codes = codes;
    this.values = new Lookup(table).values();
    this.starts = starts;
    this.before = before;
  }

  /**
   * Gaps that go on from row to row.
   *
   * @param gaps zeros before each element, unsigned
   * @param codes of the elements, fillers of code 0 among them
   * @param table values by code
   * @throws IllegalArgumentException if elements lie outside of rows x columns
   */
  public static GapMatrix of(byte[] gaps, byte[] codes, float[] table, int rows, int columns) {
    checkCounts(gaps, codes);
    int[] starts = new int[rows + 1];
    int[] before = new int[rows];
    long position = -1;
    int row = 0;
    for (int i = 0; i < gaps.length; i++) {
      long next = position + 1 + (gaps[i] & 0xFF);
      for (; row < rows && next >= (long) row * columns; row++) {
        starts[row] = i;
        before[row] = (int) (position - (long) row * columns);
      }
      position = next;
    }
    if (position >= (long) rows * columns) {
      throw new IllegalArgumentException(
          "gaps lead to position %d of %d x %d".formatted(position, rows, columns));
    }
    Arrays.fill(starts, row, rows + 1, gaps.length);
    return new GapMatrix(gaps, codes, table, starts, before, columns);
  }

  /**
   * Gaps that begin anew in each row.
   *
   * @param counts elements of each row
   * @throws IllegalArgumentException if elements lie outside of their rows
   */
  public static GapMatrix ofRows(
      byte[] gaps, byte[] codes, float[] table, int[] counts, int columns) {
    checkCounts(gaps, codes);
    int[] starts = new int[counts.length + 1];
    int[] before = new int[counts.length];
    for (int row = 0; row < counts.length; row++) {
      long end = (long) starts[row] + counts[row];
      if (counts[row] < 0 || end > gaps.length) {
        throw new IllegalArgumentException(
            "row %d ends at element %d of %d".formatted(row, end, gaps.length));
      }
      long column = -1;
      for (int i = starts[row]; i < end; i++) {
        column += 1 + (gaps[i] & 0xFF);
      }
      if (column >= columns) {
        throw new IllegalArgumentException(
            "gaps lead to column %d of row %d, of %d".formatted(column, row, columns));
      }
      starts[row + 1] = (int) end;
      before[row] = -1;
    }
    if (starts[counts.length] != gaps.length) {
      throw new IllegalArgumentException(
          "rows have %d elements of %d".formatted(starts[counts.length], gaps.length));
    }
    return new GapMatrix(gaps, codes, table, starts, before, columns);
  }

  private static void checkCounts(byte[] gaps, byte[] codes) {
    if (gaps.length != codes.length) {
      throw new IllegalArgumentException(gaps.length + " gaps for " + codes.length + " codes");
    }
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int columns() {
    return columns;
  }

  @Override
  public long bytes() {
    return 2L * gaps.length
        + (long) Integer.BYTES * (starts.length + before.length)
        + (long) Float.BYTES * values.length;
  }

  @Override
  public void multiply(float[] x, int batch, float[] y) {
    if (batch == 1) {
      float[] in = ScalarProducts.powerOfTwo(x);
      for (int row = 0; row < rows; row++) {
        y[row] = product(row, in);
      }
      return;
    }
    Arrays.fill(y, 0, rows * batch, 0);
    for (int row = 0; row < rows; row++) {
      int column = before[row];
      for (int i = starts[row]; i < starts[row + 1]; i++) {
        column += 1 + (gaps[i] & 0xFF);
        ScalarProducts.add(values[codes[i] & 0xFF], x, column * batch, y, row * batch, batch);
      }
    }
  }

  /**
   * The product of a row, of which only the columns wait for each other, an addition each.
   *
   * @param x of a length that is a power of two
   */
  private float product(int row, float[] x) {
    byte[] zeros = gaps;
    byte[] elements = codes;
    float[] table = values;
    int mask = x.length - 1;
    int last = table.length - 1;
    int end = starts[row + 1];
    int column = before[row] + 1;
    float sum0 = 0;
    float sum1 = 0;
    float sum2 = 0;
    float sum3 = 0;
    int i = starts[row];
    for (; i < end - 3; i += 4) {
      int column0 = column + (zeros[i] & 0xFF);
      int column1 = column0 + (zeros[i + 1] & 0xFF);
      int column2 = column1 + (zeros[i + 2] & 0xFF);
      int column3 = column2 + (zeros[i + 3] & 0xFF);
      sum0 += table[elements[i] & last] * x[column0 & mask];
      sum1 += table[elements[i + 1] & last] * x[(column1 + 1) & mask];
      sum2 += table[elements[i + 2] & last] * x[(column2 + 2) & mask];
      sum3 += table[elements[i + 3] & last] * x[(column3 + 3) & mask];
      column = column3 + 4;
    }
    for (; i < end; i++) {
      column += zeros[i] & 0xFF;
      sum0 += table[elements[i] & last] * x[column & mask];
      column++;
    }
    return sum0 + sum1 + (sum2 + sum3);
  }
}
