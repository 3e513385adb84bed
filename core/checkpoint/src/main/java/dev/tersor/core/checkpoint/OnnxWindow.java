package dev.tersor.core.checkpoint;

import java.util.List;

/**
 * How a node moves over its input, as its attributes say it; lists are empty where they do not.
 *
 * @param strides of each spatial axis, 1 where left out
 * @param pads before each spatial axis and then behind each, 0 where left out
 * @param dilations of each spatial axis, 1 where left out
 * @param groups of channels
 * @param followsShape whether pads follow from the input's shape (auto_pad SAME_UPPER or
 *     SAME_LOWER)
 * @param transposed whether the first operand is taken transposed (transA of Gemm)
 */
public record OnnxWindow(
    List<Long> strides,
    List<Long> pads,
    List<Long> dilations,
    long groups,
    boolean followsShape,
    boolean transposed) {
  /** A list's number, or what it stands for where it is left out. */
  static int of(List<Long> numbers, int index, int otherwise) {
    return index < numbers.size() ? Math.toIntExact(numbers.get(index)) : otherwise;
  }

  public int stride(int axis) {
    return of(strides, axis, 1);
  }

  public int dilation(int axis) {
    return of(dilations, axis, 1);
  }

  /** Zeros before the input along an axis. */
  public int before(int axis) {
    return of(pads, axis, 0);
  }

  /** Zeros behind the input along an axis. */
  public int behind(int axis) {
    return of(pads, pads.size() / 2 + axis, 0);
  }
}
