package dev.tersor.core.kernel;

import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.kernel.BitmapProducts.Steps;
import java.util.Arrays;

/**
 * A mask, a bit a weight, and the codes of the non-zeros: recipe {@code bitmap/packed}. Where the
 * codes of each row begin is counted once.
 */
public final class BitmapMatrix implements Matrix {
  private final int rows;
  private final int columns;
  private final byte[] mask;
  private final byte[] codes;
  private final float[] values;
  private final int[] starts;

  /** Whether all numbers of the table are; others times zero are no zero. */
  private final boolean isFinite;

  /** Inputs of a product, as {@link BitmapProducts} reads them. */
  private final float[] inputs;

  /** The mask of a row. */
  private final long[] words;

  /**
   * @param mask bit {@code row * columns + column} set where a weight is no zero
   * @param codes of the non-zeros, row by row
   * @param table values by code
   * @throws IllegalArgumentException if mask and codes do not fit each other
   */
  public BitmapMatrix(byte[] mask, byte[] codes, float[] table, int rows, int columns) {
    if (mask.length != ((long) rows * columns + 7) / 8) {
      throw new IllegalArgumentException(
          "%d bytes of a mask are not %d x %d bits".formatted(mask.length, rows, columns));
    }
    this.rows = rows;
    this.columns = columns;
    // A word from any bit on takes nine bytes.
    this.mask = Arrays.copyOf(mask, mask.length + Long.BYTES + 1);
    this.codes = Arrays.copyOf(codes, codes.length + BitmapProducts.MOST);
    this.values = new Lookup(table).values();
    this.isFinite = isFinite(values);
    this.inputs = new float[BitmapProducts.spread(columns)];
    this.words = new long[(columns + Long.SIZE - 1) / Long.SIZE];
    this.starts = new int[rows + 1];
    for (int row = 0; row < rows; row++) {
      int count = starts[row];
      for (int c = 0; c < columns; c += Long.SIZE) {
        count += Long.bitCount(word(row, c));
      }
      starts[row + 1] = count;
    }
    if (starts[rows] != codes.length) {
      throw new IllegalArgumentException(
          "%d ones in the mask, and %d codes".formatted(starts[rows], codes.length));
    }
  }

  private static boolean isFinite(float[] numbers) {
    for (float number : numbers) {
      if (!Float.isFinite(number)) {
        return false;
      }
    }
    return true;
  }

  /** The mask of a row from a column on, without the next row's. */
  private long word(int row, int column) {
    long bit = (long) row * columns + column;
    int at = (int) (bit >>> 3);
    int shift = (int) (bit & 7);
    long word = LittleEndian.getLong(mask, at) >>> shift;
    if (shift != 0) {
      word |= (long) mask[at + Long.BYTES] << (Long.SIZE - shift);
    }
    int left = columns - column;
    return left >= Long.SIZE ? word : word & ((1L << left) - 1);
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
    return ((long) rows * columns + 7) / 8
        + starts[rows]
        + (long) Integer.BYTES * starts.length
        + (long) Float.BYTES * values.length;
  }

  @Override
  public void multiply(float[] x, int batch, float[] y) {
    if (batch == 1 && isFinite) {
      multiply(x, y);
      return;
    }
    Arrays.fill(y, 0, rows * batch, 0);
    for (int row = 0; row < rows; row++) {
      int at = starts[row];
      for (int c = 0; c < columns; c += Long.SIZE) {
        for (long word = word(row, c); word != 0; word &= word - 1) {
          int column = c + Long.numberOfTrailingZeros(word);
          ScalarProducts.add(values[codes[at++] & 0xFF], x, column * batch, y, row * batch, batch);
        }
      }
    }
  }

  /** The product with one input. */
  private void multiply(float[] x, float[] y) {
    BitmapProducts.spread(x, columns, inputs);
    Steps steps = Steps.of(starts[rows], (long) rows * columns);
    for (int row = 0; row < rows; row++) {
      for (int word = 0; word < words.length; word++) {
        words[word] = word(row, Long.SIZE * word);
      }
      y[row] = BitmapProducts.row(steps, words, words.length, codes, starts[row], values, inputs);
    }
  }
}
