package dev.tersor.core.checkpoint;

import dev.tersor.core.tensor.IntegerFormat;
import dev.tersor.core.tensor.Shape;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipException;

/** Reads integers that are no weights, bit for bit. */
final class IntegerReader {
  private static final int CHUNK = 1 << 20;

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
    if (tensor.extent().sparsity() != null) {
      throw new IllegalArgumentException(
          "tensor '%s' of %s: sparse integers that are no weights, expected dense ones"
              .formatted(tensor.name(), source.name()));
    }
    byte[] stored =
        tensor.extent().order() == Extent.Order.C
            ? stored(tensor, source)
            : rowMajor(tensor, source, format.bytes());
    if (tensor.dtype().elements() > 1) {
      stored = widened(stored, (int) shape.size(), format == IntegerFormat.I8);
    }
    if (tensor.dtype() instanceof BigEndian) {
      turn(stored, format.bytes());
    }
    return stored;
  }

  private static byte[] stored(StoredTensor tensor, ByteSource source) throws IOException {
    int bytes = Math.toIntExact(tensor.dtype().bytesOf(tensor.shape().size()));
    try (ElementStream elements = new ElementStream(tensor, source)) {
      byte[] stored = elements.bytes(bytes);
      elements.checkEnd();
      return stored;
    } catch (EOFException | ZipException e) {
      throw TensorReader.damaged(tensor, e);
    }
  }

  /** A byte for each four bits. */
  private static byte[] widened(byte[] packed, int count, boolean signed) {
    byte[] wide = new byte[count];
    for (int i = 0; i < count; i++) {
      int four = (packed[i >> 1] >> (4 * (i & 1))) & 0xF;
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

  /** Reads the bytes of numbers as a tensor of one more dimension, which floats hold exactly. */
  private static byte[] rowMajor(StoredTensor tensor, ByteSource source, int width)
      throws IOException {
    long[] dims = tensor.shape().dims();
    long[] wide = Arrays.copyOf(dims, dims.length + 1);
    wide[dims.length] = width;
    List<Long> steps = new ArrayList<>();
    long step = width;
    for (int axis = 0; axis < dims.length; axis++) {
      if (tensor.extent().order() instanceof Extent.Strides strides) {
        step = strides.steps().get(axis) * width;
      }
      steps.add(step);
      step *= dims[axis];
    }
    steps.add(1L);
    Extent extent = tensor.extent();
    StoredTensor bytes =
        new StoredTensor(
            tensor.name(),
            tensor.alias(),
            DType.U8,
            tensor.dtypeName(),
            Shape.of(wide),
            Layout.AS_STORED,
            new Extent(
                extent.file(),
                extent.offset(),
                extent.length(),
                extent.storage(),
                extent.lead(),
                1,
                new Extent.Strides(steps)));
    byte[] numbers = new byte[Math.toIntExact(tensor.shape().size() * width)];
    for (int at = 0; at < numbers.length; at += CHUNK) {
      float[] run = TensorReader.read(bytes, source, at, Math.min(CHUNK, numbers.length - at));
      for (int i = 0; i < run.length; i++) {
        numbers[at + i] = (byte) (int) run[i];
      }
    }
    return numbers;
  }
}
