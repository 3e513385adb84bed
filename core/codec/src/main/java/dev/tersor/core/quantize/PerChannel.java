package dev.tersor.core.quantize;

import dev.tersor.core.tensor.RowSteps;
import dev.tersor.core.tensor.Shape;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * A step for each row of a tensor, its output channels, fitted to the weights of that row alone.
 * Rows are independent of each other, so that parts of a tensor that are cut between rows are
 * fitted one by one. A row without survivors has the step 0.
 */
record PerChannel(StepFitter row) implements CodebookFitter {
  @Override
  public String name() {
    return row.name() + "-channel";
  }

  @Override
  public boolean isShared() {
    return false;
  }

  @Override
  public long span(Shape shape) {
    return shape.rowLength();
  }

  @Override
  public OptionalInt width() {
    return row.width();
  }

  @Override
  public RowSteps fit(Points survivors, int bits, long seed) {
    checkBits(bits);
    return new RowSteps(bits, row.mirroredStep(survivors, bits));
  }

  @Override
  public RowSteps fit(Shape shape, float[] weights, int bits, long seed) {
    checkBits(bits);
    float[] steps = new float[Math.toIntExact(shape.rows())];
    int length = Math.toIntExact(shape.rowLength());
    for (int i = 0; i < steps.length; i++) {
      Points points = Points.ofNonZero(Arrays.copyOfRange(weights, i * length, (i + 1) * length));
      steps[i] = row.mirroredStep(points, bits);
    }
    return new RowSteps(bits, steps);
  }

  /** Gives weights the nearest level of their row. */
  record Codes() implements Assignment.ByType<RowSteps> {
    @Override
    public Class<RowSteps> type() {
      return RowSteps.class;
    }

    @Override
    public byte[] codes(float[] weights, RowSteps codebook) {
      int rows = codebook.rows();
      int length = rows == 0 ? 0 : weights.length / rows;
      if (rows * (long) length != weights.length) {
        throw new IllegalArgumentException(
            weights.length + " weights are not " + rows + " rows of one length");
      }
      byte[] codes = new byte[weights.length];
      for (int row = 0, i = 0; row < rows; row++, i += length) {
        PerTensor.nearest(weights, i, i + length, codebook.step(row), codebook.bits(), codes);
      }
      return codes;
    }
  }
}
