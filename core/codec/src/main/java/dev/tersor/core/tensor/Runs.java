package dev.tersor.core.tensor;

import java.io.Serializable;

/**
 * Which weights of a tensor share a number. Runs are counted row after row.
 *
 * @param unit what a run is
 * @param size weights of a group, a power of two in 2..{@value GroupSteps#MAX_GROUP}; else 0
 * @param columns weights of a row of the tensor, which groups and segments are found by; else 0
 */
public record Runs(Unit unit, int size, int columns) implements Serializable {
  /** What shares a number. */
  public enum Unit {
    /** All weights. */
    TENSOR,
    /** Those of a row. */
    ROW,
    /** So many consecutive ones of a row; the last ones of a row may be fewer. */
    GROUP,
    /** Those of a {@link Segment} of the tensor, which most tensors are one of. */
    SEGMENT
  }

  public Runs {
    if (unit == Unit.GROUP) {
      GroupSteps.checkGroup(size);
    }
  }

  /** One for all weights. */
  public static Runs tensor() {
    return new Runs(Unit.TENSOR, 0, 0);
  }

  /** One for each row. */
  public static Runs rows() {
    return new Runs(Unit.ROW, 0, 0);
  }

  /** One for each group of a row of so many weights. */
  public static Runs groups(int size, long columns) {
    return new Runs(Unit.GROUP, size, Math.toIntExact(columns));
  }

  /** One for each segment. */
  public static Runs segments(long columns) {
    return new Runs(Unit.SEGMENT, 0, Math.toIntExact(columns));
  }

  /** The same of a tensor with rows of another length. */
  Runs ofRows(long rowLength) {
    return unit == Unit.TENSOR || unit == Unit.ROW
        ? this
        : new Runs(unit, size, Math.toIntExact(rowLength));
  }

  /** How many there are in a tensor of that shape, whose rows must be as long as these. */
  public int count(Shape shape) {
    return switch (unit) {
      case TENSOR -> 1;
      case ROW -> Math.toIntExact(shape.rows());
      case GROUP -> Math.toIntExact(shape.rows() * inRow());
      case SEGMENT ->
          shape.size() <= Segment.MAX_WEIGHTS
              ? 1
              : 1 + of(Math.toIntExact(shape.rows() - 1), Math.toIntExact(shape.rowLength() - 1));
    };
  }

  /** Groups of a row. */
  private int inRow() {
    return GroupSteps.inRow(size, columns);
  }

  /** The number of the run that a weight is in. Of a tensor of one segment, all are in run 0. */
  public int of(int row, int column) {
    return switch (unit) {
      case TENSOR -> 0;
      case ROW -> row;
      case GROUP -> row * inRow() + column / size;
      // As Segment.cut does: between rows, or each row by itself.
      case SEGMENT ->
          columns <= Segment.MAX_WEIGHTS
              ? row / (Segment.MAX_WEIGHTS / Math.max(1, columns))
              : row * GroupSteps.inRow(Segment.MAX_WEIGHTS, columns) + column / Segment.MAX_WEIGHTS;
    };
  }

  /** The row in which a run begins. */
  private int row(int run) {
    return switch (unit) {
      case TENSOR, SEGMENT -> 0;
      case ROW -> run;
      case GROUP -> run / inRow();
    };
  }

  /** The column at which a run begins. */
  private int column(int run) {
    return unit == Unit.GROUP ? run % inRow() * size : 0;
  }

  /** The number of the larger run that one of these lies in. */
  public int within(int run, Runs larger) {
    return larger.of(row(run), column(run));
  }

  /** The first run of a part of the tensor; its runs are those that follow. */
  int first(Segment segment, long rowLength) {
    long row = rowLength == 0 ? 0 : segment.offset() / rowLength;
    int column = Math.toIntExact(segment.offset() - row * rowLength);
    return unit == Unit.SEGMENT ? segment.index() : of(Math.toIntExact(row), column);
  }
}
