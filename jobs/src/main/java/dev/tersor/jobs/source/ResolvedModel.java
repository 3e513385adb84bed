package dev.tersor.jobs.source;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A model whose weights were found.
 *
 * @param tensors those that the sweep takes, in the order of the network
 * @param others what else their checkpoints hold: biases, normalisation, tensors that are not swept
 * @param notes what the user should know about where the weights come from
 */
public record ResolvedModel(
    String name,
    String title,
    List<TensorRef> tensors,
    List<TensorRef> others,
    List<String> notes) {

  /** Whether a saliency of its weights is given. */
  public boolean hasSaliency() {
    return tensors.stream().anyMatch(tensor -> tensor.saliency() != null);
  }

  public long weights() {
    return tensors.stream().mapToLong(tensor -> tensor.shape().size()).sum();
  }

  /** For example {@code hub} or {@code hub (35), synthetic (1)}. */
  public String origins() {
    Map<String, Long> counts =
        tensors.stream()
            .collect(
                Collectors.groupingBy(
                    tensor -> tensor.origin().label(), TreeMap::new, Collectors.counting()));
    return counts.size() == 1
        ? counts.keySet().iterator().next()
        : counts.entrySet().stream()
            .map(entry -> entry.getKey() + " (" + entry.getValue() + ")")
            .collect(Collectors.joining(", "));
  }

  public boolean isAnySynthetic() {
    return tensors.stream().anyMatch(tensor -> tensor.origin() == TensorRef.Origin.SYNTHETIC);
  }
}
