package dev.tersor.jobs.sql;

import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.tensor.Segment;
import java.io.Serializable;

/**
 * A segment of a tensor of a safetensors file, its weights unread.
 *
 * @param fileLength of the file when its header was read, in bytes
 * @param fileModified when the file had been written by then, in milliseconds since 1970
 */
record SafetensorsRow(long fileLength, long fileModified, StoredTensor tensor, Segment segment)
    implements Serializable {
  String file() {
    return tensor.extent().file();
  }

  /** The row with null for its weights. */
  TensorRow withoutValues() {
    return name ->
        switch (name) {
          case "file" -> file();
          case "name" -> tensor.name();
          case "dtype" -> tensor.dtypeName();
          case "shape" -> tensor.shape().dims();
          case "segment" -> segment.index();
          case "offset" -> segment.offset();
          case "params" -> segment.shape().size();
          default -> null;
        };
  }
}
