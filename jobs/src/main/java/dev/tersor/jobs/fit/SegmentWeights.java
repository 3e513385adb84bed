package dev.tersor.jobs.fit;

import dev.tersor.core.checkpoint.Layout;
import dev.tersor.core.prune.PruningMask;
import dev.tersor.core.quantize.Calibration;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.jobs.config.Pruning;
import dev.tersor.jobs.plan.CodebookId;
import dev.tersor.jobs.plan.SegmentRef;
import dev.tersor.jobs.source.TensorRef;
import dev.tersor.jobs.source.WeightReader;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/** Reads the weights of segments inside tasks. */
public record SegmentWeights(Broadcast<SerializableConfiguration> configuration)
    implements Serializable {
  /** Tasks of a pass over all weights, for each core. */
  private static final int TASKS = 4;

  /**
   * Segments in the few tasks of a pass over them, neighbours together: what is counted of a tensor
   * is merged before it travels, and a shuffle has no more parts than there are tasks.
   */
  static JavaRDD<SegmentRef> spread(JavaSparkContext spark, List<SegmentRef> segments) {
    int tasks = Math.min(segments.size(), TASKS * spark.defaultParallelism());
    return spark.parallelize(segments, Math.max(1, tasks));
  }

  /**
   * @throws UncheckedIOException if they cannot be read
   */
  public float[] of(SegmentRef ref) {
    try {
      return WeightReader.read(ref.tensor(), ref.segment(), configuration.value());
    } catch (IOException e) {
      throw new UncheckedIOException(ref.label() + ": " + e.getMessage(), e);
    }
  }

  /**
   * The codebook that a file brings with the codes of a segment.
   *
   * @throws UncheckedIOException if it cannot be read
   * @throws IllegalArgumentException saying why, if there is none
   */
  Codebook codebook(SegmentRef ref) {
    try {
      return WeightReader.codebook(ref.tensor(), ref.segment(), configuration.value());
    } catch (IOException e) {
      throw new UncheckedIOException(ref.label() + ": " + e.getMessage(), e);
    }
  }

  /**
   * What is known of a segment's errors, as a codebook goes by it.
   *
   * @throws UncheckedIOException if it cannot be read
   */
  public Calibration calibration(SegmentRef ref, CodebookId codebook) {
    return switch (codebook.measure()) {
      case WEIGHTS -> Calibration.NONE;
      case SALIENCY -> new Calibration.Saliency(of(ref.ofSaliency()));
      case OUTPUTS -> {
        TensorRef tensor = ref.tensor();
        yield Calibration.Inputs.of(
                of(ref.ofInputs()),
                tensor.inputs().shape(),
                tensor.shape(),
                tensor.layout() == Layout.IN_OUT)
            .part(ref.segment(), tensor.shape().rowLength());
      }
    };
  }

  /**
   * What decides which weights of a segment are pruned: their saliency, or they themselves.
   *
   * @throws UncheckedIOException if they cannot be read
   */
  float[] deciding(SegmentRef ref, Pruning pruning) {
    return of(pruning.bySaliency() ? ref.ofSaliency() : ref);
  }

  /** The same where the weights were read. */
  float[] deciding(SegmentRef ref, Pruning pruning, float[] weights) {
    return pruning.bySaliency() ? of(ref.ofSaliency()) : weights;
  }

  /**
   * The weights of a segment with those pruned set to zero.
   *
   * @param mask the one that was decided over more than this segment, or null
   * @throws UncheckedIOException if they cannot be read
   */
  public float[] pruned(SegmentRef ref, Pruning pruning, PruningMask mask) {
    return pruned(ref, pruning, mask, of(ref));
  }

  /** The same where the weights were read; they are not changed. */
  public float[] pruned(SegmentRef ref, Pruning pruning, PruningMask mask, float[] weights) {
    return Quantised.prune(
        weights, deciding(ref, pruning, weights), ref.segment().shape(), pruning, mask);
  }
}
