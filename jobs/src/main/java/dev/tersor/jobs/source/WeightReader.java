package dev.tersor.jobs.source;

import dev.tersor.core.checkpoint.ByteSource;
import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.checkpoint.StoredCodebook;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Segment;
import dev.tersor.core.tensor.SyntheticWeights;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.util.SerializableConfiguration;

/** Reads or draws the weights of a segment, in a task. */
public final class WeightReader {
  private WeightReader() {}

  /**
   * @param configuration of the Hadoop file systems, broadcast by the driver
   */
  public static float[] read(
      TensorRef tensor, Segment segment, SerializableConfiguration configuration)
      throws IOException {
    return read(tensor, segment, configuration.value());
  }

  static float[] read(TensorRef tensor, Segment segment, Configuration configuration)
      throws IOException {
    if (tensor.stored() == null) {
      return new SyntheticWeights(tensor.seed(), tensor.name(), tensor.shape())
          .draw(segment.offset(), segment.length());
    }
    try (ByteSource source = open(tensor.stored().extent().file(), configuration)) {
      return Checkpoint.read(tensor.stored(), source, segment.offset(), segment.length());
    }
  }

  /**
   * The codebook that the file of a segment's codes brings with them.
   *
   * @throws IllegalArgumentException saying why, if there is none
   */
  public static Codebook codebook(
      TensorRef tensor, Segment segment, SerializableConfiguration configuration)
      throws IOException {
    StoredTensor stored = tensor.stored();
    try (ByteSource source = open(stored.extent().file(), configuration.value())) {
      return StoredCodebook.read(stored, segment, source);
    }
  }

  /** Opens what the {@link ByteSource#name} of a source says. */
  static ByteSource open(String name, Configuration configuration) throws IOException {
    return BuiltInNetwork.isName(name)
        ? BuiltInNetwork.ofName(name)
        : HeldFile.open(name, configuration);
  }
}
