package dev.tersor.core.index;

import dev.tersor.core.symbol.Place;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Turns a sparse tensor into streams and back. Implementations have no state.
 *
 * <p>{@code N} is the number of weights, {@code nnz} the number of non-zeros, {@code b} the bits of
 * a code in the javadoc of the schemes; the sizes there are those of packed streams.
 */
public interface IndexScheme {
  /** Name of the stream of codes that every scheme has. */
  String VALUES = "values";

  /** What {@link SharedWork#ofCodes} knows the stream of the codes of all weights by. */
  String ALL_CODES = "codes of all weights";

  /**
   * The name in recipes and containers: lower-case letters, digits and dashes, and then, where
   * parameters differ from those that the name alone means, {@code (parameter=value,...)}.
   */
  String name();

  /**
   * This scheme with other parameters.
   *
   * @throws IllegalArgumentException naming the parameter, the value and what was expected
   */
  default IndexScheme with(Map<String, String> parameters) {
    if (parameters.isEmpty()) {
      return this;
    }
    throw new IllegalArgumentException(
        name() + " has no parameter '" + parameters.keySet().iterator().next() + "'");
  }

  Access access();

  /** The version of containers since which the streams have the layout of {@link #split}. */
  default int since() {
    return 1;
  }

  /**
   * This scheme with the layout that its streams have in containers of a version; of the same name.
   */
  default IndexScheme asOf(int version) {
    return this;
  }

  /** Whether tensors of any shape can be held; a scheme that cannot is taken only by name. */
  default boolean isGeneral() {
    return true;
  }

  /** Whether it stores a code for every weight, zeros included, and so no positions. */
  default boolean isDense() {
    return false;
  }

  /**
   * Checks what a scheme without positions stores beside the values.
   *
   * @param index all streams but the values
   * @throws dev.tersor.core.bits.MalformedInputException if it is not that of such a tensor
   */
  default void checkIndex(Shape shape, Split index) {}

  /**
   * Whether values are stored in order of their positions, so that where the positions are found
   * their values are as well.
   */
  default boolean isInOrder() {
    return true;
  }

  /**
   * Where the symbols of a stream lie in a tensor, for coders that know of it.
   *
   * @param stream its name
   * @param shape of the tensor
   * @return {@link Place#UNKNOWN} of a stream whose symbols do not follow the tensor's weights
   */
  default Place place(String stream, Role role, Shape shape) {
    return Place.UNKNOWN;
  }

  /** How the streams say where codes are. */
  default StoredForm form() {
    return new StoredForm.Other();
  }

  /**
   * The streams of a tensor.
   *
   * @throws IllegalArgumentException if this scheme cannot hold a tensor of that shape
   */
  default Split split(Codes codes) {
    return split(codes, new SharedWork());
  }

  /**
   * The same, for whoever splits the tensor by several schemes.
   *
   * @param work what was found by others, and is left to others
   */
  Split split(Codes codes, SharedWork work);

  /**
   * The streams of some of a tensor's non-zeros, as the remainder of another scheme. Joining them
   * gives these codes where they belong, and at any other position a zero or the tensor's code.
   *
   * @param kept their positions, ascending
   */
  default List<Stream> splitSome(int[] kept, Codes codes) {
    byte[] some = new byte[codes.size()];
    for (int position : kept) {
      some[position] = codes.codes()[position];
    }
    return split(new Codes(codes.shape(), some, codes.codebook())).streams();
  }

  /** Names of the distributions that {@link #histogram} counts; most schemes have none. */
  default List<String> histograms() {
    return List.of();
  }

  /**
   * How often each value of a distribution occurs that this scheme's size rests on.
   *
   * @param histogram one of {@link #histograms}
   * @throws IllegalArgumentException if it is not
   */
  default SortedMap<Integer, Long> histogram(String histogram, Codes codes) {
    throw new IllegalArgumentException(
        name() + " has no histogram '" + histogram + "', it has " + histograms());
  }

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
