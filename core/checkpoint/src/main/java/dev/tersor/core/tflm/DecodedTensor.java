package dev.tersor.core.tflm;

import dev.tersor.core.bits.MalformedInputException;
import java.util.Arrays;

/**
 * What DECODE is told of the tensor that it writes. Channels are the scales of its quantisation; a
 * tensor that has none, or no zero points, is of one.
 *
 * @param type of its elements
 * @param count of elements
 * @param channels that have scales, and tables, of their own
 * @param isLast whether consecutive elements are of consecutive channels; else each channel's lie
 *     side by side
 * @param zeros the zero point of each channel
 * @param isRegular whether decoders that know of channels take it: they lie along the first or the
 *     last axis, all of the same size
 */
@SuppressWarnings("ArrayRecordComponent") // made for one tensor and never compared
record DecodedTensor(
    Type type, int count, int channels, boolean isLast, byte[] zeros, boolean isRegular) {
  /** Element types that DECODE writes, by TensorType of the schema. */
  enum Type {
    FLOAT32(0, 4),
    INT32(2, 4),
    INT64(4, 8),
    BOOL(6, 1),
    INT16(7, 2),
    INT8(9, 1);

    private final int code;
    private final int width;

    Type(int code, int width) {
      this.code = code;
      this.width = width;
    }

    /** Bytes of an element. */
    int width() {
      return width;
    }

    /** Null if DECODE does not write it. */
    static Type of(long code) {
      return Arrays.stream(values()).filter(type -> type.code == code).findAny().orElse(null);
    }
  }

  private static final int BYTE = 0xFF;
  private static final int MAX_ELEMENTS = 1 << 28;

  /**
   * What TensorFlow Lite Micro makes of a Tensor of the schema, but for its type.
   *
   * @throws MalformedInputException if its shape is none
   */
  static DecodedTensor of(FlatNode tensor, Type type, String name) {
    int[] shape = tensor.bytes("shape").ints();
    long count = 1;
    for (int extent : shape) {
      count *= extent;
      if (extent < 0 || count > MAX_ELEMENTS) {
        throw new MalformedInputException(
            "tensor %s has the shape %s".formatted(name, Arrays.toString(shape)), 0);
      }
    }
    FlatNode quantization = tensor.node("quantization");
    FlatBytes scales = quantization == null ? FlatBytes.NONE : quantization.bytes("scale");
    FlatBytes points = quantization == null ? FlatBytes.NONE : quantization.bytes("zero_point");
    if (scales.count() == 0 || points.count() == 0) {
      return new DecodedTensor(type, (int) count, 1, false, new byte[1], true);
    }
    int channels = scales.count();
    byte[] zeros = new byte[channels];
    boolean isWide = false;
    for (int i = 0; i < channels; i++) {
      long zero = points.number(points.count() == channels ? i : 0);
      zeros[i] = (byte) zero;
      isWide |= zero != (byte) zero;
    }
    int axis = (int) quantization.number("quantized_dimension", 0);
    boolean isLast = channels > 1 && axis == shape.length - 1;
    boolean isAxis = channels == 1 ? axis == 0 : isLast || axis == 0;
    boolean isSized = channels == 1 || (isAxis && shape.length > 0 && shape[axis] == channels);
    return new DecodedTensor(
        type, (int) count, channels, isLast, zeros, isAxis && isSized && !isWide);
  }

  /** Bytes of all elements. */
  int bytes() {
    return count * type.width();
  }

  /** The channel of an element. */
  int channel(int index) {
    return isLast ? index % channels : index / (count / channels);
  }

  /** The bits of an element. */
  long element(byte[] data, int index) {
    int width = type.width();
    long value = 0;
    for (int i = width - 1; i >= 0; i--) {
      value = value << Byte.SIZE | (data[index * width + i] & BYTE);
    }
    return value;
  }

  void setElement(byte[] data, int index, long bits) {
    int width = type.width();
    for (int i = 0; i < width; i++) {
      data[index * width + i] = (byte) (bits >>> (Byte.SIZE * i));
    }
  }

  /** The bits that a pruned element of a channel has. */
  long zero(int channel) {
    return type == Type.INT8 ? zeros[channel] & BYTE : 0;
  }

  /** Whether pruned elements are 0 in all channels, or the type has zero points. */
  boolean hasZeros() {
    if (type != Type.INT8) {
      for (byte zero : zeros) {
        if (zero != 0) {
          return false;
        }
      }
    }
    return true;
  }
}
