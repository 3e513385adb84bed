package dev.tersor.core.checkpoint;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.tensor.IntegerFormat;
import dev.tersor.core.tensor.Shape;
import java.io.EOFException;
import java.io.IOException;
import java.util.zip.ZipException;

/** Reads integers that are no weights, bit for bit. */
final class IntegerReader {
  private IntegerReader() {}

  /**
   * All integers of a tensor, as {@link OpenCheckpoint#integers} has them.
   *
   * @param source the file that the tensor's extent names
   */
  static byte[] read(StoredTensor tensor, ByteSource source) throws IOException {
    IntegerFormat format =
        tensor
            .integers()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "tensor '%s' of %s: dtype %s is no integer"
                            .formatted(tensor.name(), source.name(), tensor.dtypeName())));
    Shape shape = tensor.shape();
    long length = Math.max(shape.size(), shape.size() * format.bytes());
    if (length > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "tensor '%s' of %s: %d bytes are too many, at most %d"
              .formatted(tensor.name(), source.name(), length, Integer.MAX_VALUE - 8));
    }
    byte[] stored = stored(tensor, source);
    if (tensor.dtype().elements() > 1) {
      stored = widened(stored, (int) shape.size(), format == IntegerFormat.I8);
    }
    if (tensor.dtype() instanceof BigEndian) {
      turn(stored, format.bytes());
    }
    return tensor.extent().order() == Extent.Order.C
        ? stored
        : rowMajor(stored, shape, format.bytes());
  }

  private static byte[] stored(StoredTensor tensor, ByteSource source) throws IOException {
    int bytes = Math.toIntExact(tensor.dtype().bytesOf(tensor.shape().size()));
    try (ElementStream elements = new ElementStream(tensor, source)) {
      byte[] stored = elements.bytes(bytes);
      elements.checkEnd();
      return stored;
    } catch (EOFException | ZipException e) {
      MalformedInputException malformed =
          new HeaderChecks(tensor.extent().file())
              .malformed(
                  tensor.name(),
                  "its stored bytes are damaged or end early: " + e.getMessage(),
                  tensor.extent().offset());
      malformed.initCause(e);
      throw malformed;
    }
  }

  /** A byte for each four bits. */
  private static byte[] widened(byte[] packed, int count, boolean signed) {
    byte[] wide = new byte[count];
    for (int i = 0; i < count; i++) {
      int four = packed[i >> 1] >> 4 * (i & 1) & 0xF;
      wide[i] = (byte) (signed && four > 7 ? four - 16 : four);
    }
    return wide;
  }

  private static void turn(byte[] bytes, int width) {
    for (int at = 0; at < bytes.length; at += width) {
      for (int low = at, high = at + width - 1; low < high; low++, high--) {
        byte other = bytes[low];
        bytes[low] = bytes[high];
        bytes[high] = other;
      }
    }
  }

  private static byte[] rowMajor(byte[] columnMajor, Shape shape, int width) {
    byte[] rowMajor = new byte[columnMajor.length];
    for (int at = 0; at < shape.size(); at++) {
      long rest = at;
      long index = 0;
      long stride = shape.size();
      // The first axis changes fastest in the file, the last one in the result.
      for (int axis = 0; axis < shape.rank(); axis++) {
        stride /= shape.dim(axis);
        index += rest % shape.dim(axis) * stride;
        rest /= shape.dim(axis);
      }
      System.arraycopy(columnMajor, at * width, rowMajor, (int) index * width, width);
    }
    return rowMajor;
  }
}
