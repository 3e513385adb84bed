package dev.tersor.jobs.inference;

import dev.tersor.core.checkpoint.ByteSource;
import dev.tersor.core.checkpoint.OnnxGraph;
import dev.tersor.core.data.ImageShape;
import dev.tersor.core.data.LabelledImages;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.model.Architecture;
import dev.tersor.core.model.Graph;
import dev.tersor.core.model.OnnxExport;
import dev.tersor.core.model.Parameter;
import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.config.UsageException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A network that waits for weights: how it computes, and what its inputs are. Small; tasks put the
 * weights in.
 *
 * @param name of the model or the file, for messages
 * @param graph what is computed
 * @param data name of the labelled set
 */
public record TestNetwork(
    String name, OnnxGraph graph, String data, List<Double> mean, List<Double> deviation)
    implements Serializable {
  public TestNetwork {
    // Lists that serialise, whatever was given.
    mean = new ArrayList<>(mean);
    deviation = new ArrayList<>(deviation);
  }

  /**
   * The network of a description.
   *
   * @throws IllegalArgumentException if it says not how the network computes
   */
  public static TestNetwork of(Architecture architecture) {
    OnnxGraph graph = OnnxExport.of(architecture);
    Graph described = architecture.graph().orElseThrow();
    return new TestNetwork(
        architecture.name(), graph, described.data(), described.mean(), described.deviation());
  }

  /** The network of an ONNX file. */
  public static TestNetwork read(
      ByteSource source, String data, List<Double> mean, List<Double> deviation)
      throws IOException {
    return new TestNetwork(source.name(), OnnxGraph.read(source), data, mean, deviation);
  }

  /**
   * The accuracy of a described network with weights that are at hand, as in training.
   *
   * @param values of every parameter of the graph, by name
   * @throws UsageException naming the tensor, if one is missing or has another size, or the image
   *     and output, if an output is not finite
   */
  public static Accuracy accuracy(
      Architecture architecture, Map<String, float[]> values, LabelledImages images) {
    Map<String, Shape> shapes = new HashMap<>();
    for (Parameter parameter : architecture.parameters()) {
      shapes.put(parameter.name(), parameter.shape());
    }
    List<NetworkTensor> tensors = new ArrayList<>();
    values.forEach(
        (name, numbers) -> {
          Shape shape = shapes.get(name);
          Shape given = shape != null && shape.size() == numbers.length ? shape : null;
          tensors.add(
              new NetworkTensor.Plain(
                  name, given == null ? Shape.of(numbers.length) : given, numbers, false));
        });
    return of(architecture).accuracy(tensors, images);
  }

  /**
   * The accuracy with weights.
   *
   * @throws UsageException naming the tensor and both shapes, if network and tensors do not fit
   *     each other, or the image and output, if an output is not finite
   */
  public Accuracy accuracy(List<NetworkTensor> tensors, LabelledImages images) {
    try (OnnxNetwork network = Engine.open(name, graph.with(values(tensors)))) {
      network.expect(images.shape(), images.name());
      return count(network, images);
    }
  }

  /** The graph's weights by the names of its initialisers. */
  private Map<String, float[]> values(List<NetworkTensor> tensors) {
    Map<String, float[]> values = new HashMap<>();
    fitted(tensors).forEach((weight, tensor) -> values.put(weight, tensor.values()));
    return values;
  }

  /**
   * The tensors by the names of the graph's initialisers that they are.
   *
   * @throws UsageException naming the tensor and both shapes, if network and tensors do not fit
   *     each other
   */
  public Map<String, NetworkTensor> fitted(List<NetworkTensor> tensors) {
    Map<String, OnnxGraph.Weight> byName = new HashMap<>();
    graph.weights().forEach(weight -> byName.put(weight.alias(), weight));
    graph.weights().forEach(weight -> byName.put(weight.name(), weight));
    Map<String, NetworkTensor> fitted = new HashMap<>();
    for (NetworkTensor tensor : tensors) {
      if (tensor instanceof NetworkTensor.Integers) {
        // The graph has its own.
        continue;
      }
      OnnxGraph.Weight weight = byName.get(tensor.name());
      if (weight == null) {
        throw new UsageException(
            "tensor '%s' of shape %s is not in the graph of %s, which would compute without it"
                .formatted(tensor.name(), tensor.shape(), name));
      }
      if (!weight.shape().equals(tensor.shape())) {
        throw new UsageException(
            "tensor '%s' has shape %s, in the graph of %s it is %s"
                .formatted(tensor.name(), tensor.shape(), name, weight.shape()));
      }
      if (fitted.put(weight.name(), tensor) != null) {
        throw new UsageException("tensor '" + weight.name() + "' is given under two names");
      }
    }
    for (OnnxGraph.Weight weight : graph.weights()) {
      if (!fitted.containsKey(weight.name()) && !graph.isConstant(weight)) {
        throw new UsageException(
            "no tensor '%s', in the graph of %s it has shape %s"
                .formatted(weight.alias(), name, weight.shape()));
      }
    }
    return fitted;
  }

  /**
   * What the network puts out for images, image after image, a number for each class.
   *
   * @throws UsageException as {@link #accuracy(List, LabelledImages)}
   */
  public float[] outputs(List<NetworkTensor> tensors, LabelledImages images) {
    try (OnnxNetwork network = Engine.open(name, graph.with(values(tensors)))) {
      network.expect(images.shape(), images.name());
      int classes = images.classes().size();
      float[] all = new float[Math.multiplyExact(images.count(), classes)];
      run(
          network,
          images,
          (from, count, outputs) -> {
            for (int i = 0; i < count; i++) {
              // For what is not finite.
              largest(outputs, i * classes, classes, from + i);
            }
            System.arraycopy(outputs, 0, all, from * classes, count * classes);
          });
      return all;
    }
  }

  /** Takes the outputs of a batch. */
  @FunctionalInterface
  private interface Batch {
    void take(int from, int count, float[] outputs);
  }

  private Accuracy count(OnnxNetwork network, LabelledImages images) {
    int classes = images.classes().size();
    int[] correct = new int[1];
    run(
        network,
        images,
        (from, count, outputs) -> {
          for (int i = 0; i < count; i++) {
            boolean hit =
                largest(outputs, i * classes, classes, from + i) == images.label(from + i);
            correct[0] += hit ? 1 : 0;
          }
        });
    return new Accuracy(correct[0], images.count());
  }

  private void run(OnnxNetwork network, LabelledImages images, Batch taker) {
    ImageShape shape = images.shape();
    float[][] inputs = new Normalisation(mean, deviation).inputs(shape, data);
    int batch = network.batch();
    FloatBuffer buffer =
        ByteBuffer.allocateDirect(Math.multiplyExact(batch, Float.BYTES * shape.size()))
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    int area = shape.height() * shape.width();
    for (int from = 0; from < images.count(); from += batch) {
      int count = Math.min(batch, images.count() - from);
      buffer.clear();
      // A model of a fixed batch gets its fill: the last image again.
      for (int i = 0; i < batch; i++) {
        int image = from + Math.min(i, count - 1);
        for (int at = 0; at < shape.size(); at++) {
          buffer.put(inputs[at / area][images.pixel(image, at)]);
        }
      }
      float[] outputs = network.outputs(buffer.flip(), batch, shape);
      int classes = images.classes().size();
      if (outputs.length != batch * classes) {
        throw new UsageException(
            "%s: %d outputs for %d images, %s has %d classes"
                .formatted(name, outputs.length, batch, images.name(), classes));
      }
      taker.take(from, count, outputs);
    }
  }

  private int largest(float[] outputs, int from, int classes, int image) {
    int largest = 0;
    for (int i = 0; i < classes; i++) {
      if (!Float.isFinite(outputs[from + i])) {
        throw new UsageException(
            "%s: output %d of image %d is %s".formatted(name, i, image, outputs[from + i]));
      }
      if (outputs[from + i] > outputs[from + largest]) {
        largest = i;
      }
    }
    return largest;
  }
}
