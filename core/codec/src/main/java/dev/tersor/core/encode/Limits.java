package dev.tersor.core.encode;

import dev.tersor.core.tensor.Shape;

/** What containers and network files hold of a tensor's shape. */
public final class Limits {
  /** The most dimensions. */
  public static final int MAX_RANK = 16;

  private Limits() {}

  /**
   * @throws IllegalArgumentException saying what is expected, if a file cannot hold such a tensor
   */
  public static void check(Shape shape) {
    if (shape.rank() > MAX_RANK) {
      throw new IllegalArgumentException(
          "rank " + shape.rank() + " is above " + MAX_RANK + ", the most that a file holds");
    }
    for (long dim : shape.dims()) {
      if (dim > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "dimension " + dim + " is above " + Integer.MAX_VALUE + ", the most that a file holds");
      }
    }
  }
}
