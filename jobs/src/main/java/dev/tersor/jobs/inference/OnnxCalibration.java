package dev.tersor.jobs.inference;

import dev.tersor.core.checkpoint.ByteSource;
import dev.tersor.core.checkpoint.Layout;
import dev.tersor.core.checkpoint.OnnxLayer;
import dev.tersor.core.checkpoint.OnnxWindow;
import dev.tersor.core.data.LabelledImages;
import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.config.UsageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The mean products of every two inputs of an ONNX model's layers, over what ONNX Runtime gives
 * these layers for samples: images, or texts as their tokens. Layers are MatMul, Gemm and Conv of
 * images with a weight as second operand.
 */
public final class OnnxCalibration {
  private final String name;
  private final byte[] model;
  private final List<OnnxLayer> layers = new ArrayList<>();

  /**
   * What was found of a weight.
   *
   * @param weights the shape of the weight
   * @param inputsFirst whether its rows are inputs
   * @param shape of the products: groups x inputs x inputs
   */
  @SuppressWarnings("ArrayRecordComponent") // large, and read alone
  public record Found(Shape weights, boolean inputsFirst, Shape shape, float[] products) {
    /** The mean square of the input that each weight is multiplied with. */
    public float[] squares() {
      int inputs = Math.toIntExact(shape.dim(1));
      int rowLength = Math.toIntExact(weights.rowLength());
      int rowsOfGroup = Math.toIntExact(weights.rows() / shape.dim(0));
      float[] squares = new float[Math.toIntExact(weights.size())];
      for (int i = 0; i < squares.length; i++) {
        int row = i / rowLength;
        int input = inputsFirst ? row : i % rowLength;
        int group = inputsFirst ? 0 : row / rowsOfGroup;
        squares[i] = products[(group * inputs + input) * inputs + input];
      }
      return squares;
    }
  }

  /**
   * @param notes told of each layer that has no such products, and why
   * @throws UsageException if the model cannot be read
   */
  public OnnxCalibration(ByteSource source, Consumer<String> notes) throws IOException {
    this.name = source.name();
    if (source.length() > Integer.MAX_VALUE - 8) {
      throw new UsageException(name + ": of more than 2 GB");
    }
    this.model = new byte[Math.toIntExact(source.length())];
    source.readFully(0, model, 0, model.length);
    for (OnnxLayer layer : OnnxLayer.read(source)) {
      String why = refusal(layer);
      if (why == null) {
        layers.add(layer);
      } else {
        notes.accept(layer.weight().alias() + " has no input products: " + why);
      }
    }
    if (layers.isEmpty()) {
      throw new UsageException(name + ": has no MatMul, Gemm or Conv with a weight");
    }
  }

  private static String refusal(OnnxLayer layer) {
    int rank = layer.weight().shape().rank();
    OnnxWindow window = layer.window();
    if (layer.isConvolution()) {
      return rank != 4
          ? "a convolution of " + (rank - 2) + " axes"
          : window.followsShape() ? "pads of " + layer.node() + " follow from the input" : null;
    }
    return rank != 2
        ? "a product of a tensor of rank " + rank
        : window.transposed() ? layer.node() + " takes its input transposed" : null;
  }

  /** What the model reads of images. */
  public List<ModelInput> images(LabelledImages images, List<Double> mean, List<Double> deviation) {
    return List.of(ModelInputs.ofImages(name, model, images, mean, deviation));
  }

  /**
   * Runs the model.
   *
   * @param inputs of the model, of as many samples each
   * @param batch samples at once
   * @return by the readable names of weights
   * @throws UsageException if the inputs are not those of the model, are empty or not finite
   */
  public Map<String, Found> measure(List<ModelInput> inputs, int batch) {
    int samples = samples(inputs);
    Set<String> given = new LinkedHashSet<>();
    inputs.forEach(input -> given.add(input.name()));
    Set<String> asked = new LinkedHashSet<>();
    layers.stream().map(OnnxLayer::input).filter(in -> !given.contains(in)).forEach(asked::add);
    Map<String, ProductSums> sums = new LinkedHashMap<>();
    try (OnnxSession session = Engine.session(name, OnnxLayer.withOutputs(model, asked), inputs)) {
      for (int from = 0; from < samples; from += batch) {
        int to = Math.min(samples, from + batch);
        Map<String, OnnxSession.Values> values = session.run(part(inputs, from, to), asked);
        for (OnnxLayer layer : layers) {
          add(layer, values.get(layer.input()), sums);
        }
      }
    }
    Map<String, Found> found = new LinkedHashMap<>();
    for (OnnxLayer layer : layers) {
      String weight = layer.weight().alias();
      try {
        found.computeIfAbsent(weight, key -> found(layer, sums.get(key)));
      } catch (ArithmeticException e) {
        throw new UsageException(name + ": " + weight + ": " + e.getMessage(), e);
      }
    }
    return found;
  }

  private static Found found(OnnxLayer layer, ProductSums sums) {
    Shape weights = layer.weight().shape();
    int groups = layer.isConvolution() ? Math.toIntExact(layer.window().groups()) : 1;
    return new Found(
        weights,
        layer.weight().layout() == Layout.IN_OUT,
        Shape.of(groups, sums.inputs(), sums.inputs()),
        sums.means());
  }

  private int samples(List<ModelInput> inputs) {
    if (inputs.isEmpty() || inputs.get(0).samples() == 0) {
      throw new UsageException("inputs: none for " + name);
    }
    for (ModelInput input : inputs) {
      if (input.samples() != inputs.get(0).samples()) {
        throw new UsageException(
            "inputs: %d samples of '%s', %d of '%s'"
                .formatted(
                    input.samples(), input.name(), inputs.get(0).samples(), inputs.get(0).name()));
      }
    }
    return inputs.get(0).samples();
  }

  private static List<ModelInput> part(List<ModelInput> inputs, int from, int to) {
    return inputs.stream().map(input -> input.part(from, to)).toList();
  }

  private void add(OnnxLayer layer, OnnxSession.Values values, Map<String, ProductSums> sums) {
    Shape weight = layer.weight().shape();
    long[] dims = values.dims();
    String key = layer.weight().alias();
    if (!layer.isConvolution()) {
      long inputs = weight.dim(layer.weight().layout() == Layout.IN_OUT ? 0 : 1);
      if (dims.length == 0 || dims[dims.length - 1] != inputs) {
        throw unexpected(layer, values);
      }
      sums.computeIfAbsent(key, name -> new ProductSums(1, Math.toIntExact(inputs)))
          .add(0, values.numbers());
      return;
    }
    OnnxWindow window = layer.window();
    int groups = Math.toIntExact(window.groups());
    if (dims.length != 4 || groups < 1 || dims[1] != weight.dim(1) * groups) {
      throw unexpected(layer, values);
    }
    Patches patches =
        new Patches(
            Math.toIntExact(dims[1]),
            Math.toIntExact(dims[2]),
            Math.toIntExact(dims[3]),
            axis(window, 0, weight.dim(2)),
            axis(window, 1, weight.dim(3)),
            groups);
    ProductSums own = sums.computeIfAbsent(key, name -> new ProductSums(groups, patches.inputs()));
    for (int image = 0; image < dims[0]; image++) {
      for (int group = 0; group < groups; group++) {
        own.add(group, patches.of(values.numbers(), image, 1, group));
      }
    }
  }

  private static Patches.Axis axis(OnnxWindow window, int axis, long side) {
    return new Patches.Axis(
        Math.toIntExact(side),
        window.stride(axis),
        window.dilation(axis),
        window.before(axis),
        window.behind(axis));
  }

  private UsageException unexpected(OnnxLayer layer, OnnxSession.Values values) {
    return new UsageException(
        "%s: %s takes %s, which does not fit its weight %s"
            .formatted(name, layer.node(), Arrays.toString(values.dims()), layer.weight().shape()));
  }
}
