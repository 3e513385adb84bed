package dev.tersor.core.checkpoint;

import dev.tersor.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes the graph of an ONNX model: nodes in the order of the computation. */
public final class OnnxGraphBuilder {
  /** Version of the file format and of the operators: what runtimes have known since 2020. */
  private static final int IR_VERSION = 7;

  private static final int OPERATORS = 13;
  private static final int FLOAT = 1;

  private final OnnxMessage graph = new OnnxMessage();
  private final List<OnnxGraph.Weight> weights = new ArrayList<>();

  public OnnxGraphBuilder(String name) {
    graph.text(2, name);
  }

  /**
   * Declares the input.
   *
   * @param dims of one input; the batch before them is open
   */
  public OnnxGraphBuilder input(String name, List<Long> dims) {
    OnnxMessage shape = open(new OnnxMessage(), "batch");
    dims.forEach(dim -> shape.message(1, new OnnxMessage().number(1, dim)));
    graph.message(11, value(name, shape));
    return this;
  }

  /** Declares the output, a row of numbers for each input. */
  public OnnxGraphBuilder output(String name) {
    graph.message(12, value(name, open(open(new OnnxMessage(), "batch"), "classes")));
    return this;
  }

  /** Adds a dimension that has a name and no number. */
  private static OnnxMessage open(OnnxMessage shape, String dimension) {
    return shape.message(1, new OnnxMessage().text(2, dimension));
  }

  private static OnnxMessage value(String name, OnnxMessage shape) {
    OnnxMessage tensor = new OnnxMessage().number(1, FLOAT).message(2, shape);
    return new OnnxMessage().text(1, name).message(2, new OnnxMessage().message(1, tensor));
  }

  /** Adds a node of one output. */
  public OnnxGraphBuilder node(
      String op, List<String> inputs, String output, OnnxAttribute... attributes) {
    OnnxMessage node =
        new OnnxMessage().texts(1, inputs).text(2, output).text(3, output).text(4, op);
    for (OnnxAttribute attribute : attributes) {
      node.message(5, attribute.message());
    }
    graph.message(1, node);
    return this;
  }

  /** Declares an initialiser of FLOAT. */
  public OnnxGraphBuilder weight(String name, Shape shape) {
    weights.add(new OnnxGraph.Weight(name, name, shape));
    return this;
  }

  public OnnxGraph build() {
    OnnxMessage model =
        new OnnxMessage()
            .number(1, IR_VERSION)
            .text(2, "tersor")
            .message(8, new OnnxMessage().text(1, "").number(2, OPERATORS));
    return new OnnxGraph(model.toBytes(), graph.toBytes(), weights, Map.of());
  }
}
