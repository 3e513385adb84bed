package dev.tersor.core.quantize;

/**
 * How much the errors of weights count in a layer's outputs, in units of the mean over columns of
 * what a column's own counts: 1 on the average, so that layers count alike, as they do where the
 * error is that of weights.
 */
final class OutputErrors {
  private final SecondMoment[] groups;
  private final int columns;
  private final int rowsOfGroup;
  private final int firstRow;
  private final double unit;

  /**
   * @param rows of the weights
   * @throws IllegalArgumentException if the inputs have other rows, more than {@value
   *     Calibration.Inputs#MOST_COLUMNS} columns, or numbers that are no second moment
   */
  OutputErrors(Calibration.Inputs inputs, int rows, int rowLength) {
    if (rowLength != inputs.columns()) {
      throw new IllegalArgumentException(
          "input products of " + inputs.columns() + " columns, weights of " + rowLength);
    }
    if (rowLength > Calibration.Inputs.MOST_COLUMNS) {
      throw new IllegalArgumentException(
          "rows of %,d weights, at most %,d can be quantised by outputs"
              .formatted(rowLength, Calibration.Inputs.MOST_COLUMNS));
    }
    this.columns = rowLength;
    this.rowsOfGroup = inputs.rowsOfGroup();
    this.firstRow = inputs.firstRow();
    int matrix = columns * columns;
    int from = firstRow / rowsOfGroup;
    int to = (firstRow + rows - 1) / rowsOfGroup;
    if (to >= inputs.products().length / matrix) {
      throw new IllegalArgumentException(
          "input products of %d groups of %d rows, weights have rows %d to %d"
              .formatted(
                  inputs.products().length / matrix, rowsOfGroup, firstRow, firstRow + rows - 1));
    }
    this.groups = new SecondMoment[to - from + 1];
    double sum = 0;
    for (int group = 0; group < groups.length; group++) {
      groups[group] = new SecondMoment(columns, inputs.products(), (from + group) * matrix);
      sum += groups[group].mean();
    }
    this.unit = sum / groups.length;
  }

  /** Weights of a row. */
  int columns() {
    return columns;
  }

  /** The moment of a row's inputs. */
  SecondMoment ofRow(int row) {
    return groups[(firstRow + row) / rowsOfGroup - firstRow / rowsOfGroup];
  }

  /** How much the squared error of a weight counts once it makes good what others left. */
  double counts(SecondMoment moment, int column) {
    return moment.own(column) / unit;
  }
}
