package dev.tersor.core.index;

import dev.tersor.core.tensor.Shape;
import java.util.Locale;
import java.util.Map;

/**
 * How many weights a block of a runtime-accessible sequence has: all of one filter, one kernel, or
 * a number. The paper says that blocks are "based on the computation kernels" (Succinct
 * Compression, section 3.2) and leaves their length open.
 *
 * @param fixed weights of a block, 1 or more; 0 where the tensor's shape decides
 * @param byShape what decides; null where the length is fixed
 */
record BlockLength(int fixed, ByShape byShape) {
  private static final String PARAMETER = "block";

  /** Lengths that follow from a tensor's shape. */
  enum ByShape {
    /** Every weight by itself. */
    ELEMENT,
    /** What follows from the dimensions after the second; a row for tensors of rank 0 to 2. */
    KERNEL,
    /** A row: all weights of one index of the first dimension. */
    FILTER;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static final BlockLength ELEMENT = new BlockLength(0, ByShape.ELEMENT);
  static final BlockLength FILTER = new BlockLength(0, ByShape.FILTER);

  /**
   * The value of the parameter {@code block}, or {@code standard} where it is not given.
   *
   * @param scheme its name, for errors
   * @throws IllegalArgumentException naming the parameter, the value and what was expected
   */
  static BlockLength of(Map<String, String> parameters, BlockLength standard, String scheme) {
    for (String parameter : parameters.keySet()) {
      if (!parameter.equals(PARAMETER)) {
        throw new IllegalArgumentException(scheme + " has no parameter '" + parameter + "'");
      }
    }
    String text = parameters.get(PARAMETER);
    return text == null ? standard : parse(text, standard);
  }

  private static BlockLength parse(String text, BlockLength standard) {
    for (ByShape shape : ByShape.values()) {
      if (shape.label().equals(text) && (shape != ByShape.ELEMENT || standard.equals(ELEMENT))) {
        return new BlockLength(0, shape);
      }
    }
    try {
      int length = Integer.parseInt(text);
      if (length >= 1) {
        return new BlockLength(length, null);
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new IllegalArgumentException(
        "block: '%s', expected %sfilter, kernel or a number of weights from 1 on"
            .formatted(text, standard.equals(ELEMENT) ? "element, " : ""));
  }

  /**
   * Weights of a block of such a tensor; at least 1, and more than it has if that was asked for.
   */
  int of(Shape shape) {
    if (byShape == null) {
      return fixed;
    }
    // An empty tensor has no blocks, and the product of its dimensions may be any.
    if (byShape == ByShape.ELEMENT || shape.size() == 0) {
      return 1;
    }
    if (byShape == ByShape.FILTER || shape.rank() <= 2) {
      return (int) shape.rowLength();
    }
    int product = 1;
    for (int axis = 2; axis < shape.rank(); axis++) {
      product *= (int) shape.dim(axis);
    }
    return product;
  }

  /** How many blocks of {@code length} weights a tensor of {@code size} has. */
  static int count(int size, int length) {
    return (int) (((long) size + length - 1) / length);
  }

  /** The name of a scheme with this length, where {@code standard} goes without saying. */
  String name(String scheme, BlockLength standard) {
    return equals(standard) ? scheme : scheme + "(" + PARAMETER + "=" + text() + ")";
  }

  private String text() {
    return byShape == null ? Integer.toString(fixed) : byShape.label();
  }
}
