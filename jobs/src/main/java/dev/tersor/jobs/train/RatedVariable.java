package dev.tersor.jobs.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.tersor.core.quantize.CodebookFitter;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Shape;
import java.util.Arrays;

/**
 * Weights that are trained with what their codes cost in the loss. With the weights w of all coded
 * tensors, N of them, their codes c and a price p the loss is
 *
 * <pre>L = E(q(c)) + p B(w) / N,    c = argmin sum (w - q(c))^2 + lambda bits(c)</pre>
 *
 * where E is what is trained for otherwise, q(c) are the numbers that the network computes with,
 * and B the sum of {@link CodePrices}. Codes are given anew many times an epoch, by the fitter and
 * its lambda: squared error plus lambda times {@code -log2 p} of an adaptive model with contexts
 * (entropy-constrained quantisation: Chou, Lookabaugh and Gray 1989; for networks in training
 * Wiedemann, Marban, Müller and Samek, "Entropy-Constrained Training of Deep Neural Networks",
 * 2018, and Becking et al., "ECQx", 2021, section 3). Gradients of E go through q to the weights as
 * they are (straight through; Bengio, Léonard and Courville 2013), and to the levels as {@link
 * LevelNumbers} says. Until codes are given anew the network computes with q and how far weights
 * have moved since, so that gradients are not those of a place long left. Those of B pull weights
 * to cheaper levels. That B is linear between levels is of this project: what is rounded has a
 * slope there as the noise of Ballé, Laparra and Simoncelli, "End-to-end optimized image
 * compression", 2017, section 3, gives it one.
 *
 * <p>Weights that are zero at the beginning were pruned, and stay so.
 */
final class RatedVariable implements CodedVariable {
  /** A step may shrink to so much of what it was in the beginning. */
  private static final float LEAST = 1f / 64;

  private final NDArray value;
  private final SegmentCodes segments;
  private final double price;

  private final float[] weights;
  private final float[] levels;
  private final float[] velocities;
  private final boolean[] isPruned;
  private final float sign;
  private final float least;
  private Codebook codebook;
  private final byte[] codes;
  private final float[] coded;

  /** What the network computes with less the weights behind it, as codes were given last. */
  private final float[] offsets;

  private final float[] seen;
  private CodePrices prices;

  /**
   * @param fitter that gives codes, its lambda chosen
   * @param codebook that it has fitted
   * @param price loss that a bit costs
   */
  RatedVariable(
      NDManager manager,
      Shape shape,
      float[] weights,
      CodebookFitter fitter,
      Codebook codebook,
      double price) {
    this.price = price;
    this.weights = weights.clone();
    this.codebook = codebook;
    this.levels = LevelNumbers.of(codebook);
    boolean isStep = levels.length == 1;
    this.sign = isStep ? Math.signum(levels[0]) : 1;
    this.least = isStep ? LEAST * Math.abs(levels[0]) : Float.NEGATIVE_INFINITY;
    this.velocities = new float[weights.length + levels.length];
    this.isPruned = new boolean[weights.length];
    for (int i = 0; i < weights.length; i++) {
      isPruned[i] = weights[i] == 0;
    }
    this.segments = new SegmentCodes(fitter, shape);
    this.codes = new byte[weights.length];
    this.coded = new float[weights.length];
    this.offsets = new float[weights.length];
    this.seen = new float[weights.length];
    this.value = manager.create(Torch.shape(shape));
    assign();
    value.setRequiresGradient(true);
  }

  @Override
  public void assign() {
    sort();
    segments.assign(weights, codebook, codes);
    segments.decode(codes, codebook, coded);
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = coded[i] - weights[i];
    }
    value.set(coded);
    prices = new CodePrices(codes, coded);
  }

  /** Codes are given to centroids that ascend: where some passed each other, they change codes. */
  private void sort() {
    for (int i = 1; i < levels.length; i++) {
      for (int at = i; at > 0 && levels[at - 1] > levels[at]; at--) {
        swap(levels, at - 1, at);
        swap(velocities, weights.length + at - 1, weights.length + at);
      }
    }
    codebook = LevelNumbers.with(codebook, levels);
  }

  private static void swap(float[] numbers, int one, int other) {
    float number = numbers[one];
    numbers[one] = numbers[other];
    numbers[other] = number;
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
    double[] ofLevels = LevelNumbers.gradients(codebook, levels, codes, gradients, coded);
    for (int i = 0; i < weights.length; i++) {
      if (!isPruned[i]) {
        double gradient = gradients[i] + price * prices.slope(weights[i]) + decay * weights[i];
        velocities[i] = momentum * velocities[i] - rate * (float) gradient;
        weights[i] += velocities[i];
        if (!Float.isFinite(weights[i])) {
          throw new DivergedException(
              "a weight is " + weights[i] + "; try a smaller rate in share than " + rate);
        }
      }
    }
    for (int i = 0; i < levels.length; i++) {
      int of = weights.length + i;
      velocities[of] = momentum * velocities[of] - rate * (float) ofLevels[i];
      levels[i] = sign * Math.max(least, sign * (levels[i] + velocities[of]));
    }
    for (int i = 0; i < seen.length; i++) {
      seen[i] = isPruned[i] ? 0 : offsets[i] + weights[i];
    }
    value.set(seen);
  }

  @Override
  public Codebook codebook() {
    return codebook;
  }

  @Override
  public byte[] codes() {
    return codes.clone();
  }

  /** The weights behind the codes, and then the numbers of the levels. */
  @Override
  public float[] numbers() {
    float[] numbers = Arrays.copyOf(weights, weights.length + levels.length);
    System.arraycopy(levels, 0, numbers, weights.length, levels.length);
    return numbers;
  }

  @Override
  public float[] velocities() {
    return velocities.clone();
  }

  @Override
  public void set(float[] numbers, float[] newVelocities) {
    System.arraycopy(numbers, 0, weights, 0, weights.length);
    System.arraycopy(numbers, weights.length, levels, 0, levels.length);
    System.arraycopy(newVelocities, 0, velocities, 0, velocities.length);
    assign();
  }
}
