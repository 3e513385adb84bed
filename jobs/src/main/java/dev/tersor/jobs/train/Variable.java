package dev.tersor.jobs.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.tersor.core.tensor.Shape;

/** An array that training changes, with the momentum of stochastic gradient descent. */
final class Variable {
  private final NDArray value;
  private final NDArray velocity;
  private final boolean decays;
  private NDArray mask;

  /**
   * @param decays whether weight decay pulls it to zero
   */
  Variable(NDManager manager, Shape shape, float[] value, boolean decays) {
    this.value = manager.create(value, Torch.shape(shape));
    this.velocity = manager.zeros(Torch.shape(shape));
    this.value.setRequiresGradient(true);
    this.decays = decays;
  }

  NDArray value() {
    return value;
  }

  float[] velocity() {
    return velocity.toFloatArray();
  }

  void set(float[] newValue, float[] newVelocity) {
    value.set(newValue);
    velocity.set(newVelocity);
  }

  /**
   * Keeps some places at zero from now on.
   *
   * @param kept 1 where a value stays, 0 where it is zero
   */
  void mask(float[] kept) {
    if (mask != null) {
      mask.close();
    }
    mask = value.getManager().create(kept, value.getShape());
    apply(mask);
  }

  /**
   * One step: velocity = momentum * velocity - rate * (gradient + decay * value), and value moves
   * by it.
   */
  void step(float rate, float momentum, float decay) {
    try (NDArray gradient = value.getGradient()) {
      value
          .getNDArrayInternal()
          .sgdUpdate(
              new NDList(value, gradient, velocity),
              new NDList(value),
              rate,
              decays ? decay : 0,
              1,
              -1,
              momentum,
              false);
    }
    Torch.zeroGradient(value);
    if (mask != null) {
      apply(mask);
    }
  }

  private void apply(NDArray factor) {
    value.muli(factor);
    velocity.muli(factor);
  }
}
