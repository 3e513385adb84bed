package dev.tersor.core.checkpoint;

import java.io.IOException;

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
  private final ByteWindow window;
  private final StoredFormat format;
  private final long lead;
  private final long[] dims;
  private final long[] steps;

  /** Axes, those of the longest steps first: the order of the bytes. */
  private final int[] axes;

  private final long first;
  private final float[] values;
  private final float[] chunk;

  /** Of the box: indices along each axis, and the distance of neighbours in row-major order. */
  private final long[] counts;

  private final long[] apart;

  private StridedReader(
      StoredTensor tensor, Extent.Strides strides, ByteWindow window, long first, float[] values) {
    this.window = window;
    this.format = tensor.dtype();
    this.lead = tensor.extent().lead();
    this.dims = tensor.shape().dims();
    this.steps = strides.steps().stream().mapToLong(Long::longValue).toArray();
    this.axes = inOrderOfBytes(steps);
    this.first = first;
    this.values = values;
    this.chunk = new float[ByteWindow.MOST / format.bytes()];
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
    try (ByteWindow window = new ByteWindow(tensor.extent(), source)) {
      new StridedReader(tensor, strides, window, first, values).boxes();
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
    int innermost = axes.length - 1;
    while (innermost >= 0 && counts[axes[innermost]] == 1) {
      innermost--;
    }
    if (innermost < 0) {
      run(stored, 1, 0, into, 0);
      return;
    }
    int inner = axes[innermost];
    long[] index = new long[innermost];
    while (true) {
      run(stored, counts[inner], steps[inner], into, (int) apart[inner]);
      int level = innermost - 1;
      for (; level >= 0; level--) {
        int axis = axes[level];
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

  /** Reads elements {@code step} apart and puts them {@code distance} apart. */
  private void run(long stored, long count, long step, int into, int distance) throws IOException {
    int bytes = format.bytes();
    // Decoded one by one where the next is in no window with this.
    long stride = Math.min(step, ByteWindow.MOST) * bytes;
    for (long done = 0; done < count; ) {
      int at = window.find(lead + (stored + done * step) * bytes, bytes);
      long there = stride == 0 ? count - done : 1 + (window.left(at) - bytes) / stride;
      int n = (int) Math.min(Math.min(chunk.length, count - done), there);
      int target = into + (int) done * distance;
      if (distance == 1) {
        format.decode(window.bytes(), at, (int) stride, values, target, n);
      } else {
        format.decode(window.bytes(), at, (int) stride, chunk, 0, n);
        for (int i = 0; i < n; i++) {
          values[target + i * distance] = chunk[i];
        }
      }
      done += n;
    }
  }
}
