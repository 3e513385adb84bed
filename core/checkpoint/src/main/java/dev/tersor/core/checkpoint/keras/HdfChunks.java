package dev.tersor.core.checkpoint.keras;

import dev.tersor.core.checkpoint.ByteSource;
import dev.tersor.core.checkpoint.HeaderChecks;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.checkpoint.Tiles;
import dev.tersor.core.tensor.Shape;
import java.io.EOFException;
import java.io.IOException;
import java.io.Serial;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A dataset in chunks: boxes of equal size, those at the edges whole with elements to spare. Each
 * went through the filters in turn, so that they are undone from the last to the first. Chunks that
 * are not there are zero.
 *
 * <p>Example: a 5x7 dataset in chunks of 2x3 has nine; the one at 4, 6 has its element [0][0] at
 * [4][6] and nothing else of the dataset.
 *
 * @param chunk dimensions of each
 * @param filters in the order in which they were applied
 */
record HdfChunks(List<Chunk> chunks, Shape chunk, List<Filter> filters) implements Tiles {
  @Serial private static final long serialVersionUID = 1L;

  /**
   * A chunk.
   *
   * @param at byte offset in the file
   * @param bytes as stored
   * @param mask of the filters that were left out for it
   * @param corner index of its first element
   */
  record Chunk(long at, int bytes, int mask, List<Long> corner) implements Serializable {
    @Serial private static final long serialVersionUID = 1L;
  }

  /** What was done to each chunk. */
  enum Filter {
    /** A zlib stream. */
    DEFLATE,
    /** The first bytes of all elements, then the second ones, and so on. */
    SHUFFLE,
    /** A checksum of 4 bytes behind the rest. It is not compared. */
    FLETCHER32
  }

  @Override
  public void read(StoredTensor tensor, ByteSource source, long first, float[] into)
      throws IOException {
    long[] strides = strides(tensor.shape());
    float[] values = null;
    for (Chunk one : chunks) {
      if (mayTouch(one, tensor.shape(), strides, first, into.length)) {
        if (values == null) {
          values = new float[Math.toIntExact(chunk.size())];
        }
        byte[] bytes = undone(tensor, source, one);
        tensor.dtype().decode(bytes, 0, tensor.dtype().bytes(), values, 0, values.length);
        copy(one, tensor.shape(), strides, values, first, into);
      }
    }
  }

  private static long[] strides(Shape shape) {
    long[] strides = new long[shape.rank()];
    long stride = 1;
    for (int axis = strides.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= shape.dim(axis);
    }
    return strides;
  }

  private boolean mayTouch(Chunk one, Shape shape, long[] strides, long first, int count) {
    long from = 0;
    long to = 0;
    for (int axis = 0; axis < strides.length; axis++) {
      long low = one.corner().get(axis);
      from += low * strides[axis];
      to += (Math.min(shape.dim(axis), low + chunk.dim(axis)) - 1) * strides[axis];
    }
    return from < first + count && to >= first;
  }

  /** Copies the rows of a chunk that are in the dataset and in the run. */
  private void copy(
      Chunk one, Shape shape, long[] strides, float[] values, long first, float[] into) {
    int last = strides.length - 1;
    long columns = Math.min(chunk.dim(last), shape.dim(last) - one.corner().get(last));
    long rows = chunk.size() / chunk.dim(last);
    for (long row = 0; row < rows; row++) {
      long rest = row;
      long at = one.corner().get(last);
      boolean inside = true;
      for (int axis = last - 1; axis >= 0; axis--) {
        long index = one.corner().get(axis) + rest % chunk.dim(axis);
        rest /= chunk.dim(axis);
        inside &= index < shape.dim(axis);
        at += index * strides[axis];
      }
      long from = Math.max(at, first);
      long to = Math.min(at + columns, first + into.length);
      if (inside && from < to) {
        System.arraycopy(
            values,
            (int) (row * chunk.dim(last) + from - at),
            into,
            (int) (from - first),
            (int) (to - from));
      }
    }
  }

  private byte[] undone(StoredTensor tensor, ByteSource source, Chunk one) throws IOException {
    int width = tensor.dtype().bytes();
    int needed = Math.toIntExact(chunk.size() * width);
    byte[] bytes = new byte[one.bytes()];
    source.readFully(one.at(), bytes, 0, bytes.length);
    for (int i = filters.size() - 1; i >= 0; i--) {
      if ((one.mask() >>> i & 1) == 0) {
        bytes =
            switch (filters.get(i)) {
              case DEFLATE -> inflated(bytes, needed + 4 * filters.size());
              case SHUFFLE -> unshuffled(bytes, width);
              case FLETCHER32 -> Arrays.copyOf(bytes, Math.max(0, bytes.length - 4));
            };
      }
    }
    if (bytes.length != needed) {
      throw new HeaderChecks(source.name())
          .malformed(
              tensor.name(),
              "a chunk of %d bytes, expected %d".formatted(bytes.length, needed),
              one.at());
    }
    return bytes;
  }

  private static byte[] inflated(byte[] bytes, int most) throws IOException {
    Inflater inflater = new Inflater();
    inflater.setInput(bytes);
    byte[] all = new byte[most];
    try {
      int count = 0;
      while (!inflater.finished() && count < most) {
        int more = inflater.inflate(all, count, most - count);
        if (more == 0 && !inflater.finished()) {
          throw new EOFException("a compressed chunk ends early");
        }
        count += more;
      }
      return Arrays.copyOf(all, count);
    } catch (DataFormatException e) {
      throw new EOFException(e.getMessage());
    } finally {
      inflater.end();
    }
  }

  private static byte[] unshuffled(byte[] bytes, int width) {
    int elements = bytes.length / width;
    byte[] all = bytes.clone();
    for (int i = 0; i < elements; i++) {
      for (int j = 0; j < width; j++) {
        all[i * width + j] = bytes[j * elements + i];
      }
    }
    return all;
  }
}
