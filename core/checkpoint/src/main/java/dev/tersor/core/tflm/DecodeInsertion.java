package dev.tersor.core.tflm;

import dev.tersor.core.tflm.TfliteGraph.Subgraph;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Puts DECODE operators into a model: right before each operator that uses encoded tensors, one for
 * all of them. A tensor keeps its number and is what the first of them writes; each further one
 * writes a tensor of its own, since what DECODE writes may be overwritten after the next operator.
 * The encoded tensor has the buffer that the tensor had. Encoded, ancillary and further tensors are
 * new, behind the others, and have no names.
 */
final class DecodeInsertion {
  private static final long UINT8 = 3;

  private final TfliteGraph graph;
  private final Map<Integer, BufferPlan> byBuffer;
  private final Map<BufferPlan, Integer> ancillaryBuffers = new HashMap<>();
  private final int code;

  private DecodeInsertion(TfliteGraph graph, Map<Integer, BufferPlan> byBuffer) {
    this.graph = graph;
    this.byBuffer = byBuffer;
    this.code = graph.codes().size();
  }

  /** The encoded and ancillary tensor of a buffer in a subgraph. */
  private record Pair(int encoded, int ancillary) {}

  /** Changes a model as planned. */
  static void insert(TfliteGraph graph, Map<Integer, BufferPlan> byBuffer) {
    DecodeInsertion insertion = new DecodeInsertion(graph, byBuffer);
    graph
        .codes()
        .add(
            TfliteGraph.node("OperatorCode")
                .set("deprecated_builtin_code", (long) TfliteGraph.CUSTOM)
                .set("custom_code", FlatBytes.text(TfliteGraph.DECODE))
                .set("builtin_code", (long) TfliteGraph.CUSTOM));
    for (BufferPlan plan : byBuffer.values()) {
      if (plan.form() != null) {
        insertion.store(plan);
      }
    }
    graph.subgraphs().forEach(insertion::subgraph);
  }

  private void store(BufferPlan plan) {
    graph.buffers().get(plan.buffer()).set("data", new FlatBytes(plan.form().encoded(), 1));
    ancillaryBuffers.put(plan, graph.buffers().size());
    graph
        .buffers()
        .add(TfliteGraph.node("Buffer").set("data", new FlatBytes(plan.form().ancillary(), 1)));
  }

  private void subgraph(Subgraph subgraph) {
    Map<Integer, BufferPlan> planned = new HashMap<>();
    for (int t = 0; t < subgraph.tensors().size(); t++) {
      BufferPlan plan = byBuffer.get((int) subgraph.tensors().get(t).number("buffer", 0));
      if (plan != null && plan.form() != null) {
        planned.put(t, plan);
      }
    }
    Map<BufferPlan, Pair> pairs = new LinkedHashMap<>();
    Set<Integer> written = new LinkedHashSet<>();
    List<FlatNode> operators = new ArrayList<>();
    for (FlatNode operator : subgraph.operators()) {
      int[] inputs = operator.bytes("inputs").ints();
      Map<Integer, Integer> decoded = new LinkedHashMap<>();
      List<Integer> encoded = new ArrayList<>();
      for (int i = 0; i < inputs.length; i++) {
        BufferPlan plan = planned.get(inputs[i]);
        if (plan == null) {
          continue;
        }
        if (!decoded.containsKey(inputs[i])) {
          Pair pair = pairs.computeIfAbsent(plan, any -> pair(subgraph, plan));
          encoded.add(pair.encoded());
          encoded.add(pair.ancillary());
          decoded.put(inputs[i], output(subgraph, inputs[i], written));
        }
        inputs[i] = decoded.get(inputs[i]);
      }
      if (!decoded.isEmpty()) {
        operators.add(
            TfliteGraph.node("Operator")
                .set("opcode_index", (long) code)
                .set("inputs", ints(encoded))
                .set("outputs", ints(List.copyOf(decoded.values()))));
        operator.set("inputs", FlatBytes.ints(inputs));
      }
      operators.add(operator);
    }
    subgraph.operators().clear();
    subgraph.operators().addAll(operators);
  }

  private static FlatBytes ints(List<Integer> values) {
    return FlatBytes.ints(values.stream().mapToInt(Integer::intValue).toArray());
  }

  private Pair pair(Subgraph subgraph, BufferPlan plan) {
    int encoded = subgraph.tensors().size();
    subgraph.tensors().add(bytes(plan.form().encoded().length, plan.buffer()));
    subgraph.tensors().add(bytes(plan.form().ancillary().length, ancillaryBuffers.get(plan)));
    return new Pair(encoded, encoded + 1);
  }

  private static FlatNode bytes(int count, int buffer) {
    return TfliteGraph.node("Tensor")
        .set("shape", FlatBytes.ints(count))
        .set("type", UINT8)
        .set("buffer", (long) buffer);
  }

  /** The tensor itself, or another of its kind if it is written before already. */
  private static int output(Subgraph subgraph, int tensor, Set<Integer> written) {
    FlatNode node = subgraph.tensors().get(tensor);
    if (written.add(tensor)) {
      node.set("buffer", null);
      return tensor;
    }
    subgraph.tensors().add(node.copy());
    return subgraph.tensors().size() - 1;
  }
}
