package dev.tersor.core.model;

import dev.tersor.core.tensor.Shape;

/**
 * A parameter of a graph.
 *
 * @param name as in the checkpoint
 */
public record Parameter(String name, Shape shape, Role role) {
  /** What a parameter does in its layer. */
  public enum Role {
    WEIGHT(true),
    BIAS(true),
    SCALE(true),
    SHIFT(true),
    MEAN(false),
    VARIANCE(false);

    private final boolean trained;

    Role(boolean trained) {
      this.trained = trained;
    }

    /** Whether gradients change it; else it is a statistic of the activations. */
    public boolean isTrained() {
      return trained;
    }
  }
}
