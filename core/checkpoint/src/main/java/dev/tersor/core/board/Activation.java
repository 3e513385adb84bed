package dev.tersor.core.board;

import dev.tersor.core.tensor.Shape;

/**
 * Values between two steps of a network; steps that change values in place leave the same one.
 *
 * @param id the place among all of the network
 * @param size numbers
 */
record Activation(int id, int size) {
  static Activation of(int id, long[] dims) {
    return new Activation(id, Math.toIntExact(Shape.of(dims).size()));
  }
}
