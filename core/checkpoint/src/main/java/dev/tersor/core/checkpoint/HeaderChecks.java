package dev.tersor.core.checkpoint;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.tensor.Shape;
import java.nio.charset.StandardCharsets;

/** The checks that every header reader shares; their errors name the file. */
public record HeaderChecks(String file) {
  /** The longest header that is read, in bytes: the limit of safetensors' reference reader. */
  public static final int MAX_HEADER_BYTES = 100_000_000;

  /** Most dimensions of a tensor that is read: NumPy's limit. */
  public static final int MAX_RANK = 64;

  /** The longest name of a tensor that is read, that of a network file. */
  static final int MAX_NAME_BYTES = 65_535;

  /** An error of the file as a whole. */
  public MalformedInputException malformed(String message, long position) {
    return new MalformedInputException(file + ": " + message, position);
  }

  /** An error of a tensor, which it names. */
  public MalformedInputException malformed(String tensor, String message, long position) {
    return malformed("tensor '" + tensor + "': " + message, position);
  }

  /**
   * Refuses a name that a safetensors or a network file cannot hold, since a checkpoint must be
   * written again under the same names.
   */
  void name(String tensor, long position) {
    String fault = null;
    if (tensor.isEmpty()) {
      fault = "an empty name";
    } else if (tensor.equals(SafetensorsHeader.METADATA)) {
      fault = "a name that safetensors keeps for itself";
    } else if (tensor.indexOf(0) >= 0) {
      fault = "a name with the character U+0000";
    } else if (!StandardCharsets.UTF_8.newEncoder().canEncode(tensor)) {
      fault = "a name that is no Unicode text";
    } else if (tensor.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
      fault = "a name of more than " + MAX_NAME_BYTES + " bytes";
    }
    if (fault != null) {
      String shown = tensor.length() > 100 ? tensor.substring(0, 100) + "..." : tensor;
      throw malformed(shown.replace("\0", "\\0"), fault + ", expected another", position);
    }
  }

  /**
   * The shape of these dimensions.
   *
   * @throws MalformedInputException if there are too many, one is negative, or the elements are
   *     more than 2^63
   */
  public Shape shape(String tensor, long[] dims, long position) {
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

  /** Bytes that a tensor of whole blocks needs, the last one perhaps with elements to spare. */
  public long bytes(String tensor, Shape shape, StoredFormat format, long position) {
    try {
      return format.bytesOf(shape.size());
    } catch (ArithmeticException e) {
      throw malformed(tensor, "shape " + shape + " needs more than 2^63 bytes", position);
    }
  }

  /** Refuses a tensor whose stored bytes are not what its shape needs. */
  public void sameLength(
      String tensor, Shape shape, String dtypeName, long needed, long has, long position) {
    if (needed != has) {
      throw malformed(
          tensor,
          "shape " + shape + " of " + dtypeName + " needs " + needed + " bytes, it has " + has,
          position);
    }
  }
}
