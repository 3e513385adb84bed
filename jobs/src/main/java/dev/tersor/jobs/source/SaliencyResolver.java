package dev.tersor.jobs.source;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.checkpoint.Layout;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.jobs.config.Nearest;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.config.WeightSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * Finds the saliency of each swept weight in checkpoints that are given, by reading headers on the
 * driver.
 */
public final class SaliencyResolver {
  private final WeightSettings settings;
  private final SourceFiles files;

  public SaliencyResolver(WeightSettings settings, Configuration configuration) {
    this.settings = settings;
    this.files = new SourceFiles(settings, configuration);
  }

  /**
   * The models, those with a checkpoint of saliencies with these.
   *
   * @throws UsageException naming the model, the file, the tensor and both shapes, if a tensor is
   *     not there, of another shape or dtype, or the file cannot be read
   */
  public List<ResolvedModel> resolve(List<ResolvedModel> models) {
    List<ResolvedModel> resolved = new ArrayList<>();
    for (ResolvedModel model : models) {
      String path = settings.saliency().get(model.name());
      resolved.add(path == null ? model : resolve(model, path));
    }
    return resolved;
  }

  private ResolvedModel resolve(ResolvedModel model, String path) {
    String where = "saliency: " + model.name() + ": ";
    Checkpoint checkpoint;
    try {
      checkpoint = open(path);
    } catch (IOException | IllegalArgumentException | MalformedInputException e) {
      throw new UsageException(where + "cannot read " + path + ": " + e.getMessage(), e);
    }
    List<TensorRef> tensors = new ArrayList<>();
    for (TensorRef tensor : model.tensors()) {
      StoredTensor found =
          checkpoint
              .find(tensor.name())
              .orElseThrow(
                  () ->
                      new UsageException(
                          where
                              + path
                              + " has no tensor '"
                              + tensor.name()
                              + "' of shape "
                              + tensor.shape()
                              + ", nearest: "
                              + nearest(tensor.name(), checkpoint)));
      if (!found.shape().equals(tensor.shape())) {
        throw new UsageException(
            where
                + "tensor '"
                + tensor.name()
                + "' of "
                + path
                + " is "
                + found.shape()
                + ", that of the weights "
                + tensor.shape());
      }
      // A square matrix has the same shape either way round.
      if (found.layout() != tensor.layout()
          && found.layout() != Layout.AS_STORED
          && tensor.layout() != Layout.AS_STORED) {
        throw new UsageException(
            where
                + "tensor '"
                + tensor.name()
                + "' of "
                + path
                + " is stored "
                + found.layout()
                + ", the weights "
                + tensor.layout());
      }
      if (!found.isWeights()) {
        throw new UsageException(
            where
                + "tensor '"
                + tensor.name()
                + "' of "
                + path
                + ": dtype "
                + found.dtypeName()
                + " is not supported, expected F32, F16 or BF16");
      }
      tensors.add(tensor.withSaliency(found));
    }
    return new ResolvedModel(model.name(), model.title(), tensors, model.others(), model.notes());
  }

  private Checkpoint open(String path) throws IOException {
    if (!BuiltInNetwork.isName(path)) {
      return files.open(path);
    }
    try (BuiltInNetwork builtIn = BuiltInNetwork.ofName(path)) {
      return Checkpoint.open(builtIn);
    }
  }

  private static String nearest(String name, Checkpoint checkpoint) {
    return Nearest.to(name, checkpoint.tensors().stream().map(StoredTensor::alias).toList());
  }
}
