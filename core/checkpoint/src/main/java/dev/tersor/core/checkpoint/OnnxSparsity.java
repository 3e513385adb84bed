package dev.tersor.core.checkpoint;

import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.bits.MalformedInputException;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import java.util.zip.ZipException;

/**
 * The indices of a SparseTensorProto (onnx.proto): of each value its place in row-major order, or
 * its index along every axis. They ascend, and none is there twice.
 *
 * <p>Example: of a 2x4 matrix the indices 3, 4, 6, or the rows (0, 3), (1, 0), (1, 2), are those of
 * three values.
 *
 * @param indices of INT64
 * @param strides of each axis, where there is an index for each; else of one, 1
 * @param stored values
 */
record OnnxSparsity(StoredTensor indices, List<Long> strides, long stored) implements Sparsity {
  private static final long serialVersionUID = 1L;

  private static final int CHUNK = 1 << 10;

  @Override
  public void scatter(
      StoredTensor tensor, ByteSource source, long first, float[] into, Elements elements)
      throws IOException {
    String file = indices.extent().file();
    if (file.equals(source.name())) {
      scatterBy(tensor, source, first, into, elements);
      return;
    }
    try (ByteSource other = source.other(file)) {
      scatterBy(tensor, other, first, into, elements);
    }
  }

  private void scatterBy(
      StoredTensor tensor, ByteSource source, long first, float[] into, Elements elements)
      throws IOException {
    int axes = strides.size();
    long last = -1;
    try (ElementStream numbers = new ElementStream(indices, source)) {
      for (long done = 0; done < stored; ) {
        int count = (int) Math.min(CHUNK, stored - done);
        byte[] chunk = numbers.bytes(count * axes * Long.BYTES);
        for (int i = 0; i < count; i++) {
          long place = place(tensor, chunk, i * axes);
          if (place <= last || place >= tensor.shape().size()) {
            throw malformed(
                tensor,
                "index %d behind %d, expected ascending ones below %d"
                    .formatted(place, last, tensor.shape().size()));
          }
          last = place;
          float value = elements.next();
          if (place >= first && place < first + into.length) {
            into[(int) (place - first)] = value;
          }
        }
        done += count;
      }
      numbers.checkEnd();
    } catch (EOFException | ZipException e) {
      throw TensorReader.damaged(indices, e);
    }
  }

  private long place(StoredTensor tensor, byte[] chunk, int from) {
    if (tensor.shape().rank() != strides.size()) {
      return LittleEndian.getLong(chunk, from * Long.BYTES);
    }
    long place = 0;
    for (int axis = 0; axis < strides.size(); axis++) {
      long index = LittleEndian.getLong(chunk, (from + axis) * Long.BYTES);
      if (index < 0 || index >= tensor.shape().dim(axis)) {
        throw malformed(tensor, "index %d of axis %d of %s".formatted(index, axis, tensor.shape()));
      }
      place += index * strides.get(axis);
    }
    return place;
  }

  private static MalformedInputException malformed(StoredTensor tensor, String message) {
    return new HeaderChecks(tensor.extent().file())
        .malformed(tensor.name(), "sparse, with " + message, tensor.extent().offset());
  }
}
