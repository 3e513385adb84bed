package dev.tersor.jobs.choose;

import dev.tersor.jobs.source.TensorRef;
import java.util.List;

/**
 * A layer with all ways to store it that were measured.
 *
 * @param power sum of the squares of its weights
 */
public record Layer(TensorRef tensor, double power, List<Candidate> candidates) {
  /** The name that it has in its checkpoint, which is that of a network file too. */
  public String name() {
    return tensor.checkpointTensor().map(stored -> stored.name()).orElse(tensor.name());
  }

  public long weights() {
    return tensor.shape().size();
  }
}
