package dev.tersor.core.quantize;

import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Fits a codebook to the surviving weights of a tensor. Implementations have no state. */
public interface CodebookFitter {
  /**
   * The name in options and tables: lower-case letters, digits, hyphens, underscores and plus
   * signs, and then, where parameters differ from those that the name alone means, {@code
   * (parameter=value,...)}.
   */
  String name();

  /**
   * This fitter with other parameters.
   *
   * @throws IllegalArgumentException naming the parameter, the value and what was expected
   */
  default CodebookFitter with(Map<String, String> parameters) {
    if (parameters.isEmpty()) {
      return this;
    }
    throw new IllegalArgumentException(
        name() + " has no parameter '" + parameters.keySet().iterator().next() + "'");
  }

  /** The one width of codes that there is; empty where they have 1 to 8 bits, as asked for. */
  default OptionalInt width() {
    return OptionalInt.empty();
  }

  /** Whether codes can have so many bits. */
  default boolean takes(int bits) {
    return bits >= 1 && bits <= Byte.SIZE && width().orElse(bits) == bits;
  }

  /**
   * @throws IllegalArgumentException naming the bits and what was expected, if codes cannot have so
   *     many
   */
  default void checkBits(int bits) {
    if (!takes(bits)) {
      throw new IllegalArgumentException(
          "bits: " + bits + ", expected " + bitsText() + " for codebook " + name());
    }
  }

  /** The widths of codes in messages: one, or the first and the last. */
  default String bitsText() {
    return width().isPresent()
        ? Integer.toString(width().getAsInt())
        : (takes(1) ? "1" : "2") + ".." + Byte.SIZE;
  }

  /** Whether codes keep {@linkplain Codebook#keepsZero the zero} that pruned weights have. */
  default boolean keepsZero() {
    return true;
  }

  /**
   * What the error is that this makes small; what it is of more than weights whoever fits knows
   * ({@link Calibration}).
   */
  default ErrorMeasure measure() {
    return ErrorMeasure.WEIGHTS;
  }

  /**
   * Whether training can move what codes stand for: all weights of a tensor share it, and code 0 is
   * the zero.
   */
  default boolean isTrainable() {
    return isShared();
  }

  /** Whether all weights of a tensor share the codebook, whatever the tensor. */
  default boolean isShared() {
    return true;
  }

  /** How many values survivors may have at most, zero among them where they may become zero. */
  default int values(int bits) {
    return (1 << bits) - 1;
  }

  /**
   * Consecutive weights of a tensor that have levels of their own: all of it, those of a row, or
   * those of a group. They are fitted together, and independently of those of other segments.
   */
  default long span(Shape shape) {
    return shape.size();
  }

  /**
   * What is to be reached by choosing lambda, before this can fit; none where it can as it is, and
   * of fitters that do not count bits.
   */
  default Optional<RateTarget> target() {
    return Optional.empty();
  }

  /**
   * This fitter with a lambda, and without a target.
   *
   * @param lambda squared error that a bit is worth
   * @throws UnsupportedOperationException if it does not count bits
   */
  default CodebookFitter at(double lambda) {
    throw new UnsupportedOperationException(name() + " does not count bits");
  }

  /** Whether it counts bits, and so can have a target. */
  default boolean countsBits() {
    return false;
  }

  /**
   * A codebook for all weights of a tensor; where rows or groups have steps of their own, that of
   * the one row or the one whole group whose weights these are.
   *
   * @param survivors the non-zero weights
   * @param bits 1 to 8, as it {@linkplain #takes takes}
   * @param seed for fitters that draw; the same seed gives the same codebook
   */
  Codebook fit(Points survivors, int bits, long seed);

  /**
   * A codebook for a tensor or a part of one.
   *
   * @param weights in row-major order, pruned ones zero
   * @param bits 1 to 8
   */
  default Codebook fit(Shape shape, float[] weights, int bits, long seed) {
    return fit(Points.ofNonZero(weights), bits, seed);
  }

  /** The same with what is known of the weights' errors. */
  default Codebook fit(Shape shape, float[] weights, Calibration known, int bits, long seed) {
    return known.measure() == ErrorMeasure.WEIGHTS
        ? fit(shape, weights, bits, seed)
        : fit(known.points(weights), bits, seed);
  }

  /**
   * A code for each weight of a segment: the nearest, but for fitters that count bits as well.
   *
   * @param weights in row-major order, pruned ones zero; these have code 0 where the codebook keeps
   *     the zero
   * @param codebook that this has fitted, or the part of the segment
   */
  default byte[] codes(Shape shape, float[] weights, Codebook codebook) {
    return Assignment.codes(weights, codebook);
  }

  /**
   * A codebook with what its levels do not reach kept beside them, where that is worth it; most
   * fitters keep nothing.
   *
   * @param weights of a segment in row-major order, pruned ones zero
   * @param codebook that this has fitted, or the part of the segment
   */
  default Codebook withOutliers(float[] weights, Codebook codebook) {
    return codebook;
  }

  /**
   * As {@link #quantise(Shape, float[], Codebook)}, with what is known of the weights' errors.
   *
   * @param known of this segment; of this fitter's {@link #measure}
   * @throws IllegalArgumentException if it is of something else, of other weights, or not finite
   */
  default Codes quantise(Shape shape, float[] weights, Calibration known, Codebook codebook) {
    if (known.measure() != measure()) {
      throw new IllegalArgumentException(
          "%s goes by %s, and is given that of %s"
              .formatted(name(), measure().label(), known.measure().label()));
    }
    return quantise(shape, weights, codebook);
  }

  /** A segment quantised: its codes, by its part of the codebook and what is kept beside it. */
  default Codes quantise(Shape shape, float[] weights, Codebook codebook) {
    Codebook own = withOutliers(weights, codebook);
    return new Codes(shape, codes(shape, weights, own), own);
  }
}
