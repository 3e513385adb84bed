package dev.tersor.core.index;

import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;

/**
 * Turns a sparse tensor into streams and back. Implementations have no state.
 *
 * <p>{@code N} is the number of weights, {@code nnz} the number of non-zeros, {@code b} the bits of
 * a code in the javadoc of the schemes; the sizes there are those of packed streams.
 */
public interface IndexScheme {
  /** Name of the stream of codes that every scheme has. */
  String VALUES = "values";

  /** The name in recipes and containers: lower-case letters, digits and dashes. */
  String name();

  Access access();

  /** Whether tensors of any shape can be held; a scheme that cannot is taken only by name. */
  default boolean isGeneral() {
    return true;
  }

  /**
   * @throws IllegalArgumentException if this scheme cannot hold a tensor of that shape
   */
  Split split(Codes codes);

  /**
   * The inverse of {@link #split}.
   *
   * @param shape the tensor's
   * @param bits width of a code
   * @return a code for each weight
   * @throws dev.tersor.core.bits.MalformedInputException if the streams are not those of such a
   *     tensor; the position is a symbol's in the stream that the message names
   */
  byte[] join(Shape shape, int bits, Split split);
}
