package dev.tersor.jobs.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.tersor.core.quantize.CodebookFitter;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Shape;

/**
 * Weights that are trained behind their codes. In each step a codebook is fitted to the weights w
 * anew, the network computes with what their codes stand for, q(w), and the gradient at q(w) goes
 * to w as it is, as if q were the identity (straight through; Bengio, Léonard and Courville 2013,
 * section 4). With {@code binary} that is Binary-Weight-Networks (Rastegari et al. 2016, XNOR-Net,
 * section 3.1), with {@code ternary} Ternary Weight Networks (Li, Zhang and Liu 2016, algorithm 1).
 *
 * <p>Weights are clipped at {@value #REACH} root mean squares of what they were in the beginning
 * (Courbariaux, Bengio and David 2015, BinaryConnect, section 2.4, clip at 1): further out nothing
 * of what is computed would change but the scale that others share. A clipped weight comes back as
 * soon as its gradient says so.
 *
 * <p>What is computed follows from the weights alone, so that a snapshot of these and of their
 * velocities is all that training goes on from. Weights that are zero at the beginning were pruned,
 * and stay so where the codebook keeps the zero.
 */
final class StraightThroughVariable implements CodedVariable {
  private static final float REACH = 3;

  private final NDArray value;
  private final Shape shape;
  private final CodebookFitter fitter;
  private final int bits;
  private final long seed;
  private final SegmentCodes segments;

  private final float[] weights;
  private final float[] velocities;
  private final boolean[] isPruned;
  private final float bound;
  private final byte[] codes;
  private final float[] coded;
  private Codebook codebook;

  /**
   * @param fitter that has no target
   * @param bits of a code, as it takes them
   * @param seed of fitters that draw
   */
  StraightThroughVariable(
      NDManager manager, Shape shape, float[] weights, CodebookFitter fitter, int bits, long seed) {
    this.shape = shape;
    this.fitter = fitter;
    this.bits = bits;
    this.seed = seed;
    this.segments = new SegmentCodes(fitter, shape);
    this.weights = weights.clone();
    this.velocities = new float[weights.length];
    this.codes = new byte[weights.length];
    this.coded = new float[weights.length];
    this.bound = REACH * rootMeanSquare(weights);
    this.value = manager.create(Torch.shape(shape));
    quantise();
    this.isPruned = new boolean[weights.length];
    for (int i = 0; i < weights.length; i++) {
      isPruned[i] = weights[i] == 0 && codebook.keepsZero();
    }
    value.setRequiresGradient(true);
  }

  /** Of the weights that are not zero. */
  private static float rootMeanSquare(float[] weights) {
    double squares = 0;
    int count = 0;
    for (float weight : weights) {
      squares += (double) weight * weight;
      count += weight != 0 ? 1 : 0;
    }
    return count == 0 ? 0 : (float) Math.sqrt(squares / count);
  }

  private void quantise() {
    codebook = fitter.fit(shape, weights, bits, seed);
    segments.assign(weights, codebook, codes);
    segments.decode(codes, codebook, coded);
    value.set(coded);
  }

  @Override
  public NDArray value() {
    return value;
  }

  @Override
  public void step(float rate, float momentum, float decay) {
    float[] gradients;
    try (NDArray gradient = value.getGradient()) {
      gradients = gradient.toFloatArray();
    }
    Torch.zeroGradient(value);
    for (int i = 0; i < weights.length; i++) {
      if (isPruned[i]) {
        continue;
      }
      velocities[i] = momentum * velocities[i] - rate * (gradients[i] + decay * weights[i]);
      float moved = weights[i] + velocities[i];
      if (!Float.isFinite(moved)) {
        throw new DivergedException(
            "a weight is " + moved + "; try a smaller rate in share than " + rate);
      }
      weights[i] = Math.max(-bound, Math.min(bound, moved));
    }
    quantise();
  }

  @Override
  public Codebook codebook() {
    return codebook;
  }

  @Override
  public byte[] codes() {
    return codes.clone();
  }

  /** The weights behind the codes. */
  @Override
  public float[] numbers() {
    return weights.clone();
  }

  @Override
  public float[] velocities() {
    return velocities.clone();
  }

  @Override
  public void set(float[] numbers, float[] newVelocities) {
    System.arraycopy(numbers, 0, weights, 0, weights.length);
    System.arraycopy(newVelocities, 0, velocities, 0, velocities.length);
    quantise();
  }
}
