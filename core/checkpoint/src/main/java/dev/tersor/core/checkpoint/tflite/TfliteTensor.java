package dev.tersor.core.checkpoint.tflite;

import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.checkpoint.DType;
import dev.tersor.core.checkpoint.Extent;
import dev.tersor.core.checkpoint.HeaderChecks;
import dev.tersor.core.checkpoint.Layout;
import dev.tersor.core.checkpoint.PagedFile;
import dev.tersor.core.checkpoint.Quantisation;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.tensor.Shape;
import java.io.IOException;

/** A Tensor of the schema: where its buffer lies, and what its integers stand for. */
final class TfliteTensor {
  private static final int SHAPE = 0;
  private static final int TYPE = 1;
  private static final int BUFFER = 2;
  private static final int NAME = 3;
  private static final int QUANTIZATION = 4;
  private static final int SPARSITY = 6;
  private static final int BUFFER_DATA = 0;
  private static final int BUFFER_OFFSET = 1;
  private static final int BUFFER_SIZE = 2;
  private static final int SCALE = 2;
  private static final int ZERO_POINT = 3;
  private static final int DETAILS_TYPE = 4;
  private static final int DIMENSION = 6;

  /** So many weights a sparse tensor may have however few of them are stored. */
  private static final long SPARSE_WEIGHTS = 1 << 24;

  /** So many more it may have than are stored. */
  private static final long TIMES_STORED = 1 << 12;

  private final PagedFile file;
  private final FlatTable table;
  private final int index;
  private final String name;
  private final DType dtype;
  private final String dtypeName;
  private final FlatTable quantization;
  private long dataAt;
  private long dataBytes;

  TfliteTensor(PagedFile file, FlatTable table, int index, FlatVector buffers) throws IOException {
    this.file = file;
    this.table = table;
    this.index = index;
    int type = table.u8(TYPE, 0);
    this.dtype = TfliteTypes.dtype(type);
    this.dtypeName = TfliteTypes.name(type);
    this.quantization = table.table(QUANTIZATION);
    this.name = table.text(NAME);
    long buffer = table.u32(BUFFER);
    if (buffer >= buffers.count() && buffer > 0) {
      throw file.malformed(
          "tensor %d has the buffer %d of %d".formatted(index, buffer, buffers.count()),
          table.at());
    }
    if (buffer > 0) {
      locate(buffers.table(buffer));
    }
  }

  /** In files above 2 GB data lie behind the flatbuffer; an offset of 1 says that it is not set. */
  private void locate(FlatTable buffer) throws IOException {
    FlatVector data = buffer.vector(BUFFER_DATA, 1);
    long offset = buffer.i64(BUFFER_OFFSET);
    if (data.isEmpty() && offset != 0 && offset != 1) {
      dataAt = offset;
      dataBytes = buffer.i64(BUFFER_SIZE);
      file.checkRange("a buffer", dataAt, dataBytes);
    } else {
      dataAt = data.at();
      dataBytes = data.bytes();
    }
  }

  boolean isConstant() {
    return dataBytes > 0;
  }

  String ownName() {
    return name.isEmpty() ? "tensor" + index : name;
  }

  /** Why its weights are not read; null if they are, or if it has none. */
  String whyUnread(TfliteUses uses) throws IOException {
    if (quantization != null && quantization.u8(DETAILS_TYPE, 0) != 0) {
      return "a quantisation of its own kind";
    }
    if (uses.isEncoded(index)) {
      return "bytes that TensorFlow Lite Micro's DECODE reads";
    }
    if (uses.isShuffled(index)) {
      return "an order that FULLY_CONNECTED shuffled";
    }
    boolean integers = dtype == DType.OTHER && dtypeName.startsWith("INT");
    return integers && isQuantised() ? "integers of " + dtypeName : null;
  }

  private boolean isQuantised() throws IOException {
    return quantization != null && !quantization.vector(SCALE, Float.BYTES).isEmpty();
  }

  private Shape shape(String shown) throws IOException {
    FlatVector stored = table.vector(SHAPE, Integer.BYTES);
    int[] dims = stored.count() > HeaderChecks.MAX_RANK ? new int[0] : stored.i32s();
    if (dims.length != stored.count()) {
      throw file.malformed(
          "tensor '%s' of %d dimensions".formatted(shown, stored.count()), table.at());
    }
    long[] wide = new long[dims.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = dims[i];
    }
    return file.checks().shape(shown, wide, table.at());
  }

  Checkpoint.Unread unread(String shown, String where) throws IOException {
    return new Checkpoint.Unread(
        shown, dtypeName, shape(shown), where, "scales of a tensor or a channel");
  }

  /**
   * @param shown the name that it gets
   */
  StoredTensor stored(String shown, TfliteUses uses) throws IOException {
    Shape shape = shape(shown);
    Extent extent = Extent.raw(file.name(), dataAt, dataBytes, dtype);
    FlatTable sparsity = table.table(SPARSITY);
    long elements = shape.size();
    if (sparsity != null && dtype != DType.OTHER) {
      TfliteSparsity which = new TfliteSparsityReader(file, shown, shape, sparsity).read();
      extent = extent.sparse(which);
      elements = which.stored();
    }
    if (dtype != DType.OTHER) {
      long needed = file.checks().bytes(shown, Shape.of(elements), dtype, table.at());
      file.checks().sameLength(shown, shape, dtypeName, needed, dataBytes, table.at());
      checkSparse(shown, shape, elements);
    }
    Layout layout = uses.layout(index, shape.rank());
    StoredTensor tensor = new StoredTensor(shown, shown, dtype, dtypeName, shape, layout, extent);
    boolean numbers = dtype == DType.OTHER || dtype.holdsWeights();
    return numbers || !isQuantised() ? tensor : quantised(tensor);
  }

  /** The shape of a sparse tensor is but a claim: what is read must stay near what is stored. */
  private void checkSparse(String shown, Shape shape, long stored) {
    if (shape.size() > SPARSE_WEIGHTS && shape.size() / TIMES_STORED > stored) {
      throw file.checks()
          .malformed(
              shown,
              "shape %s of which %d weights are stored, at most %d times as many or %d are read"
                  .formatted(shape, stored, TIMES_STORED, SPARSE_WEIGHTS),
              table.at());
    }
  }

  /** A scale for the tensor, or for each index of one dimension; zero points likewise. */
  private StoredTensor quantised(StoredTensor tensor) throws IOException {
    FlatVector scales = quantization.vector(SCALE, Float.BYTES);
    FlatVector zeros = quantization.vector(ZERO_POINT, Long.BYTES);
    int rank = tensor.shape().rank();
    int axis = quantization.i32(DIMENSION, 0);
    try {
      StoredTensor scale = vector(tensor.name() + ":scale", scales, DType.F32, "FLOAT32");
      StoredTensor zero =
          zeros.isEmpty() || isZero(zeros, scales.count())
              ? null
              : vector(tensor.name() + ":zero_point", zeros, DType.I64, "INT64");
      if (scales.count() == 1) {
        return tensor.quantised(Quantisation.ofTensor(scale, zero, rank));
      }
      if (axis < 0 || axis >= rank || tensor.shape().dim(axis) != scales.count()) {
        throw new IllegalArgumentException(
            "%d scales along dimension %d of shape %s"
                .formatted(scales.count(), axis, tensor.shape()));
      }
      return tensor.quantised(Quantisation.ofAxis(scale, zero, rank, axis));
    } catch (IllegalArgumentException e) {
      throw file.checks().malformed(tensor.name(), e.getMessage(), quantization.at());
    }
  }

  /** Whether one zero point for many scales is 0, as some writers put it. */
  private static boolean isZero(FlatVector zeros, long scales) throws IOException {
    return zeros.count() == 1 && scales > 1 && zeros.i64(0) == 0;
  }

  private StoredTensor vector(String shown, FlatVector values, DType type, String typeName) {
    return new StoredTensor(
        shown,
        shown,
        type,
        typeName,
        Shape.of(values.count()),
        Layout.AS_STORED,
        Extent.raw(file.name(), values.at(), values.bytes(), type));
  }
}
