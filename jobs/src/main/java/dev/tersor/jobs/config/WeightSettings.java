package dev.tersor.jobs.config;

import dev.tersor.core.model.Kind;
import dev.tersor.core.model.TensorSpec;
import java.util.List;
import java.util.Map;

/**
 * Where the weights of a sweep come from.
 *
 * @param models names, in order, without repetition
 * @param files checkpoints that stand in for a model's own sources, by model name
 * @param saliency checkpoints with a saliency of each swept weight, by model name
 * @param inputs checkpoints with the mean products of each swept layer's inputs, by model name
 * @param kinds of the tensors that are swept, whatever the models' descriptions say of them; empty
 *     for those that the descriptions name. The others stay as they are
 * @param cache empty for the user's cache folder
 * @param skipMissing whether models without weights are left out
 */
public record WeightSettings(
    List<String> models,
    Map<String, String> files,
    Map<String, String> saliency,
    Map<String, String> inputs,
    List<Kind> kinds,
    String cache,
    String weightsDir,
    String modelsDir,
    boolean requireTrained,
    boolean offline,
    boolean skipMissing) {
  /** Whether a described tensor is swept. */
  public boolean takes(TensorSpec tensor) {
    return kinds.isEmpty() ? tensor.prune() : kinds.contains(tensor.kind());
  }
}
