package dev.tersor.jobs.plan;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Hashes of the weights that a sweep takes, and of the saliency that prunes or clusters them. */
public final class WeightHashes {
  private final Map<String, String> tensors;
  private final Map<String, String> tensorsWithSaliency;
  private final Map<String, String> models;
  private final Map<String, String> modelsWithSaliency;

  /**
   * @param segments of all swept tensors, in order
   * @param weights hash of each tensor's weights, by {@link SegmentRef#tensorId}
   * @param saliencies the same of their saliency, where they have one
   */
  public WeightHashes(
      List<SegmentRef> segments, Map<String, String> weights, Map<String, String> saliencies) {
    tensors = Map.copyOf(weights);
    Map<String, String> both = new HashMap<>(weights);
    saliencies.forEach(
        (tensor, hash) ->
            both.computeIfPresent(tensor, (id, own) -> CellKeys.ofParts(List.of(own, hash))));
    tensorsWithSaliency = Map.copyOf(both);
    models = ofModels(segments, tensors);
    modelsWithSaliency = ofModels(segments, tensorsWithSaliency);
  }

  private static Map<String, String> ofModels(
      List<SegmentRef> segments, Map<String, String> hashes) {
    Map<String, Map<String, String>> byModel = new LinkedHashMap<>();
    for (SegmentRef segment : segments) {
      byModel
          .computeIfAbsent(segment.tensor().model(), model -> new LinkedHashMap<>())
          .put(segment.tensorId(), hashes.get(segment.tensorId()));
    }
    Map<String, String> models = new HashMap<>();
    byModel.forEach((model, parts) -> models.put(model, CellKeys.ofParts(parts.values())));
    return models;
  }

  /** Of the tensor's weights, and of their saliency where that has a say. */
  public String tensor(SegmentRef segment, boolean bySaliency) {
    return (bySaliency ? tensorsWithSaliency : tensors).get(segment.tensorId());
  }

  /** Of all swept weights of the model, and of their saliency where that has a say. */
  public String model(SegmentRef segment, boolean bySaliency) {
    return (bySaliency ? modelsWithSaliency : models).get(segment.tensor().model());
  }
}
