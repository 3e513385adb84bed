package dev.tersor.core.quantize;

import java.util.Arrays;

/** Errors in a layer's outputs: each weight makes good what those before it in its row left. */
final class FedErrors implements WeightError {
  private final OutputErrors errors;
  private final float[] left;

  FedErrors(OutputErrors errors) {
    this.errors = errors;
    this.left = new float[errors.columns()];
  }

  private SecondMoment moment(int position) {
    return errors.ofRow(position / left.length);
  }

  @Override
  public double target(int position, float weight) {
    int column = position % left.length;
    if (column == 0) {
      Arrays.fill(left, 0);
    }
    return weight + left[column];
  }

  @Override
  public double counts(int position) {
    return errors.counts(moment(position), position % left.length);
  }

  @Override
  public void take(int position, float weight, double value) {
    int column = position % left.length;
    // A weight beyond all levels is kept beside its code.
    if (Float.isFinite(weight)) {
      moment(position).feed(column, (float) (weight - value), left, column + 1);
    }
  }
}
