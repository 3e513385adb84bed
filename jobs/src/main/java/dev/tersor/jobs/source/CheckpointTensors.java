package dev.tersor.jobs.source;

import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.checkpoint.DType;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.encode.Limits;
import dev.tersor.core.model.TensorSpec;
import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.config.Nearest;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.source.TensorRef.Origin;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The tensors of a checkpoint as those of a model.
 *
 * @param origin what the checkpoint is
 */
record CheckpointTensors(String model, Checkpoint checkpoint, Origin origin) {
  /**
   * @throws UsageException naming the file, the tensor and its dtype, if there are weights in it
   *     that are not read
   */
  CheckpointTensors {
    if (!checkpoint.unread().isEmpty()) {
      throw new UsageException(
          "weights: "
              + model
              + ": "
              + checkpoint.name()
              + ": "
              + checkpoint.unread().get(0).message());
    }
    for (StoredTensor tensor : checkpoint.tensors()) {
      if (!tensor.isWeights() && !tensor.holdsNoWeights()) {
        throw unsupported(model, tensor);
      }
    }
  }

  /**
   * The tensor that a description asks for, if it is there.
   *
   * @throws UsageException if it is of another shape, holds no weights, or has more dimensions than
   *     a container
   */
  Optional<TensorRef> find(TensorSpec spec) {
    Optional<StoredTensor> stored = checkpoint.find(spec.name());
    if (stored.isEmpty()) {
      return Optional.empty();
    }
    if (!stored.get().shape().equals(spec.shape())) {
      throw new UsageException(
          "weights: "
              + model
              + ": tensor '"
              + spec.name()
              + "' of "
              + checkpoint.name()
              + " is "
              + stored.get().shape()
              + ", the model's is "
              + spec.shape());
    }
    if (!stored.get().isWeights()) {
      throw unsupported(model, stored.get());
    }
    check(stored.get());
    return Optional.of(TensorRef.described(model, spec, origin, stored.get(), 0));
  }

  /** The tensors of a checkpoint beside those that are swept. */
  List<TensorRef> others(Collection<TensorRef> swept) {
    Set<String> names = swept.stream().map(TensorRef::name).collect(Collectors.toSet());
    List<TensorRef> others = new ArrayList<>();
    for (StoredTensor tensor : checkpoint.tensors()) {
      if (tensor.isWeights() && !names.contains(tensor.name()) && !names.contains(tensor.alias())) {
        others.add(TensorRef.undescribed(model, tensor, origin));
      }
    }
    return others;
  }

  /**
   * Every floating-point tensor of rank 2 or more, where no description fits.
   *
   * @throws UsageException if there is none, or one has more dimensions than a container
   */
  ResolvedModel undescribed() {
    List<TensorRef> tensors = new ArrayList<>();
    Map<String, Integer> skipped = new TreeMap<>();
    Map<String, Integer> uncoded = new TreeMap<>();
    for (StoredTensor tensor : checkpoint.tensors()) {
      Shape shape = tensor.shape();
      if (tensor.isWeights() && (shape.rank() < 2 || shape.size() == 0)) {
        continue;
      }
      if (!tensor.isWeights()) {
        skipped.merge(tensor.dtypeName(), 1, Integer::sum);
        continue;
      }
      check(tensor);
      if (isOfBlocks(tensor) && tensor.dtype().codebook().isEmpty()) {
        uncoded.merge(tensor.dtypeName(), 1, Integer::sum);
      }
      tensors.add(TensorRef.undescribed(model, tensor, origin));
    }
    if (tensors.isEmpty()) {
      throw new UsageException(
          "weights: "
              + model
              + ": "
              + checkpoint.name()
              + " has no tensor of weights of rank 2 or more");
    }
    List<String> notes = new ArrayList<>(checkpoint.notes());
    long quantised = tensors.stream().filter(TensorRef::isQuantised).count();
    if (quantised > 0) {
      notes.add(
          quantised
              + " tensors are quantised in the file: --bits file keeps their codes, any other bits"
              + " quantise them once more");
    }
    uncoded.forEach(
        (dtype, count) ->
            notes.add(
                count + " tensors of " + dtype + " are read as floats: --bits file has no codes"));
    skipped.forEach((dtype, count) -> notes.add(count + " tensors of " + dtype + " left out"));
    return new ResolvedModel(model, checkpoint.name(), tensors, others(tensors), notes);
  }

  /** Whether elements bring their scales with them, in blocks. */
  private static boolean isOfBlocks(StoredTensor tensor) {
    return tensor.dtype().elements() > 1
        && tensor.quantisation() == null
        && !(tensor.dtype() instanceof DType);
  }

  /** The name of a tensor that is most like another. */
  String nearest(String name) {
    return Nearest.to(name, checkpoint.tensors().stream().map(StoredTensor::alias).toList());
  }

  private void check(StoredTensor tensor) {
    try {
      Limits.check(tensor.shape());
    } catch (IllegalArgumentException e) {
      throw new UsageException(where(model, tensor) + e.getMessage(), e);
    }
  }

  private static UsageException unsupported(String model, StoredTensor tensor) {
    return new UsageException(
        where(model, tensor)
            + "dtype "
            + tensor.dtypeName()
            + " is not supported, expected floating-point numbers");
  }

  private static String where(String model, StoredTensor tensor) {
    return "weights: %s: tensor '%s' of %s: "
        .formatted(model, tensor.name(), tensor.extent().file());
  }
}
