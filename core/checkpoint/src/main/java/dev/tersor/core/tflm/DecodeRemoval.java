package dev.tersor.core.tflm;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.tflm.TfliteGraph.Subgraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Takes the DECODE operators out of a model that {@link DecodeInsertion} put in: decodes what they
 * write, and gives the model that there was before.
 */
final class DecodeRemoval {
  private final TfliteGraph graph;

  /** Buffers of encoded tensors with what they held. */
  private final Map<Integer, byte[]> restored = new HashMap<>();

  private final Set<Integer> dropped = new HashSet<>();

  private DecodeRemoval(TfliteGraph graph) {
    this.graph = graph;
  }

  /**
   * Changes a model back.
   *
   * @throws MalformedInputException if what DECODE reads is damaged, or the operators are not as
   *     they were put in
   */
  static void remove(TfliteGraph graph) {
    int code = -1;
    for (int i = 0; i < graph.codes().size(); i++) {
      code = TfliteGraph.isDecode(graph.codes().get(i)) ? i : code;
    }
    if (code < 0) {
      return;
    }
    DecodeRemoval removal = new DecodeRemoval(graph);
    for (Subgraph subgraph : graph.subgraphs()) {
      removal.subgraph(subgraph, code);
    }
    removal.restored.forEach(
        (buffer, data) -> graph.buffers().get(buffer).set("data", new FlatBytes(data, 1)));
    removal.drop("buffers", graph.buffers(), removal.dropped);
    removal.drop("operator codes", graph.codes(), Set.of(code));
  }

  private void subgraph(Subgraph subgraph, int code) {
    Set<Integer> added = new HashSet<>();
    Map<Integer, Integer> buffers = new HashMap<>();
    List<FlatNode> operators = new ArrayList<>();
    for (FlatNode operator : subgraph.operators()) {
      if (operator.number("opcode_index", 0) == code) {
        decode(subgraph, operator, added, buffers);
      } else {
        operators.add(operator);
      }
    }
    int first = added.stream().min(Integer::compare).orElse(subgraph.tensors().size());
    Map<Integer, Integer> originals = new HashMap<>();
    for (int decoded : buffers.keySet()) {
      originals.put(decoded, original(subgraph, decoded, first, buffers));
      if (decoded >= first) {
        added.add(decoded);
      }
    }
    for (FlatNode operator : operators) {
      rewire(operator, originals);
    }
    for (int original : Set.copyOf(originals.values())) {
      subgraph.tensors().get(original).set("buffer", (long) buffers.get(original));
    }
    drop("tensors", subgraph.tensors(), added);
    subgraph.operators().clear();
    subgraph.operators().addAll(operators);
  }

  private static void rewire(FlatNode operator, Map<Integer, Integer> originals) {
    int[] inputs = operator.bytes("inputs").ints();
    int[] before = inputs.clone();
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = originals.getOrDefault(inputs[i], inputs[i]);
    }
    if (!Arrays.equals(inputs, before)) {
      operator.set("inputs", FlatBytes.ints(inputs));
    }
  }

  /**
   * The tensor itself, or the one before that is the same but for its number, and of the same
   * encoded one.
   *
   * @param first of the tensors that were added
   */
  private int original(Subgraph subgraph, int decoded, int first, Map<Integer, Integer> buffers) {
    if (decoded < first) {
      return decoded;
    }
    FlatNode node = subgraph.tensors().get(decoded);
    for (int i = 0; i < first; i++) {
      if (buffers.containsKey(i)
          && buffers.get(i).equals(buffers.get(decoded))
          && FlatComparison.difference(node, subgraph.tensors().get(i)).isEmpty()) {
        return i;
      }
    }
    throw new MalformedInputException(
        "DECODE to tensor %d, which is no other's again".formatted(decoded), graph.end());
  }

  private void decode(
      Subgraph subgraph, FlatNode operator, Set<Integer> added, Map<Integer, Integer> buffers) {
    int[] inputs = operator.bytes("inputs").ints();
    int[] outputs = operator.bytes("outputs").ints();
    if (outputs.length == 0 || inputs.length != 2 * outputs.length) {
      throw new MalformedInputException(
          "DECODE of %d tensors to %d".formatted(inputs.length, outputs.length), graph.end());
    }
    for (int i = 0; i < outputs.length; i++) {
      if (inputs[2 * i] < 0 || inputs[2 * i + 1] < 0 || outputs[i] < 0) {
        throw new MalformedInputException("DECODE of a tensor -1", graph.end());
      }
      FlatNode encoded = subgraph.tensors().get(inputs[2 * i]);
      FlatNode ancillary = subgraph.tensors().get(inputs[2 * i + 1]);
      FlatNode output = subgraph.tensors().get(outputs[i]);
      DecodeForm form = new DecodeForm(graph.data(encoded).bytes(), graph.data(ancillary).bytes());
      DecodedTensor.Type type = DecodedTensor.Type.of(output.number("type", 0));
      if (type == null) {
        throw new MalformedInputException(
            "DECODE to a tensor of " + TfliteGraph.type(output), graph.end());
      }
      String name = subgraph.name(outputs[i]);
      byte[] data = DecodeEncodings.decode(DecodedTensor.of(output, type, name), form);
      int buffer = (int) encoded.number("buffer", 0);
      restored.put(buffer, data);
      dropped.add((int) ancillary.number("buffer", 0));
      added.add(inputs[2 * i]);
      added.add(inputs[2 * i + 1]);
      buffers.put(outputs[i], buffer);
    }
  }

  /** Those at the end of a list, where they were put. */
  private void drop(String what, List<FlatNode> list, Set<Integer> added) {
    int kept = list.size() - added.size();
    for (int number : added) {
      if (number < kept) {
        throw new MalformedInputException(
            "%s of DECODE before those of others".formatted(what), graph.end());
      }
    }
    list.subList(kept, list.size()).clear();
  }
}
