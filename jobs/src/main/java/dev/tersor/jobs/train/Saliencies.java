package dev.tersor.jobs.train;

import dev.tersor.core.checkpoint.OpenCheckpoint;
import dev.tersor.core.checkpoint.SafetensorsWriter;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.model.Architecture;
import dev.tersor.core.model.Graph;
import dev.tersor.core.model.Parameter;
import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.config.UsageException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The saliency of a network's weights, measured on training images, as a checkpoint with the names
 * and shapes of the weights: what {@code --saliency} takes.
 *
 * @param network named in errors
 * @param kind what is measured
 * @param images of the training set, the first ones
 * @param batch images that go through the network at once
 * @param seed of their order
 */
public record Saliencies(Architecture network, Saliency kind, int images, int batch, long seed) {
  /**
   * Measures and writes.
   *
   * @param weights of every parameter
   * @param data name of the training set, and where its description and files are
   * @throws UsageException naming the tensor and both shapes, if the weights do not fit the network
   */
  public void write(OpenCheckpoint weights, Data data, OutputStream out) throws IOException {
    Graph graph =
        network
            .graph()
            .orElseThrow(
                () -> new UsageException("network: " + network.name() + " has no graph to run"));
    String set = data.name().isEmpty() ? graph.data() : data.name();
    TrainingImages training =
        TrainingImages.of(
            TrainingData.train(set, data.folder(), data.cache()), graph, 0, images, 0, false);
    if (training.training().count() < images) {
      throw new UsageException(
          "images: %d, and %s has %d to train with"
              .formatted(images, set, training.training().count()));
    }
    Map<String, float[]> found =
        new SaliencyTask(
                graph, network.parameters(), values(weights), training.training(), batch, seed)
            .measure(kind);
    Map<String, Shape> shapes = new LinkedHashMap<>();
    for (Parameter parameter : network.parameters()) {
      if (found.containsKey(parameter.name())) {
        shapes.put(parameter.name(), kind.shape(parameter.shape()));
      }
    }
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("model", network.name());
    facts.put("saliency", kind.label());
    facts.put("data", training.name());
    facts.put("images", String.valueOf(images));
    facts.put("batch", String.valueOf(batch));
    facts.put("seed", String.valueOf(seed));
    try (SafetensorsWriter writer = new SafetensorsWriter(out, shapes, facts)) {
      for (Map.Entry<String, float[]> tensor : new TreeMap<>(found).entrySet()) {
        writer.write(tensor.getKey(), tensor.getValue());
      }
    }
  }

  /**
   * Where images are.
   *
   * @param name of the set; empty for that of the graph
   * @param folder of descriptions of further sets
   */
  public record Data(String name, String folder, String cache) {}

  private Map<String, float[]> values(OpenCheckpoint weights) throws IOException {
    Map<String, StoredTensor> stored = new LinkedHashMap<>();
    weights.tensors().forEach(tensor -> stored.put(tensor.name(), tensor));
    Map<String, float[]> values = new LinkedHashMap<>();
    for (Parameter parameter : network.parameters()) {
      StoredTensor tensor = stored.get(parameter.name());
      if (tensor == null || !tensor.shape().equals(parameter.shape())) {
        throw new UsageException(
            "weights: %s has %s tensor '%s', %s has it as %s"
                .formatted(
                    weights.name(),
                    tensor == null ? "no" : "as " + tensor.shape() + " the",
                    parameter.name(),
                    network.name(),
                    parameter.shape()));
      }
      values.put(parameter.name(), weights.weights(tensor));
    }
    return values;
  }
}
