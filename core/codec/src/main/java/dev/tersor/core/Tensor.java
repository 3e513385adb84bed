package dev.tersor.core;

import dev.tersor.core.tensor.Shape;

/**
 * A tensor of weights.
 *
 * @param weights in row-major order
 */
@SuppressWarnings("ArrayRecordComponent") // a tensor's numbers, not copied
public record Tensor(Shape shape, float[] weights) {
  /**
   * @throws IllegalArgumentException if the weights do not fill the shape
   */
  public Tensor {
    if (weights.length != shape.size()) {
      throw new IllegalArgumentException(
          "%d weights do not fill shape %s of %d".formatted(weights.length, shape, shape.size()));
    }
  }
}
