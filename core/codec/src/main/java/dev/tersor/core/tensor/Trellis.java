package dev.tersor.core.tensor;

import java.util.List;

/**
 * Dependent quantisation (Haase et al., "Dependent scalar quantization for neural network
 * compression", ICIP 2020): a code stands for so many steps as its {@link Levels level} and the
 * quantiser of the state say in which the {@link StateMachine} is by then. The first quantiser has
 * the even multiples of the step, level {@code k} stands for {@code 2k} steps; the second one has
 * the odd ones and zero, {@code 2k - sgn(k)} steps. The machine begins each segment in state 0.
 * What a code stands for is not known from its place; code 0 is zero in either quantiser.
 *
 * <p>Example: four states, 3 bits and the step 0.5 give the codes 1 1 0 2 7 (levels 1 1 0 2 -1) the
 * states 0 2 3 3 3 and the values 1, 0.5, 0, 1.5, -0.5.
 *
 * @param machine of 4 or 8 states
 * @param bits 2 to 8
 * @param step half of the distance of two levels of a quantiser, not negative, all of them finite
 */
public record Trellis(StateMachine machine, int bits, float step) implements Codebook {
  /** The fewest bits: a level and its sign. */
  public static final int LEAST_BITS = 2;

  public Trellis {
    if (machine == StateMachine.NONE) {
      throw new IllegalArgumentException("states: 1, expected 4 or 8");
    }
    Levels.checkBits(bits);
    if (bits < LEAST_BITS) {
      throw new IllegalArgumentException("bits " + bits + " outside " + LEAST_BITS + "..8");
    }
    if (!(step >= 0 && Float.isFinite(2 * Levels.limit(bits) * step))) {
      throw new IllegalArgumentException("step " + step + " gives levels that are not finite");
    }
  }

  @Override
  public boolean keepsZero() {
    return true;
  }

  /**
   * @throws UnsupportedOperationException whatever the place: {@link #weights} knows the codes
   *     before
   */
  @Override
  public float value(int row, int column, int code) {
    throw new UnsupportedOperationException("a code of a trellis has no value of its own");
  }

  @Override
  public void check(Shape shape) {
    // Tensors of any shape can have it.
  }

  /** The weights of a segment's codes. */
  @Override
  public float[] weights(Shape shape, byte[] codes) {
    int[] levels = Levels.all(bits);
    float[] weights = new float[codes.length];
    int state = 0;
    for (int i = 0; i < codes.length; i++) {
      int level = levels[codes[i] & 0xFF];
      // No negative zero.
      weights[i] = multiple(machine.quantiser(state), level) * step + 0f;
      state = machine.next(state, level);
    }
    return weights;
  }

  /** With the step rounded to 16 bits, where these hold all its multiples. */
  @Override
  public Trellis half() {
    float[] rounded = Levels.half(step);
    return rounded == null || !Float.isFinite(2 * Levels.limit(bits) * rounded[0])
        ? this
        : new Trellis(machine, bits, rounded[0]);
  }

  @Override
  public Trellis part(Segment segment, long rowLength) {
    return this;
  }

  @Override
  public Trellis whole(Shape shape, List<Codebook> parts) {
    return this;
  }

  /**
   * Steps that a level stands for.
   *
   * @param quantiser 0 or 1
   */
  public static int multiple(int quantiser, int level) {
    return 2 * level - (quantiser == 0 ? 0 : Integer.signum(level));
  }
}
