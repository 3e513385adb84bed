package dev.tersor.core.checkpoint;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A node of an ONNX model's own graph that multiplies what it takes with a weight: MatMul, Gemm or
 * Conv with the weight as second operand. A weight of several nodes is in several layers.
 *
 * @param node for messages
 * @param weight as the {@link Checkpoint} lists it
 * @param input name of the tensor that it takes
 * @param isConvolution whether it is a Conv
 */
public record OnnxLayer(
    String node, StoredTensor weight, String input, boolean isConvolution, OnnxWindow window) {
  private static final Set<String> PRODUCTS = Set.of("MatMul", "Gemm", "Conv");
  private static final int MODEL_GRAPH = 7;
  private static final int GRAPH_OUTPUT = 12;
  private static final int VALUE_NAME = 1;

  /**
   * The layers of a model, in the order of the file.
   *
   * @throws dev.tersor.core.bits.MalformedInputException if it is no ONNX model, or damaged
   */
  public static List<OnnxLayer> read(ByteSource source) throws IOException {
    OnnxHeader.Walked walked = OnnxHeader.walk(source);
    Map<String, StoredTensor> weights = new HashMap<>();
    for (StoredTensor tensor : walked.checkpoint().tensors()) {
      if (tensor.isWeights() && tensor.shape().rank() >= 2) {
        weights.put(tensor.name(), tensor);
      }
    }
    List<OnnxLayer> layers = new ArrayList<>();
    for (OnnxNode node : walked.nodes()) {
      StoredTensor weight = weights.get(node.input(1));
      if (weight != null && node.standard() && PRODUCTS.contains(node.op())) {
        String name = node.name().isEmpty() ? node.output() : node.name();
        layers.add(new OnnxLayer(name, weight, node.input(0), node.is("Conv"), node.window()));
      }
    }
    return layers;
  }

  /**
   * A model that puts out further tensors of its graph. The graph's outputs are appended to the
   * message: fields of one message that stand apart are one message (Protocol Buffers, "Encoding",
   * last one wins).
   *
   * @param tensors that nodes put out
   */
  public static byte[] withOutputs(byte[] model, Collection<String> tensors) {
    OnnxMessage graph = new OnnxMessage();
    tensors.forEach(name -> graph.message(GRAPH_OUTPUT, new OnnxMessage().text(VALUE_NAME, name)));
    byte[] more = new OnnxMessage().message(MODEL_GRAPH, graph).toBytes();
    byte[] both = Arrays.copyOf(model, model.length + more.length);
    System.arraycopy(more, 0, both, model.length, more.length);
    return both;
  }
}
