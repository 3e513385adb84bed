package dev.tersor.core.checkpoint;

import dev.tersor.core.bits.MalformedInputException;
import java.io.EOFException;
import java.io.IOException;
import java.util.zip.ZipException;

/** Reads runs of elements of stored tensors. */
final class TensorReader {
  private static final int CHUNK = 1 << 13;

  private final StoredTensor tensor;
  private final long first;
  private final float[] values;

  private TensorReader(StoredTensor tensor, long first, int count) {
    this.tensor = tensor;
    this.first = first;
    this.values = new float[count];
  }

  static float[] read(StoredTensor tensor, ByteSource source, long first, int count)
      throws IOException {
    Extent extent = tensor.extent();
    if (!tensor.dtype().isKnown()) {
      throw new IllegalArgumentException(
          "tensor '%s' of %s: dtype %s is not supported"
              .formatted(tensor.name(), extent.file(), tensor.dtypeName()));
    }
    if (first < 0 || count < 0 || first > tensor.shape().size() - count) {
      throw new IllegalArgumentException(
          "elements %d..%d outside 0..%d of tensor '%s' of %s"
              .formatted(
                  first,
                  first + count - 1,
                  tensor.shape().size() - 1,
                  tensor.name(),
                  extent.file()));
    }
    if (!source.name().equals(extent.file())) {
      throw new IllegalArgumentException(
          "tensor '%s' lies in %s, not in %s"
              .formatted(tensor.name(), extent.file(), source.name()));
    }
    TensorReader reader = new TensorReader(tensor, first, count);
    if (count > 0) {
      reader.read(source);
    }
    if (tensor.quantisation() != null) {
      tensor.quantisation().apply(reader.values, first, tensor.shape(), source);
    }
    return reader.values;
  }

  private void read(ByteSource source) throws IOException {
    if (tensor.extent().order() instanceof Extent.Strides strides) {
      try {
        StridedReader.read(tensor, strides, source, first, values);
      } catch (EOFException | ZipException e) {
        throw damaged(tensor, e);
      }
      return;
    }
    if (tensor.extent().order() instanceof Tiles tiles) {
      try {
        tiles.read(tensor, source, first, values);
      } catch (EOFException | ZipException e) {
        throw damaged(tensor, e);
      }
      return;
    }
    try (ElementStream elements = new ElementStream(tensor, source)) {
      Sparsity sparsity = tensor.extent().sparsity();
      if (sparsity != null) {
        sparsity.scatter(tensor, source, first, values, inChunks(elements, sparsity.stored()));
        return;
      }
      if (tensor.extent().order() == Extent.Order.C) {
        elements.skip(first);
        elements.read(values, 0, values.length);
      } else {
        gather(elements);
      }
      if (first + values.length == tensor.shape().size()) {
        elements.checkEnd();
      }
    } catch (EOFException | ZipException e) {
      throw damaged(tensor, e);
    }
  }

  /** What is wrong where a tensor's stored bytes cannot be read to their end. */
  static MalformedInputException damaged(StoredTensor tensor, IOException e) {
    MalformedInputException malformed =
        new HeaderChecks(tensor.extent().file())
            .malformed(
                tensor.name(),
                "its stored bytes are damaged or end early: " + e.getMessage(),
                tensor.extent().offset());
    malformed.initCause(e);
    return malformed;
  }

  private static Sparsity.Elements inChunks(ElementStream elements, long stored) {
    float[] chunk = new float[(int) Math.min(CHUNK, stored)];
    return new Sparsity.Elements() {
      private long left = stored;
      private int at = chunk.length;

      @Override
      public float next() throws IOException {
        if (at == chunk.length) {
          int count = (int) Math.min(chunk.length, left);
          if (count == 0) {
            throw new EOFException("more elements than are stored");
          }
          at = chunk.length - count;
          elements.read(chunk, at, count);
          left -= count;
        }
        return chunk[at++];
      }
    };
  }

  /**
   * Passes once over a column-major tensor. The stream is a sequence of runs along the first axis;
   * in row-major order the elements of a run are {@code rowStride} apart, so those that are wanted
   * are one stretch of the run.
   */
  private void gather(ElementStream elements) throws IOException {
    long[] dims = tensor.shape().dims();
    long[] strides = new long[dims.length];
    long stride = 1;
    for (int axis = dims.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= dims[axis];
    }
    long rowStride = strides[0];
    long last = first + values.length - 1;
    float[] chunk = new float[(int) Math.min(CHUNK, Math.min(dims[0], values.length))];
    long[] index = new long[dims.length];
    long position = 0;
    long runs = tensor.shape().size() / dims[0];
    for (long run = 0, base = 0; run < runs; run++) {
      long from = base >= first ? 0 : (first - base - 1) / rowStride + 1;
      long to = base > last ? 0 : Math.min(dims[0], (last - base) / rowStride + 1);
      if (from < to) {
        long start = run * dims[0] + from;
        elements.skip(start - position);
        for (long at = from; at < to; ) {
          int n = (int) Math.min(chunk.length, to - at);
          elements.read(chunk, 0, n);
          for (int i = 0; i < n; i++) {
            values[(int) (base + (at + i) * rowStride - first)] = chunk[i];
          }
          at += n;
        }
        position = start + to - from;
      }
      base = nextRun(index, dims, strides, base);
    }
    if (first + values.length == tensor.shape().size()) {
      elements.skip(tensor.shape().size() - position);
    }
  }

  // Counts up the index of the axes behind the first, the second axis fastest.
  private static long nextRun(long[] index, long[] dims, long[] strides, long base) {
    long next = base;
    for (int axis = 1; axis < dims.length; axis++) {
      next += strides[axis];
      if (++index[axis] < dims[axis]) {
        return next;
      }
      next -= index[axis] * strides[axis];
      index[axis] = 0;
    }
    return next;
  }
}
