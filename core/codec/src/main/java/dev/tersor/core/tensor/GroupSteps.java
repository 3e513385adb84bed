package dev.tersor.core.tensor;

import java.util.Arrays;
import java.util.List;

/**
 * A step for each group of consecutive weights of a row, as quantised language models have them;
 * codes are those of {@link Step}.
 */
public final class GroupSteps implements Codebook.OfGroups {
  private static final long serialVersionUID = 1L;

  /** Weights of the largest group. */
  public static final int MAX_GROUP = 1 << 15;

  private final int bits;
  private final int group;
  private final int columns;
  private final float[] steps;

  /**
   * @param bits 1 to 8
   * @param group weights of a group, a power of two in 2..{@value #MAX_GROUP}
   * @param columns weights of a row
   * @param steps as in {@link Step}, group after group, row after row
   */
  public GroupSteps(int bits, int group, int columns, float... steps) {
    Levels.checkBits(bits);
    checkGroup(group);
    int inRow = inRow(group, columns);
    if (inRow == 0 ? steps.length > 0 : steps.length % inRow != 0) {
      throw new IllegalArgumentException(
          "%d steps of groups of %d for rows of %d weights"
              .formatted(steps.length, group, columns));
    }
    for (float step : steps) {
      Levels.check(bits, step);
    }
    this.bits = bits;
    this.group = group;
    this.columns = columns;
    this.steps = steps.clone();
  }

  /**
   * @throws IllegalArgumentException if groups cannot have so many weights
   */
  public static void checkGroup(int group) {
    if (group < 2 || group > MAX_GROUP || Integer.bitCount(group) != 1) {
      throw new IllegalArgumentException(
          "n: " + group + ", expected weights of a group, a power of two in 2.." + MAX_GROUP);
    }
  }

  /** Groups of a row. */
  public static int inRow(int group, long columns) {
    return Math.toIntExact((columns + group - 1) / group);
  }

  @Override
  public int bits() {
    return bits;
  }

  @Override
  public int group() {
    return group;
  }

  /** Weights of a row. */
  public int columns() {
    return columns;
  }

  /** The steps of all groups, group after group and row after row; a copy. */
  public float[] steps() {
    return steps.clone();
  }

  @Override
  public boolean keepsZero() {
    return true;
  }

  @Override
  public float value(int row, int column, int code) {
    return Levels.of(bits, code) * steps[row * inRow(group, columns) + column / group] + 0f;
  }

  @Override
  public void check(Shape shape) {
    if (shape.rowLength() != columns || shape.rows() * inRow(group, columns) != steps.length) {
      throw new IllegalArgumentException(
          "a codebook of %d groups of %d weights in rows of %d for shape %s"
              .formatted(steps.length, group, columns, shape));
    }
  }

  @Override
  public float[] weights(Shape shape, byte[] codes) {
    int[] levels = Levels.all(bits);
    float[] weights = new float[codes.length];
    int i = 0;
    for (int next = 0; next < steps.length; ) {
      for (int left = columns; left > 0; left -= group) {
        float step = steps[next++];
        for (int end = i + Math.min(group, left); i < end; i++) {
          weights[i] = levels[codes[i] & 0xFF] * step + 0f; // no negative zero
        }
      }
    }
    return weights;
  }

  /** With all steps rounded to 16 bits, where these hold the multiples of every one. */
  @Override
  public GroupSteps half() {
    float[] rounded = Levels.half(steps);
    return rounded == null ? this : new GroupSteps(bits, group, columns, rounded);
  }

  @Override
  public GroupSteps part(Segment segment, long rowLength) {
    Shape shape = segment.shape();
    // Where a row is cut, it is so between groups: both lengths are powers of two.
    long row = rowLength == 0 ? 0 : segment.offset() / rowLength;
    long before = segment.offset() - row * rowLength;
    int first = Math.toIntExact(row * inRow(group, columns) + before / group);
    int length = Math.toIntExact(shape.rowLength());
    int count = Math.toIntExact(shape.rows() * inRow(group, length));
    return new GroupSteps(bits, group, length, Arrays.copyOfRange(steps, first, first + count));
  }

  @Override
  public Codebook whole(Shape shape, List<Codebook> parts) {
    int length = Math.toIntExact(shape.rowLength());
    float[] all = new float[Math.toIntExact(shape.rows() * inRow(group, length))];
    int next = 0;
    for (Codebook codebook : parts) {
      // Of other groups there may be any number; they are found not to be a part of this.
      if (codebook instanceof GroupSteps part && part.steps.length <= all.length - next) {
        System.arraycopy(part.steps, 0, all, next, part.steps.length);
        next += part.steps.length;
      }
    }
    return new GroupSteps(bits, group, length, all);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof GroupSteps that
        && bits == that.bits
        && group == that.group
        && columns == that.columns
        && Arrays.equals(steps, that.steps);
  }

  @Override
  public int hashCode() {
    return 31 * group + Arrays.hashCode(steps);
  }
}
