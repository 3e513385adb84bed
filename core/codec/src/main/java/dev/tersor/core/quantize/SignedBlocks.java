package dev.tersor.core.quantize;

import dev.tersor.core.tensor.Elements;
import dev.tersor.core.tensor.Runs;
import dev.tersor.core.tensor.Scaled;
import dev.tersor.core.tensor.Shape;
import java.util.OptionalInt;

/**
 * GGUF's q6_k: {@code w = (d s) q} with q in -32..31, s in -128..127 for each group of 16 weights
 * of a row, and d of 16 bits for each 256.
 *
 * <p>The scale of a group is a least-squares fit, as ggml's reference quantiser makes it: errors
 * count by the square of the weight; the levels of 19 trial scales, which bring the weight of
 * largest magnitude to -31.1 to -32.9 steps, are fitted, and the one of least error is taken. Its
 * codes are the nearest levels of what is stored.
 */
record SignedBlocks() implements CodebookFitter {
  private static final int GROUP = 16;
  private static final int BITS = 6;
  private static final int LOWEST = 32;
  private static final int TRIALS = 9;

  /** Weights and scales below are none. */
  private static final float LEAST = 1e-15f;

  @Override
  public String name() {
    return "q6_k";
  }

  @Override
  public OptionalInt width() {
    return OptionalInt.of(BITS);
  }

  @Override
  public int values(int bits) {
    return 1 << bits;
  }

  @Override
  public boolean isShared() {
    return false;
  }

  @Override
  public long span(Shape shape) {
    return Math.min(GROUP, shape.rowLength());
  }

  @Override
  public Scaled fit(Points survivors, int bits, long seed) {
    checkBits(bits);
    float[] weights = SuperBlocks.weights(survivors);
    float furthest = Extent.of(survivors).furthest();
    return of(
        Runs.groups(GROUP, GROUP), new float[] {scale(weights, 0, weights.length, furthest)}, 1);
  }

  @Override
  public Scaled fit(Shape shape, float[] weights, int bits, long seed) {
    checkBits(bits);
    Runs groups = Runs.groups(GROUP, shape.rowLength());
    float[] scales = new float[groups.count(shape)];
    Scaled.forEachRun(
        groups,
        weights.length,
        shape.rowLength(),
        (run, from, to) ->
            scales[run] = scale(weights, from, to, Extent.of(weights, from, to).furthest()));
    int blocks = Runs.groups(SuperBlocks.SIZE, shape.rowLength()).count(shape);
    return of(groups, scales, blocks);
  }

  private static Scaled of(Runs groups, float[] scales, int blocks) {
    for (int group = 0; group < scales.length; group++) {
      scales[group] = Math.abs(scales[group]) < LEAST ? 0 : scales[group];
    }
    return new Scaled(Elements.INTEGER, BITS, SuperBlocks.signed(groups, scales, blocks));
  }

  /**
   * The scale of weights in [from, to).
   *
   * @param furthest the one of largest magnitude
   */
  private static float scale(float[] weights, int from, int to, float furthest) {
    if (Math.abs(furthest) < LEAST) {
      return 0;
    }
    float divisor = SuperBlocks.divisor(furthest);
    float best = 0;
    float scale = 0;
    for (int trial = 0; trial <= 2 * TRIALS; trial++) {
      // The plain one first, which others must beat, and then from the smallest scale up.
      int offset = trial == 0 ? 0 : trial <= TRIALS ? trial - TRIALS - 1 : trial - TRIALS;
      float perScale = -(LOWEST + 0.1f * offset) / (furthest / divisor);
      float mixed = 0;
      float second = 0;
      for (int i = from; i < to; i++) {
        float x = weights[i] / divisor;
        int level = (int) Math.rint(perScale * x);
        level = Math.max(-LOWEST, Math.min(LOWEST - 1, level));
        mixed += x * x * x * level;
        second += x * x * level * level;
      }
      if (second > 0 && (trial == 0 || mixed * mixed > best * second)) {
        scale = mixed / second;
        best = scale * mixed;
      }
    }
    return scale * divisor;
  }
}
