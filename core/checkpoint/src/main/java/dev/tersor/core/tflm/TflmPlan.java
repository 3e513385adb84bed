package dev.tersor.core.tflm;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.tflm.BufferPlan.Holder;
import dev.tersor.core.tflm.TfliteGraph.Subgraph;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Which buffers of a model get which form: the smallest, where that is smaller at all. */
final class TflmPlan {
  /** What the two tensors and the second buffer of a form take beside their data. */
  private static final int TENSOR_BYTES = 72;

  /** What an operator takes that decodes a tensor. */
  private static final int USE_BYTES = 40;

  /** Tensors that share a buffer; they are compared with each other. */
  private static final int MAX_HOLDERS = 32;

  private final TfliteGraph graph;
  private final List<DecodeEncoding> encodings;
  private final WeightChange change;
  private final Map<Integer, BufferPlan> byBuffer = new TreeMap<>();

  /**
   * @throws MalformedInputException if a tensor's data do not fit its shape
   */
  TflmPlan(TfliteGraph graph, List<DecodeEncoding> encodings, TflmSettings settings) {
    this.graph = graph;
    this.change = new WeightChange(settings);
    this.encodings = encodings;
    for (int s = 0; s < graph.subgraphs().size(); s++) {
      List<FlatNode> tensors = graph.subgraphs().get(s).tensors();
      for (int t = 0; t < tensors.size(); t++) {
        if (graph.data(tensors.get(t)).count() > 0) {
          int buffer = (int) tensors.get(t).number("buffer", 0);
          byBuffer.computeIfAbsent(buffer, BufferPlan::new).holders().add(new Holder(s, t));
        }
      }
    }
    uses();
    metadata();
    for (BufferPlan plan : byBuffer.values()) {
      choose(plan);
    }
  }

  /** By number of the buffer. */
  Map<Integer, BufferPlan> byBuffer() {
    return byBuffer;
  }

  private void uses() {
    for (Subgraph subgraph : graph.subgraphs()) {
      Set<Integer> ends = new HashSet<>();
      for (String side : List.of("inputs", "outputs")) {
        for (int tensor : subgraph.node().bytes(side).ints()) {
          ends.add(tensor);
        }
      }
      Set<Integer> used = new HashSet<>();
      for (FlatNode operator : subgraph.operators()) {
        use(subgraph, operator, used);
      }
      for (int t = 0; t < subgraph.tensors().size(); t++) {
        BufferPlan plan = plan(subgraph, t);
        if (plan != null && ends.contains(t)) {
          plan.refuse("an input or output of the network");
        } else if (plan != null && !used.contains(t)) {
          plan.refuse("no operator uses it");
        }
      }
    }
  }

  private BufferPlan plan(Subgraph subgraph, int tensor) {
    return byBuffer.get((int) subgraph.tensors().get(tensor).number("buffer", 0));
  }

  private void use(Subgraph subgraph, FlatNode operator, Set<Integer> used) {
    String name = graph.operator(operator);
    int[] inputs = operator.bytes("inputs").ints();
    Set<Integer> here = new HashSet<>();
    for (int operand = 0; operand < inputs.length; operand++) {
      BufferPlan plan = inputs[operand] < 0 ? null : plan(subgraph, inputs[operand]);
      if (plan == null) {
        continue;
      }
      used.add(inputs[operand]);
      if (here.add(inputs[operand])) {
        plan.use(DecodeOperands.isWeights(name, operand));
      }
      if (!DecodeOperands.takes(name, operand)) {
        plan.refuse("operand %d of %s, which cannot be a decoded tensor".formatted(operand, name));
      }
    }
    for (String others : List.of("outputs", "intermediates")) {
      for (int tensor : operator.bytes(others).ints()) {
        BufferPlan plan = tensor < 0 ? null : plan(subgraph, tensor);
        if (plan != null) {
          plan.refuse("written by " + name);
        }
      }
    }
  }

  private void metadata() {
    Set<Integer> named = new HashSet<>();
    for (FlatNode metadata : graph.model().nodes("metadata")) {
      named.add((int) metadata.number("buffer", 0));
    }
    for (int buffer : graph.model().bytes("metadata_buffer").ints()) {
      named.add(buffer);
    }
    for (int buffer : named) {
      if (byBuffer.containsKey(buffer)) {
        byBuffer.get(buffer).refuse("metadata has the same buffer");
      }
    }
  }

  private void choose(BufferPlan plan) {
    Optional<DecodedTensor> tensor = decoded(plan);
    if (tensor.isEmpty() || !plan.trouble().isEmpty()) {
      return;
    }
    if (plan.areWeights() && !change.takes(tensor.get())) {
      plan.refuse("not changed: its scales are along a middle axis, or zero points beyond a byte");
      return;
    }
    WeightChange.Changed changed = changed(plan, tensor.get());
    byte[] data = changed.data();
    DecodeForm best = null;
    String name = ExportedTensor.NONE;
    for (DecodeEncoding encoding : encodings) {
      Optional<DecodeForm> form = encoding.encode(tensor.get(), data);
      if (form.isPresent() && (best == null || form.get().bytes() < best.bytes())) {
        best = form.get();
        name = encoding.name();
      }
    }
    int more = TENSOR_BYTES * plan.holders().size() + USE_BYTES * plan.uses();
    if (best == null) {
      plan.refuse("no encoding takes it");
    } else if (best.bytes() + more >= data.length) {
      plan.refuse("not smaller: %d and %d for DECODE".formatted(best.bytes(), more));
    } else {
      plan.encode(best, name, changed);
    }
  }

  private WeightChange.Changed changed(BufferPlan plan, DecodedTensor tensor) {
    byte[] data = graph.buffers().get(plan.buffer()).bytes("data").bytes();
    boolean hasNumbers =
        switch (tensor.type()) {
          case FLOAT32, INT8, INT16 -> true;
          default -> false;
        };
    if (!plan.areWeights() || !hasNumbers) {
      return new WeightChange.Changed(data, 0);
    }
    Holder first = plan.holders().get(0);
    return change.of(
        tensor, graph.subgraphs().get(first.subgraph()).tensors().get(first.tensor()), data);
  }

  /** Whether two of its tensors in a subgraph cannot be told from each other. */
  private boolean isTwice(BufferPlan plan) {
    for (Holder a : plan.holders()) {
      for (Holder b : plan.holders()) {
        List<FlatNode> tensors = graph.subgraphs().get(a.subgraph()).tensors();
        if (a.subgraph() == b.subgraph()
            && a.tensor() < b.tensor()
            && FlatComparison.difference(tensors.get(a.tensor()), tensors.get(b.tensor()))
                .isEmpty()) {
          return true;
        }
      }
    }
    return false;
  }

  /** What its tensors are to DECODE, if they are all the same to it. */
  private Optional<DecodedTensor> decoded(BufferPlan plan) {
    if (plan.holders().size() > MAX_HOLDERS || isTwice(plan)) {
      plan.refuse("shared by %d tensors".formatted(plan.holders().size()));
      return Optional.empty();
    }
    Map<Set<?>, DecodedTensor> kinds = new HashMap<>();
    for (Holder holder : plan.holders()) {
      Subgraph subgraph = graph.subgraphs().get(holder.subgraph());
      FlatNode tensor = subgraph.tensors().get(holder.tensor());
      DecodedTensor.Type type = DecodedTensor.Type.of(tensor.number("type", 0));
      if (type == null) {
        plan.refuse("DECODE writes no " + TfliteGraph.type(tensor));
        return Optional.empty();
      }
      if (tensor.number("is_variable", 0) != 0) {
        plan.refuse("a variable");
        return Optional.empty();
      }
      String name = subgraph.name(holder.tensor());
      DecodedTensor decoded = DecodedTensor.of(tensor, type, name);
      int bytes = graph.data(tensor).count();
      if (decoded.bytes() != bytes) {
        throw new MalformedInputException(
            "tensor %s has %d bytes, and its shape takes %d"
                .formatted(name, bytes, decoded.bytes()),
            graph.end());
      }
      List<Byte> zeros = new ArrayList<>();
      for (byte zero : decoded.zeros()) {
        zeros.add(zero);
      }
      kinds.put(
          Set.of(List.of(type, decoded.channels(), decoded.isLast(), decoded.isRegular(), zeros)),
          decoded);
    }
    if (kinds.size() > 1) {
      plan.refuse("shares its buffer with a tensor of another type or other channels");
      return Optional.empty();
    }
    return Optional.of(kinds.values().iterator().next());
  }
}
