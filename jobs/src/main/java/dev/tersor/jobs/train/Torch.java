package dev.tersor.jobs.train;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.tersor.jobs.config.UnavailableException;

/**
 * PyTorch as this package uses it: one thread a task, gradients only where they are asked for.
 * Gradients are asked of PyTorch itself, since DJL's collector allows one at a time in a process,
 * and several tasks train side by side in one.
 */
final class Torch {
  private Torch() {}

  /**
   * Arrays for the calling thread.
   *
   * @throws UnavailableException saying what brings them, if PyTorch or its natives are missing
   */
  static NDManager manager() {
    try {
      Engine.getEngine("PyTorch");
      JniUtils.setNumThreads(1);
      JniUtils.setGradMode(false);
      return NDManager.newBaseManager();
    } catch (LinkageError | RuntimeException e) {
      throw UnavailableException.of(MissingEngine.message(e), e);
    }
  }

  static Shape shape(dev.tersor.core.tensor.Shape shape) {
    return new Shape(shape.dims());
  }

  /**
   * A number to compute with, as long as its manager is open. DJL's operations with a plain number
   * give PyTorch one in Java's memory and let go of it at once; where a gradient needs it later,
   * the garbage collector may have been there before. As a float, since a double would make all
   * that comes of it doubles.
   */
  static NDArray number(NDManager manager, float value) {
    return manager.create(value);
  }

  /** Makes what follows in this thread part of the gradient, or not. */
  static void recording(boolean on) {
    JniUtils.setGradMode(on);
  }

  /** Adds the gradients of a scalar to those of all leaves that it was computed from. */
  static void backward(NDArray loss) {
    try (NDArray one = loss.getManager().ones(new Shape(), DataType.FLOAT32)) {
      JniUtils.backward((PtNDArray) loss, (PtNDArray) one, false, false);
    }
  }

  /** Sets the gradient of a leaf to zero: they would add up. */
  static void zeroGradient(NDArray leaf) {
    JniUtils.zeroGrad((PtNDArray) leaf);
  }
}
