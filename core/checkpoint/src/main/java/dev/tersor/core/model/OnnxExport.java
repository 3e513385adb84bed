package dev.tersor.core.model;

import dev.tersor.core.checkpoint.OnnxAttribute;
import dev.tersor.core.checkpoint.OnnxGraph;
import dev.tersor.core.checkpoint.OnnxGraphBuilder;
import java.util.ArrayList;
import java.util.List;

/**
 * An architecture's graph in ONNX, for engines that run it: input {@code input} of batch x channels
 * x height x width, output {@code output} of batch x classes, initialisers named as the
 * checkpoint's tensors. Dropout does nothing outside of training and is left out.
 */
public final class OnnxExport {
  private static final String INPUT = "input";
  private static final String OUTPUT = "output";

  private final OnnxGraphBuilder builder;
  private int values;

  private OnnxExport(OnnxGraphBuilder builder) {
    this.builder = builder;
  }

  /**
   * @throws IllegalArgumentException if the architecture has no graph
   */
  public static OnnxGraph of(Architecture architecture) {
    Graph graph =
        architecture
            .graph()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "model " + architecture.name() + " has no graph: how it computes"));
    OnnxGraphBuilder builder = new OnnxGraphBuilder(architecture.name());
    OnnxExport export = new OnnxExport(builder);
    String last = export.through(graph.layers(), INPUT);
    // An output has its name, whatever layer is the last; engines drop this node.
    builder.node("Identity", List.of(last), OUTPUT);
    architecture.parameters().forEach(p -> builder.weight(p.name(), p.shape()));
    return builder.input(INPUT, architecture.input()).output(OUTPUT).build();
  }

  private String through(List<Layer> layers, String in) {
    String value = in;
    for (Layer layer : layers) {
      value = through(layer, value);
    }
    return value;
  }

  private String through(Layer layer, String in) {
    if (layer instanceof Layer.Convolution conv) {
      long padding = conv.padding();
      List<String> inputs = new ArrayList<>(List.of(in, conv.weight()));
      conv.bias().ifPresent(inputs::add);
      return node(
          "Conv",
          inputs,
          OnnxAttribute.numbers("strides", conv.stride(), conv.stride()),
          OnnxAttribute.numbers("pads", padding, padding, padding, padding));
    } else if (layer instanceof Layer.Linear linear) {
      List<String> inputs = new ArrayList<>(List.of(in, linear.weight()));
      linear.bias().ifPresent(inputs::add);
      return node("Gemm", inputs, OnnxAttribute.number("transB", 1));
    } else if (layer instanceof Layer.BatchNorm norm) {
      return node(
          "BatchNormalization",
          List.of(in, norm.scale(), norm.shift(), norm.mean(), norm.variance()),
          OnnxAttribute.decimal("epsilon", (float) norm.epsilon()));
    } else if (layer instanceof Layer.Relu) {
      return node("Relu", List.of(in));
    } else if (layer instanceof Layer.MaxPool pool) {
      return node(
          "MaxPool",
          List.of(in),
          OnnxAttribute.numbers("kernel_shape", pool.size(), pool.size()),
          OnnxAttribute.numbers("strides", pool.stride(), pool.stride()));
    } else if (layer instanceof Layer.PadChannels pad) {
      // How many zeros precede each axis, and how many follow it.
      OnnxAttribute pads =
          OnnxAttribute.numbers("value_ints", 0, pad.before(), 0, 0, 0, pad.after(), 0, 0);
      return node("Pad", List.of(in, node("Constant", List.of(), pads)));
    } else if (layer instanceof Layer.GlobalAveragePool) {
      return node("GlobalAveragePool", List.of(in));
    } else if (layer instanceof Layer.Flatten) {
      return node("Flatten", List.of(in), OnnxAttribute.number("axis", 1));
    } else if (layer instanceof Layer.Residual residual) {
      String body = through(residual.body(), in);
      return node("Add", List.of(body, through(residual.shortcut(), in)));
    }
    return in; // Dropout
  }

  private String node(String op, List<String> inputs, OnnxAttribute... attributes) {
    String output = op + "#" + ++values;
    builder.node(op, inputs, output, attributes);
    return output;
  }
}
