package dev.tersor.core.checkpoint;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which nodes consume which tensors: that gives matrices their layout and readable names. */
final class OnnxUses {
  /** Exporters fold constants into initialisers that they name {@code onnx::MatMul_1494}. */
  private static final String MADE_UP = "onnx::";

  private static final int WEIGHT = 1;
  private static final int BIAS = 2;

  private record Use(OnnxNode node, int operand) {}

  /** Nodes that hand on what they take, so that what is behind them says what it is. */
  private static final Set<String> TRANSPARENT = Set.of(OnnxNode.DEQUANTIZE, "Identity", "Cast");

  /** So many of them are looked through. */
  private static final int MAX_BEHIND = 4;

  private final Map<String, List<Use>> byInput = new HashMap<>();
  private final List<OnnxNode> dequantisers = new ArrayList<>();

  void add(OnnxNode node) {
    if (node.is(OnnxNode.DEQUANTIZE)) {
      dequantisers.add(node);
    }
    for (int i = 0; i < node.inputs().size(); i++) {
      if (!node.inputs().get(i).isEmpty()) {
        byInput
            .computeIfAbsent(node.inputs().get(i), name -> new ArrayList<>(1))
            .add(new Use(node, i));
      }
    }
  }

  List<OnnxNode> dequantisers() {
    return dequantisers;
  }

  /** Whether a tensor is nothing but a scale or a zero point. */
  boolean isOnlyScale(String name) {
    for (Use use : byInput.getOrDefault(name, List.of())) {
      boolean scales = use.node().is(OnnxNode.DEQUANTIZE) || use.node().is("QuantizeLinear");
      if (!scales || use.operand() == 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether a tensor is consumed by nodes of the model's own graph that dequantise it alone. */
  boolean isOnlyDequantised(String name) {
    for (Use use : byInput.getOrDefault(name, List.of())) {
      if (!use.node().is(OnnxNode.DEQUANTIZE) || use.operand() != 0 || !use.node().main()) {
        return false;
      }
    }
    return true;
  }

  /**
   * The tensor with layout and alias.
   *
   * @param own its name in the graph, which is no other's
   * @param names all tensors' names, which no alias repeats; the alias is added
   */
  StoredTensor describe(StoredTensor tensor, String own, Set<String> names) {
    List<Use> uses = new ArrayList<>();
    behind(own, MAX_BEHIND, new HashSet<>(), uses);
    return tensor.described(alias(tensor.name(), uses, names), layout(tensor, uses));
  }

  private void behind(String name, int depth, Set<String> seen, List<Use> uses) {
    for (Use use : byInput.getOrDefault(name, List.of())) {
      OnnxNode node = use.node();
      boolean transparent =
          use.operand() == 0 && node.standard() && TRANSPARENT.contains(node.op());
      if (!transparent) {
        uses.add(use);
      } else if (depth > 0 && seen.add(node.output())) {
        behind(node.output(), depth - 1, seen, uses);
      }
    }
  }

  // Uses that say nothing, such as looking up a tied embedding, do not count; those that
  // contradict each other leave the layout open.
  private static Layout layout(StoredTensor tensor, List<Use> uses) {
    Layout layout = Layout.AS_STORED;
    for (Use use : uses) {
      Layout said = layout(tensor.shape().rank(), use);
      if (layout == Layout.AS_STORED) {
        layout = said;
      } else if (said != Layout.AS_STORED && said != layout) {
        return Layout.AS_STORED;
      }
    }
    return layout;
  }

  private static Layout layout(int rank, Use use) {
    if (use.operand() != WEIGHT || !use.node().standard()) {
      return Layout.AS_STORED;
    }
    return switch (use.node().op()) {
      case "MatMul" -> rank == 2 ? Layout.IN_OUT : Layout.AS_STORED;
      case "Gemm" ->
          rank != 2 ? Layout.AS_STORED : use.node().transposesB() ? Layout.OUT_IN : Layout.IN_OUT;
      case "Conv" -> rank > 2 ? Layout.OUT_IN : Layout.AS_STORED;
      default -> Layout.AS_STORED;
    };
  }

  private static String alias(String name, List<Use> uses, Set<String> names) {
    if (name.startsWith(MADE_UP)) {
      for (Use use : uses) {
        String path = path(use.node());
        String alias = use.operand() == BIAS && !path.isEmpty() ? path + ".bias" : path;
        if (!alias.isEmpty() && names.add(alias)) {
          return alias;
        }
      }
    }
    return name;
  }

  /** {@code encoder.layer.0.query} of a node named {@code /encoder/layer.0/query/MatMul_1}. */
  private static String path(OnnxNode node) {
    String name = node.name().startsWith("/") ? node.name().substring(1) : node.name();
    int slash = name.lastIndexOf('/');
    String last = name.substring(slash + 1);
    String suffix = last.startsWith(node.op()) ? last.substring(node.op().length()) : "?";
    if (suffix.isEmpty() || suffix.matches("_[0-9]+")) {
      name = slash < 0 ? "" : name.substring(0, slash);
    }
    return name.replace('/', '.');
  }
}
