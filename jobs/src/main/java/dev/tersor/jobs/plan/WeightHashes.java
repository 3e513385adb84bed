package dev.tersor.jobs.plan;

import dev.tersor.core.quantize.ErrorMeasure;
import dev.tersor.jobs.config.GridSettings;
import dev.tersor.jobs.config.Pruning;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Hashes of the weights that a sweep takes, and of what decides beside them how they are pruned and
 * quantised.
 */
public final class WeightHashes {
  /**
   * What beside the weights has a say.
   *
   * @param saliency of each weight
   * @param inputs of layers, their mean products
   */
  public record Beside(boolean saliency, boolean inputs) {
    /** At a pruning; codebooks beside one that takes a saliency have its hash too. */
    public static Beside of(Pruning pruning, GridSettings settings) {
      return new Beside(
          pruning.bySaliency() || settings.isFittedBy(ErrorMeasure.SALIENCY),
          settings.isFittedBy(ErrorMeasure.OUTPUTS));
    }
  }

  private record Of(String name, Beside beside) {}

  private final Map<String, String> weights;
  private final Map<String, String> saliencies;
  private final Map<String, String> inputs;
  private final Map<String, Map<String, SegmentRef>> models = new HashMap<>();
  private final Map<Of, String> ofModels = new HashMap<>();

  /**
   * @param segments of all swept tensors, in order
   * @param weights hash of each tensor's weights, by {@link SegmentRef#tensorId}
   * @param saliencies the same of their saliency, where they have one
   * @param inputs the same of the mean products of their inputs
   */
  public WeightHashes(
      List<SegmentRef> segments,
      Map<String, String> weights,
      Map<String, String> saliencies,
      Map<String, String> inputs) {
    this.weights = Map.copyOf(weights);
    this.saliencies = Map.copyOf(saliencies);
    this.inputs = Map.copyOf(inputs);
    for (SegmentRef segment : segments) {
      models
          .computeIfAbsent(segment.tensor().model(), model -> new LinkedHashMap<>())
          .putIfAbsent(segment.tensorId(), segment);
    }
  }

  /** Of the tensor's weights, and of what has a say beside them. */
  public String tensor(SegmentRef segment, Beside beside) {
    String own = weights.get(segment.tensorId());
    List<String> parts = new ArrayList<>(List.of(own));
    if (beside.saliency() && saliencies.containsKey(segment.tensorId())) {
      parts.add(saliencies.get(segment.tensorId()));
    }
    if (beside.inputs() && inputs.containsKey(segment.tensorId())) {
      parts.add(inputs.get(segment.tensorId()));
    }
    return parts.size() == 1 ? own : CellKeys.ofParts(parts);
  }

  /** Of all swept weights of the model, and of what has a say beside them. */
  public String model(SegmentRef segment, Beside beside) {
    String model = segment.tensor().model();
    return ofModels.computeIfAbsent(
        new Of(model, beside),
        key ->
            CellKeys.ofParts(
                models.get(model).values().stream().map(ref -> tensor(ref, beside)).toList()));
  }
}
