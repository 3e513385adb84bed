package dev.tersor.jobs.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/** The loss of a batch, its mean over the images. */
final class CrossEntropy {
  private CrossEntropy() {}

  /**
   * Of scores against labels.
   *
   * @param scores batch x classes, before any softmax
   */
  static NDArray of(NDManager scratch, NDArray scores, long[] labels) {
    int classes = Math.toIntExact(scores.getShape().get(1));
    float[] targets = new float[labels.length * classes];
    for (int i = 0; i < labels.length; i++) {
      targets[i * classes + Math.toIntExact(labels[i])] = 1;
    }
    NDArray oneHot = scratch.create(targets, new Shape(labels.length, classes));
    return of(scratch, scores.logSoftmax(1), oneHot);
  }

  /** Of logarithms of probabilities against the ones wanted. */
  static NDArray of(NDManager scratch, NDArray logProbabilities, NDArray targets) {
    long samples = logProbabilities.getShape().get(0);
    return logProbabilities.mul(targets).sum().div(Torch.number(scratch, (float) -samples));
  }
}
