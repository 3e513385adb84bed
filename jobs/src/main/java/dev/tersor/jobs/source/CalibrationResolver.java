package dev.tersor.jobs.source;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.checkpoint.Layout;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.quantize.Calibration;
import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.config.Nearest;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.config.WeightSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.apache.hadoop.conf.Configuration;

/**
 * Finds what was measured on data of each swept tensor, its saliency and the mean products of its
 * inputs, in checkpoints that are given, by reading headers on the driver.
 */
public final class CalibrationResolver {
  private final WeightSettings settings;
  private final SourceFiles files;

  public CalibrationResolver(WeightSettings settings, Configuration configuration) {
    this.settings = settings;
    this.files = new SourceFiles(settings, configuration);
  }

  /**
   * The models, those with checkpoints of such with these.
   *
   * @throws UsageException naming the model, the file, the tensor and both shapes, if a tensor is
   *     not there, of another shape or dtype, or the file cannot be read
   */
  public List<ResolvedModel> resolve(List<ResolvedModel> models) {
    List<ResolvedModel> bySaliency =
        resolve(models, "saliency", settings.saliency(), CalibrationResolver::withSaliency);
    return resolve(
        bySaliency, "input-products", settings.inputs(), CalibrationResolver::withInputs);
  }

  /** A tensor of a checkpoint, and what errors call it. */
  private record Found(StoredTensor stored, String path, String where) {
    UsageException refusal(String problem) {
      return new UsageException(
          where
              + "tensor '"
              + stored.alias()
              + "' of "
              + path
              + (problem.startsWith(":") ? "" : " ")
              + problem);
    }
  }

  private List<ResolvedModel> resolve(
      List<ResolvedModel> models,
      String option,
      Map<String, String> paths,
      BiFunction<TensorRef, Found, TensorRef> with) {
    List<ResolvedModel> resolved = new ArrayList<>();
    for (ResolvedModel model : models) {
      String path = paths.get(model.name());
      if (path == null) {
        resolved.add(model);
        continue;
      }
      String where = option + ": " + model.name() + ": ";
      Checkpoint checkpoint;
      try {
        checkpoint = open(path);
      } catch (IOException | IllegalArgumentException | MalformedInputException e) {
        throw new UsageException(where + "cannot read " + path + ": " + e.getMessage(), e);
      }
      List<TensorRef> tensors = new ArrayList<>();
      for (TensorRef tensor : model.tensors()) {
        Found found = new Found(find(checkpoint, tensor, where + path), path, where);
        if (!found.stored().isWeights()) {
          throw found.refusal(
              ": dtype "
                  + found.stored().dtypeName()
                  + " is not supported, expected F32, F16 or BF16");
        }
        tensors.add(with.apply(tensor, found));
      }
      resolved.add(
          new ResolvedModel(model.name(), model.title(), tensors, model.others(), model.notes()));
    }
    return resolved;
  }

  private static StoredTensor find(Checkpoint checkpoint, TensorRef tensor, String where) {
    return checkpoint
        .find(tensor.name())
        .orElseThrow(
            () ->
                new UsageException(
                    where
                        + " has no tensor '"
                        + tensor.name()
                        + "', which the weights have as "
                        + tensor.shape()
                        + ", nearest: "
                        + nearest(tensor.name(), checkpoint)));
  }

  private static TensorRef withSaliency(TensorRef tensor, Found found) {
    StoredTensor stored = found.stored();
    if (!stored.shape().equals(tensor.shape())) {
      throw found.refusal("is " + stored.shape() + ", that of the weights " + tensor.shape());
    }
    // A square matrix has the same shape either way round.
    if (stored.layout() != tensor.layout()
        && stored.layout() != Layout.AS_STORED
        && tensor.layout() != Layout.AS_STORED) {
      throw found.refusal("is stored " + stored.layout() + ", the weights " + tensor.layout());
    }
    return tensor.withSaliency(stored);
  }

  private static TensorRef withInputs(TensorRef tensor, Found found) {
    Shape shape = found.stored().shape();
    boolean rowsAreInputs = tensor.layout() == Layout.IN_OUT;
    long columns = Calibration.Inputs.columns(tensor.shape(), rowsAreInputs);
    if (!Calibration.Inputs.fit(shape, tensor.shape(), rowsAreInputs)) {
      throw found.refusal(
          "is %s, expected groups x %d x %d of at most %,d columns for weights of %s"
              .formatted(shape, columns, columns, Calibration.Inputs.MOST_COLUMNS, tensor.shape()));
    }
    return tensor.withInputs(found.stored());
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
