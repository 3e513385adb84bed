package dev.tersor.jobs.train;

import ai.djl.ndarray.NDArray;

/** A tensor that training changes, by stochastic gradient descent with momentum. */
sealed interface Variable permits FreeVariable, CodedVariable {
  /** The tensor that the network computes with; gradients are taken for it. */
  NDArray value();

  /**
   * One step: velocity = momentum * velocity - rate * (gradient + decay * number), and each number
   * moves by its velocity. The gradient is then zero again.
   */
  void step(float rate, float momentum, float decay);

  /** Gives weights that are behind codes their codes anew; of all others nothing changes. */
  default void assign() {}

  /** What is trained: the tensor's values, the centroids, or both. */
  float[] numbers();

  float[] velocities();

  /** Goes back to numbers and velocities of before. */
  void set(float[] numbers, float[] velocities);
}
