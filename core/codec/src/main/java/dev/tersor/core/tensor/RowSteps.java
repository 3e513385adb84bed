package dev.tersor.core.tensor;

import java.util.Arrays;
import java.util.List;

/** A step for each row of a tensor, its output channels; codes are those of {@link Step}. */
public final class RowSteps implements Codebook.OfRows {
  private static final long serialVersionUID = 1L;

  private final int bits;
  private final float[] steps;

  /**
   * @param bits 1 to 8
   * @param steps of the rows, in order, as in {@link Step}
   */
  public RowSteps(int bits, float... steps) {
    Levels.checkBits(bits);
    for (float step : steps) {
      Levels.check(bits, step);
    }
    this.bits = bits;
    this.steps = steps.clone();
  }

  @Override
  public int bits() {
    return bits;
  }

  @Override
  public int rows() {
    return steps.length;
  }

  /** The step of a row. */
  public float step(int row) {
    return steps[row];
  }

  /** The steps of all rows, a copy. */
  public float[] steps() {
    return steps.clone();
  }

  @Override
  public boolean keepsZero() {
    return true;
  }

  @Override
  public float value(int row, int code) {
    return Levels.of(bits, code) * steps[row] + 0f; // no negative zero
  }

  @Override
  public float[] weights(Shape shape, byte[] codes) {
    int[] levels = Levels.all(bits);
    float[] weights = new float[codes.length];
    int rowLength = Math.toIntExact(shape.rowLength());
    for (int row = 0, i = 0; row < steps.length; row++) {
      float step = steps[row];
      for (int end = i + rowLength; i < end; i++) {
        weights[i] = levels[codes[i] & 0xFF] * step + 0f; // no negative zero
      }
    }
    return weights;
  }

  /** With all steps rounded to 16 bits, where these hold the multiples of every one. */
  @Override
  public RowSteps half() {
    float[] rounded = Levels.half(steps);
    return rounded == null ? this : new RowSteps(bits, rounded);
  }

  @Override
  public RowSteps part(Segment segment, long rowLength) {
    int first = rowLength == 0 ? 0 : Math.toIntExact(segment.offset() / rowLength);
    int count = Math.toIntExact(segment.shape().rows());
    return new RowSteps(bits, Arrays.copyOfRange(steps, first, first + count));
  }

  @Override
  public Codebook whole(Shape shape, List<Codebook> parts) {
    if (parts.size() == 1) {
      return this;
    }
    List<Segment> cut = Segment.cut(shape);
    float[] all = new float[Math.toIntExact(shape.rows())];
    for (int i = 0; i < cut.size(); i++) {
      if (parts.get(i) instanceof RowSteps part) {
        int row = Math.toIntExact(cut.get(i).offset() / shape.rowLength());
        System.arraycopy(part.steps, 0, all, row, part.steps.length);
      }
    }
    return new RowSteps(bits, all);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RowSteps that && bits == that.bits && Arrays.equals(steps, that.steps);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(steps);
  }
}
