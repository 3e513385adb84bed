package dev.tersor.jobs.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.tersor.core.tensor.Centroids;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Shape;

/**
 * Weights that share the centroids of a codebook. The gradient of a centroid is the sum of those of
 * its weights (Deep Compression, equation 3). That sum is taken here: PyTorch's scatters one number
 * at a time, and takes longer than the rest of a step.
 */
final class SharedVariable implements CodedVariable {
  private final NDArray value;
  private final Codebook.OfTensor codebook;
  private final byte[] codes;
  private final float[] centroids;
  private final float[] velocities;
  private final float[] looked;

  SharedVariable(NDManager manager, Shape shape, Codebook.OfTensor codebook, byte[] codes) {
    this.codebook = codebook;
    this.codes = codes;
    this.centroids = new float[codebook.size()];
    this.velocities = new float[codebook.size()];
    this.looked = new float[codes.length];
    for (int code = 0; code < centroids.length; code++) {
      centroids[code] = codebook.value(code);
    }
    this.value = manager.create(Torch.shape(shape));
    look();
    value.setRequiresGradient(true);
  }

  private void look() {
    for (int i = 0; i < looked.length; i++) {
      looked[i] = centroids[codes[i] & 0xFF];
    }
    value.set(looked);
  }

  @Override
  public NDArray value() {
    return value;
  }

  @Override
  public void step(float rate, float momentum, float decay) {
    double[] sums = new double[centroids.length];
    try (NDArray gradient = value.getGradient()) {
      float[] gradients = gradient.toFloatArray();
      for (int i = 0; i < gradients.length; i++) {
        sums[codes[i] & 0xFF] += gradients[i];
      }
    }
    Torch.zeroGradient(value);
    // Code 0 is the pruned weights' zero, which stays one.
    for (int code = 1; code < centroids.length; code++) {
      velocities[code] = momentum * velocities[code] - rate * (float) sums[code];
      centroids[code] += velocities[code];
    }
    look();
  }

  /** The codebook as it is now; a uniform one is a table once its levels have moved. */
  @Override
  public Codebook.OfTensor codebook() {
    int used = 0;
    boolean moved = false;
    for (int code = 1; code < centroids.length; code++) {
      used = codebook.value(code) == 0 ? used : code;
      moved |= centroids[code] != codebook.value(code);
    }
    if (!moved) {
      return codebook;
    }
    float[] trained = new float[used];
    for (int i = 0; i < used; i++) {
      // A centroid that training brought to zero is not the pruned weights' zero.
      trained[i] = centroids[i + 1] == 0 ? Float.MIN_VALUE : centroids[i + 1];
    }
    return new Centroids(codebook.bits(), trained);
  }

  @Override
  public byte[] codes() {
    return codes;
  }

  @Override
  public float[] numbers() {
    return centroids.clone();
  }

  @Override
  public float[] velocities() {
    return velocities.clone();
  }

  @Override
  public void set(float[] numbers, float[] newVelocities) {
    System.arraycopy(numbers, 0, centroids, 0, centroids.length);
    System.arraycopy(newVelocities, 0, velocities, 0, velocities.length);
    look();
  }
}
