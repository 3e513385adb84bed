package dev.tersor.core.checkpoint;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.tensor.Shape;

/** The checks that every header reader shares; their errors name the file. */
record HeaderChecks(String file) {
  /** The longest header that is read, in bytes: the limit of safetensors' reference reader. */
  static final int MAX_HEADER_BYTES = 100_000_000;

  // NumPy's limit; nothing in use comes near it.
  static final int MAX_RANK = 64;

  MalformedInputException malformed(String message, long position) {
    return new MalformedInputException(file + ": " + message, position);
  }

  MalformedInputException malformed(String tensor, String message, long position) {
    return malformed("tensor '" + tensor + "': " + message, position);
  }

  Shape shape(String tensor, long[] dims, long position) {
    if (dims.length > MAX_RANK) {
      throw malformed(tensor, dims.length + " dimensions, at most " + MAX_RANK, position);
    }
    try {
      return Shape.of(dims);
    } catch (IllegalArgumentException e) {
      throw malformed(tensor, e.getMessage(), position);
    }
  }

  /** Bytes that a tensor of elements of {@code bits} bits needs. */
  long bytes(String tensor, Shape shape, int bits, long position) {
    try {
      long all = Math.multiplyExact(shape.size(), (long) bits);
      if (all % 8 != 0) {
        throw malformed(
            tensor, shape + " elements of " + bits + " bits end within a byte", position);
      }
      return all / 8;
    } catch (ArithmeticException e) {
      throw malformed(tensor, "shape " + shape + " needs more than 2^63 bits", position);
    }
  }

  /** Refuses a tensor whose stored bytes are not what its shape needs. */
  void sameLength(
      String tensor, Shape shape, String dtypeName, long needed, long has, long position) {
    if (needed != has) {
      throw malformed(
          tensor,
          "shape " + shape + " of " + dtypeName + " needs " + needed + " bytes, it has " + has,
          position);
    }
  }
}
