package dev.tersor.core.checkpoint;

import java.io.IOException;
import java.util.Arrays;

/**
 * Reads runs of a tensor whose elements lie at any strides. A run in row-major order is a few
 * boxes: some indices of one axis and all of those behind it. The elements of a box are visited in
 * the order in which they are stored, so that a window passes over the bytes once, and each is put
 * where row-major order has it.
 *
 * <p>Example: of a transposed matrix of 3 rows and 4 columns, strides 1 and 3, the run of elements
 * 2 to 9 is the boxes (0, 2..3), (1, 0..3) and (2, 0..1). The second is read at 1, 4, 7 and 10.
 */
final class StridedReader {
  private final ElementWindow elements;
  private final long[] dims;
  private final long[] steps;

  /** Axes, those of the longest steps first: the order of the bytes. */
  private final int[] axes;

  private final long first;
  private final float[] values;

  /** Of the box: indices along each axis, and the distance of neighbours in row-major order. */
  private final long[] counts;

  private final long[] apart;

  private StridedReader(
      StoredTensor tensor,
      Extent.Strides strides,
      ElementWindow elements,
      long first,
      float[] values) {
    this.elements = elements;
    this.dims = tensor.shape().dims();
    this.steps = strides.steps().stream().mapToLong(Long::longValue).toArray();
    this.axes = inOrderOfBytes(steps);
    this.first = first;
    this.values = values;
    this.counts = new long[dims.length];
    this.apart = new long[dims.length];
    long block = 1;
    for (int axis = dims.length - 1; axis >= 0; axis--) {
      apart[axis] = block;
      block *= dims[axis];
    }
  }

  /**
   * Fills {@code values} with the elements from {@code first} on.
   *
   * @throws java.io.EOFException if the stored bytes end before them
   */
  static void read(
      StoredTensor tensor, Extent.Strides strides, ByteSource source, long first, float[] values)
      throws IOException {
    try (ElementWindow elements = new ElementWindow(tensor, source)) {
      new StridedReader(tensor, strides, elements, first, values).boxes();
    }
  }

  private static int[] inOrderOfBytes(long[] steps) {
    int[] axes = new int[steps.length];
    for (int i = 0; i < axes.length; i++) {
      int at = i;
      for (; at > 0 && steps[axes[at - 1]] < steps[i]; at--) {
        axes[at] = axes[at - 1];
      }
      axes[at] = i;
    }
    return axes;
  }

  private void boxes() throws IOException {
    long end = first + values.length;
    for (long at = first; at < end; ) {
      int axis = dims.length;
      long block = 1;
      while (axis > 0 && at % (block * dims[axis - 1]) == 0 && end - at >= block * dims[axis - 1]) {
        block *= dims[--axis];
        counts[axis] = dims[axis];
      }
      if (axis > 0) {
        axis--;
        long index = at / block % dims[axis];
        counts[axis] = Math.min(dims[axis] - index, (end - at) / block);
        block *= counts[axis];
      }
      while (axis > 0) {
        counts[--axis] = 1;
      }
      box(at);
      at += block;
    }
  }

  /** Visits a box, given the row-major index of its first element. */
  private void box(long begin) throws IOException {
    long stored = 0;
    for (int axis = 0; axis < dims.length; axis++) {
      stored += begin / apart[axis] % dims[axis] * steps[axis];
    }
    int into = (int) (begin - first);
    int[] walked = Arrays.stream(axes).filter(axis -> counts[axis] > 1).toArray();
    int rest = Math.max(0, walked.length - 2);
    long[] index = new long[rest];
    while (true) {
      rows(stored, into, walked);
      int level = rest - 1;
      for (; level >= 0; level--) {
        int axis = walked[level];
        stored += steps[axis];
        into += (int) apart[axis];
        if (++index[level] < counts[axis]) {
          break;
        }
        stored -= counts[axis] * steps[axis];
        into -= (int) (counts[axis] * apart[axis]);
        index[level] = 0;
      }
      if (level < 0) {
        return;
      }
    }
  }

  /** Visits the last two axes, or as many as there are. */
  private void rows(long stored, int into, int[] walked) throws IOException {
    if (walked.length == 0) {
      int at = elements.find(stored);
      values[into] = elements.values()[at];
      return;
    }
    int inner = walked[walked.length - 1];
    if (walked.length == 1) {
      row(stored, into, inner);
      return;
    }
    int outer = walked[walked.length - 2];
    long span = (counts[inner] - 1) * steps[inner];
    for (long done = 0; done < counts[outer]; ) {
      long from = stored + done * steps[outer];
      int target = into + (int) (done * apart[outer]);
      int at = elements.find(from);
      long left = elements.length() - 1 - at - span;
      long whole = left < 0 ? 0 : steps[outer] == 0 ? counts[outer] : 1 + left / steps[outer];
      int n = (int) Math.min(counts[outer] - done, whole);
      if (n < 2) {
        row(from, target, inner);
        done++;
      } else if (apart[inner] < apart[outer]) {
        tile(at, target, outer, n, inner, (int) counts[inner]);
        done += n;
      } else {
        tile(at, target, inner, (int) counts[inner], outer, n);
        done += n;
      }
    }
  }

  /** Takes elements of two axes from the window, so that those put side by side come together. */
  private void tile(int at, int into, int slow, int slowCount, int fast, int fastCount) {
    float[] window = elements.values();
    int step = (int) steps[fast];
    int distance = (int) apart[fast];
    for (int i = 0; i < slowCount; i++) {
      int from = at + i * (int) steps[slow];
      int target = into + i * (int) apart[slow];
      if (step == 1 && distance == 1) {
        System.arraycopy(window, from, values, target, fastCount);
      } else {
        for (int j = 0; j < fastCount; j++) {
          values[target + j * distance] = window[from + j * step];
        }
      }
    }
  }

  /** Visits one axis, in as many windows as it takes. */
  private void row(long stored, int into, int axis) throws IOException {
    long step = steps[axis];
    for (long done = 0; done < counts[axis]; ) {
      int at = elements.find(stored + done * step);
      long left = elements.length() - 1L - at;
      long there = step == 0 ? counts[axis] : 1 + left / step;
      int n = (int) Math.min(counts[axis] - done, there);
      int target = into + (int) (done * apart[axis]);
      if (n == 1) {
        values[target] = elements.values()[at];
      } else {
        tile(at, target, axis, 1, axis, n);
      }
      done += n;
    }
  }
}
