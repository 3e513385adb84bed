package dev.tersor.core.checkpoint.tflite;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.PagedFile;
import dev.tersor.core.checkpoint.tflite.TfliteSparsity.Indices;
import dev.tersor.core.checkpoint.tflite.TfliteSparsity.Level;
import dev.tersor.core.tensor.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads SparsityParameters, and checks that their levels make the tensor. */
final class TfliteSparsityReader {
  private static final int TRAVERSAL_ORDER = 0;
  private static final int BLOCK_MAP = 1;
  private static final int DIM_METADATA = 2;
  private static final int DIM_FORMAT = 0;
  private static final int DIM_DENSE_SIZE = 1;
  private static final int DIM_SEGMENTS = 2;
  private static final int DIM_INDICES = 4;
  private static final int VALUES = 0;

  private final PagedFile file;
  private final String tensor;
  private final Shape shape;
  private final FlatTable parameters;

  TfliteSparsityReader(PagedFile file, String tensor, Shape shape, FlatTable parameters) {
    this.file = file;
    this.tensor = tensor;
    this.shape = shape;
    this.parameters = parameters;
  }

  TfliteSparsity read() throws IOException {
    int[] order = parameters.vector(TRAVERSAL_ORDER, Integer.BYTES).i32s();
    int[] blockMap = parameters.vector(BLOCK_MAP, Integer.BYTES).i32s();
    FlatVector metadata = parameters.tables(DIM_METADATA);
    int rank = shape.rank();
    if (order.length != rank + blockMap.length || metadata.count() != order.length) {
      throw malformed(
          "%d axes and %d blocks in %d levels".formatted(rank, blockMap.length, metadata.count()));
    }
    // An axis of blocks has so many of them; the axis of the block has its elements.
    long[] sizes = shape.dims();
    long[] strides = new long[rank];
    long stride = 1;
    for (int axis = rank - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride = stride * sizes[axis];
    }
    FlatTable[] dims = new FlatTable[order.length];
    int[] levelOf = new int[order.length];
    boolean[] seen = new boolean[order.length];
    for (int i = 0; i < order.length; i++) {
      dims[i] = metadata.table(i);
      if (order[i] < 0 || order[i] >= seen.length || seen[order[i]]) {
        throw malformed("a traversal order that is none");
      }
      seen[order[i]] = true;
      levelOf[order[i]] = i;
    }
    long[] blocks = new long[rank];
    for (int i = 0; i < blockMap.length; i++) {
      int axis = blockMap[i];
      long size = dims[levelOf[rank + i]].i32(DIM_DENSE_SIZE, 0);
      if (axis < 0 || axis >= rank || blocks[axis] != 0 || size < 1 || sizes[axis] % size != 0) {
        throw malformed("blocks of %d along axis %d of shape %s".formatted(size, axis, shape));
      }
      blocks[axis] = size;
    }
    List<Level> levels = new ArrayList<>();
    long nodes = 1;
    for (int i = 0; i < order.length; i++) {
      boolean ofBlock = order[i] >= rank;
      int axis = ofBlock ? blockMap[order[i] - rank] : order[i];
      long block = Math.max(1, blocks[axis]);
      Level level =
          ofBlock
              ? level(dims[i], block, strides[axis], nodes)
              : level(dims[i], sizes[axis] / block, strides[axis] * block, nodes);
      try {
        nodes =
            level.segments() == null
                ? Math.multiplyExact(nodes, level.size())
                : level.indices().count();
      } catch (ArithmeticException e) {
        throw malformed("levels of more than 2^63 elements");
      }
      levels.add(level);
    }
    return new TfliteSparsity(List.copyOf(levels), nodes);
  }

  private Level level(FlatTable dim, long size, long stride, long nodes) throws IOException {
    if (dim.u8(DIM_FORMAT, 0) == 0) {
      if (dim.i32(DIM_DENSE_SIZE, 0) != size) {
        throw malformed("a level of %d, expected %d".formatted(dim.i32(DIM_DENSE_SIZE, 0), size));
      }
      return new Level(size, stride, null, null);
    }
    Indices segments = indices(dim, DIM_SEGMENTS);
    Indices indices = indices(dim, DIM_INDICES);
    if (segments.count() - 1 != nodes) {
      throw malformed("%d segments for %d nodes".formatted(segments.count() - 1, nodes));
    }
    return new Level(size, stride, segments, indices);
  }

  /** A union SparseIndexVector: its type, then the table. */
  private Indices indices(FlatTable dim, int field) throws IOException {
    int bytes =
        switch (dim.u8(field, 0)) {
          case 1 -> Integer.BYTES;
          case 2 -> Short.BYTES;
          case 3 -> Byte.BYTES;
          default -> throw malformed("indices of the kind " + dim.u8(field, 0));
        };
    FlatTable union = dim.table(field + 1);
    if (union == null) {
      throw malformed("a level without indices");
    }
    FlatVector values = union.vector(VALUES, bytes);
    return new Indices(values.at(), values.count(), bytes);
  }

  private MalformedInputException malformed(String message) {
    return file.checks().malformed(tensor, "sparse, with " + message, parameters.at());
  }
}
