package dev.tersor.core.checkpoint;

import dev.tersor.core.tensor.Shape;
import java.io.IOException;

/**
 * The elements of another tensor with one of its axes first, whatever order and format that has.
 *
 * <p>Example: of a matrix of 3 rows and 4 columns with axis 1 first, the element (2, 1) is (1, 2).
 *
 * @param of the other tensor, of plain elements: its scales are those of the turned one
 * @param axis of it that comes first
 */
public record Turned(StoredTensor of, int axis) implements Tiles {
  private static final long serialVersionUID = 1L;

  private static final int CHUNK = 1 << 20;

  /** A run of few columns is read by itself where rows have so many times more. */
  private static final int NARROW = 4;

  /** The dimensions, the axis first. */
  public static Shape shape(Shape shape, int axis) {
    long[] dims = shape.dims();
    for (int i = axis; i > 0; i--) {
      dims[i] = shape.dim(i - 1);
    }
    dims[0] = shape.dim(axis);
    return Shape.of(dims);
  }

  /** A tensor with an axis first; without scales, whatever it had. */
  public static StoredTensor of(StoredTensor tensor, int axis) {
    StoredTensor plain = tensor.quantised(null);
    Extent extent = tensor.extent();
    return new StoredTensor(
        tensor.name(),
        tensor.alias(),
        tensor.dtype(),
        tensor.dtypeName(),
        shape(tensor.shape(), axis),
        Layout.OUT_IN,
        new Extent(
            extent.file(),
            extent.offset(),
            extent.length(),
            extent.storage(),
            extent.lead(),
            extent.stride(),
            new Turned(plain, axis)));
  }

  @Override
  public void read(StoredTensor tensor, ByteSource source, long first, float[] into)
      throws IOException {
    Shape shape = of.shape();
    long inner = 1;
    for (int i = axis + 1; i < shape.rank(); i++) {
      inner *= shape.dim(i);
    }
    long middle = shape.dim(axis);
    long outer = shape.size() / middle / inner;
    long firstRow = first / (outer * inner);
    long rows = (first + into.length - 1) / (outer * inner) - firstRow + 1;
    Run run = new Run(source, first, into, middle, inner, outer);
    if (rows * NARROW > middle) {
      run.read(0, shape.size());
    } else {
      for (long block = 0; block < outer; block++) {
        long from = (block * middle + firstRow) * inner;
        run.read(from, from + rows * inner);
      }
    }
  }

  /**
   * The elements in the order of the other tensor.
   *
   * @param turned all of this one
   */
  public float[] back(float[] turned) {
    long inner = 1;
    for (int i = axis + 1; i < of.shape().rank(); i++) {
      inner *= of.shape().dim(i);
    }
    int middle = Math.toIntExact(of.shape().dim(axis));
    int run = Math.toIntExact(inner);
    int outer = middle == 0 || run == 0 ? 0 : turned.length / middle / run;
    float[] back = new float[turned.length];
    for (int row = 0; row < middle; row++) {
      for (int block = 0; block < outer; block++) {
        int from = (row * outer + block) * run;
        System.arraycopy(turned, from, back, (block * middle + row) * run, run);
      }
    }
    return back;
  }

  /** The run that is filled, and the sizes of what is before, along and behind the axis. */
  private final class Run {
    private final ByteSource source;
    private final long first;
    private final float[] into;
    private final long middle;
    private final long inner;
    private final long outer;

    Run(ByteSource source, long first, float[] into, long middle, long inner, long outer) {
      this.source = source;
      this.first = first;
      this.into = into;
      this.middle = middle;
      this.inner = inner;
      this.outer = outer;
    }

    /** Puts elements of the other tensor where they belong. */
    void read(long from, long to) throws IOException {
      for (long at = from; at < to; ) {
        int count = (int) Math.min(CHUNK, to - at);
        float[] values = TensorReader.read(of, source, at, count);
        long column = at % inner;
        long row = at / inner % middle;
        long block = at / inner / middle;
        for (int i = 0; i < count; ) {
          int n = (int) Math.min(count - i, inner - column);
          put(values, i, n, (row * outer + block) * inner + column - first);
          i += n;
          column = 0;
          if (++row == middle) {
            row = 0;
            block++;
          }
        }
        at += count;
      }
    }

    private void put(float[] values, int from, int count, long target) {
      long start = Math.max(0, target);
      long end = Math.min(into.length, target + count);
      if (start < end) {
        System.arraycopy(
            values, from + (int) (start - target), into, (int) start, (int) (end - start));
      }
    }
  }
}
