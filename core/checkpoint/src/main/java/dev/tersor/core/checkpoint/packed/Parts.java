package dev.tersor.core.checkpoint.packed;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.ByteSource;
import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.checkpoint.Checkpoint.Unread;
import dev.tersor.core.checkpoint.DType;
import dev.tersor.core.checkpoint.Extent;
import dev.tersor.core.checkpoint.HeaderChecks;
import dev.tersor.core.checkpoint.Layout;
import dev.tersor.core.checkpoint.Quantisation;
import dev.tersor.core.checkpoint.StoredFormat;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.checkpoint.Tiles;
import dev.tersor.core.tensor.Shape;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The tensors of a module that is stored as several, and the weights that they become.
 *
 * @param module its name with a dot behind it, or nothing
 * @param all tensors of the checkpoint by their names
 * @param used gets the names of those that are taken
 * @param unread gets modules that are of a form not read
 * @param source the checkpoint, which opens the files of others
 */
record Parts(
    String module,
    Map<String, StoredTensor> all,
    Set<String> used,
    List<Unread> unread,
    ByteSource source) {
  /** Columns of a matrix, and groups: what is read whole, to be looked at. */
  static final int MAX_COLUMNS = 1 << 24;

  /** A tensor of the module, which is then used; null if there is none. */
  StoredTensor find(String part) {
    StoredTensor tensor = all.get(module + part);
    if (tensor != null) {
      used.add(tensor.name());
    }
    return tensor;
  }

  /**
   * The same, which must be there.
   *
   * @throws MalformedInputException if there is none
   */
  StoredTensor need(String part, StoredTensor beside) {
    StoredTensor tensor = find(part);
    if (tensor == null) {
      throw malformed(beside, "has no " + module + part + " beside it");
    }
    return tensor;
  }

  /** A dimension of a matrix. */
  long dim(StoredTensor tensor, int axis) {
    if (tensor.shape().rank() != 2) {
      throw malformed(tensor, "of shape " + tensor.shape() + ", expected a matrix");
    }
    return tensor.shape().dim(axis);
  }

  void check(boolean fits, StoredTensor tensor, String expected) {
    if (!fits) {
      throw malformed(
          tensor,
          "%s of shape %s, expected %s".formatted(tensor.dtypeName(), tensor.shape(), expected));
    }
  }

  /**
   * Tells that the weights of the module are not read.
   *
   * @param where what about the tensor is not
   * @param expected what is read
   * @return null, in place of the weights
   */
  StoredTensor refuse(StoredTensor tensor, String where, String expected) {
    unread.add(new Unread(module + "weight", tensor.dtypeName(), tensor.shape(), where, expected));
    return null;
  }

  MalformedInputException malformed(StoredTensor tensor, String message) {
    return new HeaderChecks(tensor.extent().file())
        .malformed(tensor.name(), message, tensor.extent().offset());
  }

  /** The numbers of a tensor, which are few. */
  float[] read(StoredTensor tensor) throws IOException {
    check(tensor.shape().size() <= MAX_COLUMNS, tensor, "at most " + MAX_COLUMNS + " numbers");
    int count = (int) tensor.shape().size();
    String file = tensor.extent().file();
    if (file.equals(source.name())) {
      return Checkpoint.read(tensor, source, 0, count);
    }
    try (ByteSource other = source.other(file)) {
      return Checkpoint.read(tensor, other, 0, count);
    }
  }

  /** The weights of the module. */
  StoredTensor weight(StoredTensor codes, Quantisation by) {
    try {
      StoredTensor plain =
          new StoredTensor(
              module + "weight",
              module + "weight",
              codes.dtype(),
              codes.dtypeName(),
              codes.shape(),
              Layout.OUT_IN,
              codes.extent());
      return plain.quantised(by);
    } catch (IllegalArgumentException e) {
      throw malformed(codes, e.getMessage());
    }
  }

  /** A tensor of words, of which only the bytes are known yet, as the integers in it. */
  static StoredTensor unpacked(
      StoredTensor words, StoredFormat format, String dtypeName, Tiles order, long... dims) {
    Extent extent = words.extent();
    return new StoredTensor(
        words.name(),
        words.alias(),
        format,
        dtypeName,
        Shape.of(dims),
        Layout.OUT_IN,
        new Extent(extent.file(), extent.offset(), extent.length(), extent.storage(), 0, 4, order));
  }

  /** Whether each column is of the group that it is in where groups are runs. */
  boolean areRuns(StoredTensor groups, long columns, long runs) throws IOException {
    check(
        groups.dtype() == DType.I32 && groups.shape().size() == columns,
        groups,
        "I32 of shape [" + columns + "]");
    if (columns % runs != 0) {
      return false;
    }
    float[] of = read(groups);
    long length = columns / runs;
    for (int i = 0; i < of.length; i++) {
      if ((long) of[i] != i / length) {
        return false;
      }
    }
    return true;
  }
}
