package dev.tersor.jobs.inference;

import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.kernel.Matrix;
import java.util.Optional;
import java.util.OptionalLong;

/** The quantised weights of a network in a form that is multiplied from. */
interface StoredWeights {
  /**
   * A tensor.
   *
   * @param name of the form
   * @param stored bytes that are the layer's alone
   */
  record Layer(String name, OptionalLong stored, Matrix matrix) {}

  /**
   * A tensor of the network.
   *
   * @throws dev.tersor.jobs.config.UsageException naming the tensor, if it cannot be stored so
   */
  Layer layer(NetworkTensor.Coded tensor);

  /** What the one sequence of all layers comes to, if that is the form. */
  default Optional<StoredInference.SequenceResult> sequence() {
    return Optional.empty();
  }
}
