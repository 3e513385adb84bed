package dev.tersor.core.board;

import dev.tersor.core.data.LabelledImages;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.infer.Inference;
import dev.tersor.core.kernel.DenseMatrix;
import dev.tersor.core.kernel.Matrix;
import dev.tersor.core.kernel.Products;
import dev.tersor.core.model.Architecture;
import dev.tersor.core.model.Graph;
import dev.tersor.core.model.Parameter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What Java's inference gives for images.
 *
 * @param graph how it computes
 * @param scores of each image, a number a class
 */
record JavaClasses(Graph graph, List<float[]> scores) {
  private static final double WHITE = 255.0;

  /**
   * @throws IllegalArgumentException naming what does not fit the graph
   */
  static JavaClasses of(
      Architecture architecture, Map<String, NetworkTensor> tensors, LabelledImages images) {
    Products products = Products.fastest();
    Map<String, Matrix> weights = new HashMap<>();
    Map<String, float[]> numbers = new HashMap<>();
    for (Parameter parameter : architecture.parameters()) {
      NetworkTensor tensor = tensors.get(parameter.name());
      if (tensor == null) {
        throw new IllegalArgumentException(
            "no tensor '%s', which the graph of %s has"
                .formatted(parameter.name(), architecture.name()));
      }
      numbers.put(parameter.name(), tensor.values());
      if (parameter.role() == Parameter.Role.WEIGHT) {
        int rows = (int) tensor.shape().rows();
        int columns = (int) tensor.shape().rowLength();
        weights.put(parameter.name(), new DenseMatrix(products, tensor.values(), rows, columns));
      }
    }
    Inference inference = new Inference(architecture, products, weights, numbers);
    Graph graph = architecture.graph().orElseThrow();
    List<float[]> scores = new ArrayList<>();
    for (int image = 0; image < images.count(); image++) {
      float[] own = inference.scores(input(graph, images, image));
      if (own.length != images.classes().size()) {
        throw new IllegalArgumentException(
            "%s gives %d scores, %s has %d classes"
                .formatted(
                    architecture.name(), own.length, images.name(), images.classes().size()));
      }
      scores.add(own);
    }
    return new JavaClasses(graph, scores);
  }

  private static float[] input(Graph graph, LabelledImages images, int image) {
    int channels = images.shape().channels();
    if (graph.mean().size() != channels) {
      throw new IllegalArgumentException(
          "the graph has means of %d channels, an image of %s has %d"
              .formatted(graph.mean().size(), images.name(), channels));
    }
    int area = images.shape().size() / channels;
    float[] input = new float[images.shape().size()];
    for (int at = 0; at < input.length; at++) {
      double mean = graph.mean().get(at / area);
      double deviation = graph.deviation().get(at / area);
      input[at] = (float) ((images.pixel(image, at) / WHITE - mean) / deviation);
    }
    return input;
  }

  /** The class of each image: that of the largest score, the first of equal ones. */
  List<Integer> classes() {
    return scores.stream().map(Inference::predicted).toList();
  }
}
