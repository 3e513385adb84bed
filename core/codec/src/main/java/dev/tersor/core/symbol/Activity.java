package dev.tersor.core.symbol;

import java.util.Arrays;

/**
 * How large the next weight of a tensor may be expected, from the magnitudes before it: means of
 * its row, its column, its place in the kernel and the last few, each of which forgets at its own
 * pace. What {@link Context} takes in place of {@link Neighbours}, since it is found in a few
 * steps.
 */
final class Activity {
  private static final int ROW_SHIFT = 5;
  private static final int COLUMN_SHIFT = 4;
  private static final int POSITION_SHIFT = 6;
  private static final int LAST_SHIFT = 1;

  private final int columns;
  private final int[] ofColumn;
  private final int[] ofPosition = new int[Axes.MOST_POSITIONS];
  private final byte[] positionOf;
  private int column;
  private int row;
  private int last;

  /**
   * @param start the mean that all means begin with
   */
  Activity(Axes axes, int start) {
    this.columns = axes.columns();
    this.ofColumn = new int[columns];
    this.positionOf = axes.positions();
    Arrays.fill(ofColumn, start);
    Arrays.fill(ofPosition, start);
    this.row = start;
    this.last = start;
  }

  /** The level of the mean that is expected. */
  int level() {
    int place = ofPosition[positionOf[column]];
    return Neighbours.level(
        (int) ((6L * row + 2L * ofColumn[column] + 6L * last + 2L * place) >> 4));
  }

  /** Goes on to the next weight. */
  void add(int magnitude) {
    int value = magnitude * Neighbours.ONE;
    int c = column;
    int position = positionOf[c];
    row += (value - row) >> ROW_SHIFT;
    last += (value - last) >> LAST_SHIFT;
    ofColumn[c] += (value - ofColumn[c]) >> COLUMN_SHIFT;
    ofPosition[position] += (value - ofPosition[position]) >> POSITION_SHIFT;
    column = c + 1 == columns ? 0 : c + 1;
  }
}
