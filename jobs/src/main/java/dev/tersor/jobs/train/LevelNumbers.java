package dev.tersor.jobs.train;

import dev.tersor.core.tensor.Centroids;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Step;
import dev.tersor.core.tensor.Trellis;

/**
 * The numbers that a codebook's levels are made of, which training moves: its centroids, or the one
 * step of uniform levels and of dependent quantisation.
 */
final class LevelNumbers {
  private LevelNumbers() {}

  /**
   * The numbers.
   *
   * @throws IllegalArgumentException if the codebook has none that training moves
   */
  static float[] of(Codebook codebook) {
    if (codebook instanceof Step uniform) {
      return new float[] {uniform.step()};
    }
    if (codebook instanceof Trellis trellis) {
      return new float[] {trellis.step()};
    }
    if (codebook instanceof Centroids centroids) {
      return centroids.centroids();
    }
    throw new IllegalArgumentException(
        codebook.getClass().getSimpleName()
            + ": training moves a step or the centroids of a whole tensor");
  }

  /**
   * The codebook with other numbers.
   *
   * @throws DivergedException if they are no numbers any more
   */
  static Codebook with(Codebook codebook, float[] numbers) {
    for (float number : numbers) {
      if (!Float.isFinite(number)) {
        throw new DivergedException(
            "a level of the codebook is " + number + "; try a smaller rate in share");
      }
    }
    if (codebook instanceof Step uniform) {
      return new Step(uniform.bits(), numbers[0]);
    }
    if (codebook instanceof Trellis trellis) {
      return new Trellis(trellis.machine(), trellis.bits(), numbers[0]);
    }
    float[] levels = numbers.clone();
    for (int i = 0; i < levels.length; i++) {
      // A centroid that training brought to zero is not the pruned weights' zero.
      levels[i] = levels[i] == 0 ? Float.MIN_VALUE : levels[i];
    }
    return new Centroids(codebook.bits(), levels);
  }

  /**
   * How each number goes with its weights: the least-squares fit of numbers to weights that move by
   * their gradients g. With J what a weight changes with the number, 1 of a centroid and so many
   * steps of a step, that is the sum of J g over the sum of J squared: the gradient of Deep
   * Compression's equation 3, in a measure in which one rate serves weights and levels.
   *
   * @param gradients of the weights as the codes say them
   * @param values what the codes stand for
   */
  static double[] gradients(
      Codebook codebook, float[] numbers, byte[] codes, float[] gradients, float[] values) {
    double[] sums = new double[numbers.length];
    double[] squares = new double[numbers.length];
    boolean isStep = !(codebook instanceof Centroids);
    for (int i = 0; i < codes.length; i++) {
      int code = codes[i] & 0xFF;
      if (code != 0) {
        int of = isStep ? 0 : code - 1;
        double change = isStep ? (double) values[i] / numbers[0] : 1;
        sums[of] += change * gradients[i];
        squares[of] += change * change;
      }
    }
    for (int i = 0; i < sums.length; i++) {
      sums[i] = squares[i] == 0 ? 0 : sums[i] / squares[i];
    }
    return sums;
  }
}
