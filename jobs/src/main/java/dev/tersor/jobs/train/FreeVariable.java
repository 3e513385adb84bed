package dev.tersor.jobs.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.tersor.core.tensor.Shape;

/** Numbers of their own each, or zero where a mask says so. */
final class FreeVariable implements Variable {
  private final NDArray value;
  private final NDArray velocity;
  private final boolean decays;
  private NDArray mask;

  /**
   * @param decays whether weight decay pulls it to zero
   */
  FreeVariable(NDManager manager, Shape shape, float[] value, boolean decays) {
    this.value = manager.create(value, Torch.shape(shape));
    this.velocity = manager.zeros(Torch.shape(shape));
    this.value.setRequiresGradient(true);
    this.decays = decays;
  }

  @Override
  public NDArray value() {
    return value;
  }

  @Override
  public float[] numbers() {
    return value.toFloatArray();
  }

  @Override
  public float[] velocities() {
    return velocity.toFloatArray();
  }

  @Override
  public void set(float[] numbers, float[] velocities) {
    value.set(numbers);
    velocity.set(velocities);
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
   * Takes what is of no use any more, beside what is masked.
   *
   * @param alive 0 where a value goes
   */
  void remove(float[] alive) {
    if (mask == null) {
      mask(alive);
      return;
    }
    try (NDArray factor = value.getManager().create(alive, value.getShape())) {
      mask.muli(factor);
    }
    apply(mask);
  }

  @Override
  public void step(float rate, float momentum, float decay) {
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
