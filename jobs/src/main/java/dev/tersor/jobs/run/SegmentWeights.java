package dev.tersor.jobs.run;

import dev.tersor.jobs.plan.SegmentRef;
import dev.tersor.jobs.source.WeightReader;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/** Reads the weights of segments inside tasks. */
record SegmentWeights(Broadcast<SerializableConfiguration> configuration) implements Serializable {
  /**
   * @throws UncheckedIOException if they cannot be read
   */
  float[] of(SegmentRef ref) {
    try {
      return WeightReader.read(ref.tensor(), ref.segment(), configuration.value());
    } catch (IOException e) {
      throw new UncheckedIOException(ref.label() + ": " + e.getMessage(), e);
    }
  }
}
