package dev.tersor.jobs.source;

import dev.tersor.core.checkpoint.OpenCheckpoint;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.jobs.config.UsageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/** What the checkpoint of a model holds beside weights. */
public final class OtherTensors {
  private OtherTensors() {}

  /**
   * The integers of a checkpoint that are no weights: counters, indexes, flags.
   *
   * @param given the checkpoint that was named for the model; without one it is the file that all
   *     weights lie in, and where they lie in several, or in none, there are no others
   * @throws UsageException naming the file, if it cannot be read
   */
  public static List<NetworkTensor.Integers> integers(
      ResolvedModel model, Optional<String> given, Configuration configuration) {
    Set<String> files = new LinkedHashSet<>();
    for (TensorRef tensor : model.tensors()) {
      tensor.checkpointTensor().ifPresent(stored -> files.add(stored.extent().file()));
    }
    Optional<String> file =
        files.size() == 1
            ? Optional.of(files.iterator().next())
            : files.isEmpty() ? Optional.empty() : given;
    if (file.isEmpty()) {
      return List.of();
    }
    try {
      OpenCheckpoint checkpoint =
          OpenCheckpoint.of(file.get(), name -> WeightReader.open(name, configuration));
      List<NetworkTensor.Integers> integers = new ArrayList<>();
      for (StoredTensor tensor : checkpoint.tensors()) {
        if (tensor.integers().isPresent()) {
          integers.add(
              new NetworkTensor.Integers(
                  tensor.name(),
                  tensor.shape(),
                  tensor.integers().get(),
                  checkpoint.integers(tensor)));
        }
      }
      return integers;
    } catch (IOException e) {
      throw new UsageException("weights: cannot read " + file.get() + ": " + e.getMessage(), e);
    }
  }
}
