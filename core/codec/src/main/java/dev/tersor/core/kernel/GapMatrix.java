package dev.tersor.core.kernel;

import java.util.Arrays;

/**
 * Tuples of gap and code over the rows one after another (Deep Compression, section 2; Succinct
 * Compression, section 3.3): a gap is the number of zeros since the element before. Where each
 * row's elements begin, and at which column, is found once. Four rows are multiplied side by side,
 * since within a row each position waits for the one before.
 */
public final class GapMatrix implements Matrix {
  private static final int TOGETHER = 4;

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
      int row = 0;
      for (; row + TOGETHER <= rows; row += TOGETHER) {
        four(row, x, y);
      }
      for (; row < rows; row++) {
        y[row] = rest(row, starts[row], before[row], x);
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

  private void four(int row, float[] x, float[] y) {
    int at0 = starts[row];
    int at1 = starts[row + 1];
    int at2 = starts[row + 2];
    int at3 = starts[row + 3];
    int together =
        Math.min(Math.min(at1 - at0, at2 - at1), Math.min(at3 - at2, starts[row + TOGETHER] - at3));
    int column0 = before[row];
    int column1 = before[row + 1];
    int column2 = before[row + 2];
    int column3 = before[row + 3];
    float sum0 = 0;
    float sum1 = 0;
    float sum2 = 0;
    float sum3 = 0;
    for (int i = 0; i < together; i++) {
      column0 += 1 + (gaps[at0 + i] & 0xFF);
      column1 += 1 + (gaps[at1 + i] & 0xFF);
      column2 += 1 + (gaps[at2 + i] & 0xFF);
      column3 += 1 + (gaps[at3 + i] & 0xFF);
      sum0 += values[codes[at0 + i] & 0xFF] * x[column0];
      sum1 += values[codes[at1 + i] & 0xFF] * x[column1];
      sum2 += values[codes[at2 + i] & 0xFF] * x[column2];
      sum3 += values[codes[at3 + i] & 0xFF] * x[column3];
    }
    y[row] = sum0 + rest(row, at0 + together, column0, x);
    y[row + 1] = sum1 + rest(row + 1, at1 + together, column1, x);
    y[row + 2] = sum2 + rest(row + 2, at2 + together, column2, x);
    y[row + 3] = sum3 + rest(row + 3, at3 + together, column3, x);
  }

  private float rest(int row, int from, int columnBefore, float[] x) {
    int column = columnBefore;
    float sum = 0;
    for (int i = from; i < starts[row + 1]; i++) {
      column += 1 + (gaps[i] & 0xFF);
      sum += values[codes[i] & 0xFF] * x[column];
    }
    return sum;
  }
}
