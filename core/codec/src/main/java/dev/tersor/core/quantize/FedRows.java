package dev.tersor.core.quantize;

/**
 * Errors in a layer's outputs where inputs are rows, and outputs columns: each row makes good what
 * the rows before it left. All weights of a row are decided before the next one begins.
 */
final class FedRows implements WeightError {
  private final SecondMoment moment;
  private final int columns;
  private final double unit;

  /** What decided rows leave to each weight. */
  private final float[] left;

  private final float[] errors;

  /**
   * @param moment of the rows
   * @param rows of the weights
   * @param columns weights of a row
   */
  FedRows(SecondMoment moment, int rows, int columns) {
    this.moment = moment;
    this.columns = columns;
    this.left = new float[rows * columns];
    this.errors = new float[columns];
    this.unit = moment.mean();
  }

  /**
   * The moment of the rows that a segment has.
   *
   * @throws IllegalArgumentException as {@link SecondMoment}, and if there are other rows, or more
   *     than {@value Calibration.Inputs#MOST_COLUMNS}
   */
  static SecondMoment moment(Calibration.Inputs inputs, int rows) {
    int all = inputs.columns();
    int first = inputs.firstRow();
    if (first + rows > all || rows > Calibration.Inputs.MOST_COLUMNS) {
      throw new IllegalArgumentException(
          "input products of %,d rows, weights have rows %,d to %,d, at most %,d are taken"
              .formatted(all, first, first + rows - 1, Calibration.Inputs.MOST_COLUMNS));
    }
    float[] own = new float[rows * rows];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(inputs.products(), (first + row) * all + first, own, row * rows, rows);
    }
    return new SecondMoment(rows, own, 0);
  }

  @Override
  public int together() {
    return columns;
  }

  @Override
  public double target(int position, float weight) {
    return weight + left[position];
  }

  @Override
  public double counts(int position) {
    return moment.own(position / columns) / unit;
  }

  @Override
  public void take(int position, float weight, double value) {
    int column = position % columns;
    // A weight beyond all levels is kept beside its code.
    errors[column] = Float.isFinite(weight) ? (float) (weight - value) : 0;
    if (column == columns - 1) {
      moment.feedRows(position / columns, errors, left);
    }
  }
}
