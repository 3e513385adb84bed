package dev.tersor.core.tensor;

/**
 * The symmetric uniform codebook of a tensor: a code stands for so many steps as its {@link Levels
 * level} says.
 *
 * @param bits 1 to 8
 * @param step distance of two levels, all of which must be finite; negative with one bit only
 */
public record Step(int bits, float step) implements Codebook.OfTensor {
  public Step {
    Levels.checkBits(bits);
    Levels.check(bits, step);
  }

  @Override
  public boolean keepsZero() {
    return true;
  }

  @Override
  public float value(int code) {
    return Levels.of(bits, code) * step + 0f; // no negative zero
  }

  /** With the step rounded to 16 bits, where these hold all its multiples. */
  @Override
  public Step half() {
    float[] rounded = Levels.half(step);
    return rounded == null ? this : new Step(bits, rounded[0]);
  }
}
