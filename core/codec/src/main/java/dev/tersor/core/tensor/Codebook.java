package dev.tersor.core.tensor;

import java.io.Serializable;
import java.util.List;

/**
 * What the codes of a tensor stand for. A codebook says how fine it is: one meaning of a code for
 * the whole tensor, one for each row, or one for each group of weights along a row. Rows and
 * columns are those of {@link Shape}. All values are finite, and none is a negative zero.
 */
public sealed interface Codebook extends Serializable
    permits Codebook.OfTensor, Codebook.OfRows, Codebook.OfGroups, Scaled, Trellis, Outliers {

  /** Bits of a code, 1 to 8. */
  int bits();

  /** Number of codes, 2^bits. */
  default int size() {
    return 1 << bits();
  }

  /**
   * Whether code 0 stands for zero, and is the only code of a weight that is zero: a pruned weight
   * has a code of its own then, and where a code is 0 no weight has to be multiplied.
   */
  boolean keepsZero();

  /**
   * What the value of a code depends on beside its place: the state of a machine that walks over
   * the codes. Most codebooks have none.
   */
  default StateMachine machine() {
    return StateMachine.NONE;
  }

  /**
   * Whether weights are decoded from the first of a segment on, since a machine walks over them.
   */
  default boolean isSequential() {
    return machine() != StateMachine.NONE;
  }

  /**
   * What a code stands for at a place.
   *
   * @throws UnsupportedOperationException if it {@linkplain #isSequential depends on others}, or if
   *     {@link Outliers} are beside it
   */
  float value(int row, int column, int code);

  /**
   * @throws IllegalArgumentException if this is no codebook of a tensor of that shape
   */
  void check(Shape shape);

  /**
   * The weights that codes stand for.
   *
   * @param codes a code for each weight of a tensor that {@link #check} takes
   */
  float[] weights(Shape shape, byte[] codes);

  /** This codebook with its numbers rounded to 16 bits; this one where they cannot hold them. */
  Codebook half();

  /**
   * The codebook of a part of a tensor.
   *
   * @param segment of a tensor that this is the codebook of
   * @param rowLength weights of a row of that tensor
   */
  Codebook part(Segment segment, long rowLength);

  /**
   * The codebook of a tensor from those of its segments, this one's first. Where segments have
   * codebooks that are not parts of one, {@link #part} gives others than these.
   *
   * @param shape of the tensor
   * @param parts those of all {@link Segment#cut segments}, in order
   */
  Codebook whole(Shape shape, List<Codebook> parts);

  /** The codebook of a tensor from those of all its segments, some of which may have outliers. */
  static Codebook join(Shape shape, List<Codebook> parts) {
    return parts.stream().anyMatch(Outliers.class::isInstance)
        ? Outliers.of(shape, parts)
        : parts.get(0).whole(shape, parts);
  }

  /** A codebook that all weights of a tensor share. */
  non-sealed interface OfTensor extends Codebook {
    /** What a code stands for, wherever it is. */
    float value(int code);

    @Override
    default float value(int row, int column, int code) {
      return value(code);
    }

    @Override
    default void check(Shape shape) {
      // Tensors of any shape can have it.
    }

    @Override
    default float[] weights(Shape shape, byte[] codes) {
      float[] values = new float[256];
      for (int code = 0; code < size(); code++) {
        values[code] = value(code);
      }
      float[] weights = new float[codes.length];
      for (int i = 0; i < codes.length; i++) {
        weights[i] = values[codes[i] & 0xFF];
      }
      return weights;
    }

    @Override
    default Codebook part(Segment segment, long rowLength) {
      return this;
    }

    @Override
    default Codebook whole(Shape shape, List<Codebook> parts) {
      return this;
    }
  }

  /** A codebook whose codes stand for other values in each row. */
  non-sealed interface OfRows extends Codebook {
    int rows();

    /** What a code stands for in a row. */
    float value(int row, int code);

    @Override
    default float value(int row, int column, int code) {
      return value(row, code);
    }

    @Override
    default void check(Shape shape) {
      if (rows() != shape.rows()) {
        throw new IllegalArgumentException(
            "a codebook of %d rows for the %d rows of shape %s"
                .formatted(rows(), shape.rows(), shape));
      }
    }
  }

  /**
   * A codebook whose codes stand for other values in each group of consecutive weights of a row.
   * Groups begin anew in each row, and the last one of a row may be shorter.
   */
  non-sealed interface OfGroups extends Codebook {
    /** Weights of a group: a power of two, so that no segment begins within a group. */
    int group();
  }
}
