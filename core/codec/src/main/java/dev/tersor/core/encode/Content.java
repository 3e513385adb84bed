package dev.tersor.core.encode;

import dev.tersor.core.index.Access;
import dev.tersor.core.index.IndexScheme;
import dev.tersor.core.index.SharedWork;
import dev.tersor.core.index.Split;
import dev.tersor.core.index.Stream;
import dev.tersor.core.symbol.Place;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Floats;
import dev.tersor.core.tensor.Shape;

/**
 * What a container holds of a tensor segment: codes and their codebook, or weights that are not
 * quantised. For whoever encodes and decodes both in the same way.
 */
public sealed interface Content permits CodesContent, FloatsContent {
  static Content of(Codes codes) {
    return new CodesContent(codes);
  }

  static Content of(Floats floats) {
    return new FloatsContent(floats);
  }

  /**
   * What a container of either kind holds.
   *
   * @throws dev.tersor.core.bits.MalformedInputException if anything about it is wrong
   */
  static Content decode(byte[] container) {
    return FloatContainer.isOne(container)
        ? of(FloatContainer.decode(container))
        : of(Container.decode(container));
  }

  /**
   * The recipe of a container of either kind.
   *
   * @throws dev.tersor.core.bits.MalformedInputException if it has no sound header, or names an
   *     unknown scheme or coder
   */
  static Recipe recipe(byte[] container) {
    return FloatContainer.isOne(container)
        ? FloatContainer.recipe(container)
        : Container.recipe(container);
  }

  /**
   * What the bytes of a container of either kind are for. Only its header is read.
   *
   * @throws dev.tersor.core.bits.MalformedInputException if it has no sound header, or another
   *     length than that says
   */
  static Parts parts(byte[] container) {
    Header.Form form = FloatContainer.isOne(container) ? Header.Form.FLOATS : Header.Form.CODES;
    return Header.read(container, form).parts(container);
  }

  Shape shape();

  /** Bits of a weight where it is stored densely: of a code, or of a number. */
  int bits();

  /** Weights that are not zero; their positions are found once, and then shared by all schemes. */
  int nonZeros();

  /** Share of weights that are pruned; not a number where there are none. */
  default double sparsity() {
    return 1 - nonZeros() / (double) shape().size();
  }

  /** One-bit or wider codes, 0 where a weight is pruned: what schemes count distributions of. */
  Codes codes();

  /** The weights that this stands for. */
  float[] weights();

  Floor floor();

  /** Whether the streams of a scheme can be those of it: what a scheme leaves out is zero. */
  default boolean isFor(IndexScheme scheme) {
    return true;
  }

  /** How weights are found in a recipe. */
  Access access(Recipe recipe);

  /**
   * The streams that a scheme makes of it, which several coders share.
   *
   * @param work what was found of it
   */
  Split split(IndexScheme scheme, SharedWork work);

  /**
   * @param work that it was split with
   */
  Encoded encode(Recipe recipe, Split split, SharedWork work);

  /** Where a stream of a scheme lies in it. */
  Place place(IndexScheme scheme, Stream stream);

  /** A copy of the dense codes or numbers in memory, which is the least that decoding does. */
  Object copy();

  /** Bytes of a {@link #copy}. */
  int copyBytes();
}
