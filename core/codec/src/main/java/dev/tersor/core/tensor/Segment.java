package dev.tersor.core.tensor;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * A run of a tensor's weights in row-major order: the unit of work, of storage and of random
 * access.
 *
 * @param index 0-based number of the segment in its tensor
 * @param offset first weight
 * @param shape the segment as a tensor of its own; a whole tensor keeps its shape
 */
public record Segment(int index, long offset, Shape shape) implements Serializable {
  /** The most weights that a segment holds. */
  public static final int MAX_WEIGHTS = 1 << 22;

  public int length() {
    return Math.toIntExact(shape.size());
  }

  /**
   * Cuts a tensor into segments of at most {@link #MAX_WEIGHTS} weights on row boundaries; a row
   * that is longer than that is cut within.
   */
  public static List<Segment> cut(Shape shape) {
    return cut(shape, MAX_WEIGHTS);
  }

  static List<Segment> cut(Shape shape, int maxWeights) {
    if (shape.size() <= maxWeights) {
      return List.of(new Segment(0, 0, shape));
    }
    long rowLength = shape.rowLength();
    List<Segment> segments = new ArrayList<>();
    if (rowLength <= maxWeights) {
      long rowsEach = maxWeights / rowLength;
      for (long row = 0; row < shape.rows(); row += rowsEach) {
        long[] dims = shape.dims();
        dims[0] = Math.min(rowsEach, shape.rows() - row);
        segments.add(new Segment(segments.size(), row * rowLength, Shape.of(dims)));
      }
    } else {
      for (long row = 0; row < shape.rows(); row++) {
        for (long at = 0; at < rowLength; at += maxWeights) {
          segments.add(
              new Segment(
                  segments.size(),
                  row * rowLength + at,
                  Shape.of(1, Math.min(maxWeights, rowLength - at))));
        }
      }
    }
    return segments;
  }
}
