package dev.tersor.jobs.inference;

import dev.tersor.core.encode.Container;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.encode.Recipe;
import dev.tersor.core.kernel.MatrixReader;
import dev.tersor.core.tensor.Codes;
import dev.tersor.jobs.config.UsageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A container for each segment.
 *
 * @param one recipe of all; without one each tensor has its own
 */
record ContainerWeights(Optional<Recipe> one) implements StoredWeights {
  @Override
  public Layer layer(NetworkTensor.Coded tensor) {
    Recipe recipe = one.orElse(tensor.recipe());
    List<byte[]> containers = new ArrayList<>();
    long bytes = 0;
    try {
      for (Codes segment : tensor.segments()) {
        byte[] container = Container.encode(segment, recipe).container();
        containers.add(container);
        bytes += container.length;
      }
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          "encoding: tensor '%s' of shape %s cannot be stored as %s: %s"
              .formatted(tensor.name(), tensor.shape(), recipe, e.getMessage()),
          e);
    }
    return new Layer(
        recipe.name(), OptionalLong.of(bytes), MatrixReader.fastest().read(containers));
  }
}
