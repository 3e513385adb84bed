package dev.tersor.core.checkpoint;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which nodes consume which tensors: that gives matrices their layout and readable names. */
final class OnnxUses {
  /** Exporters fold constants into initialisers that they name {@code onnx::MatMul_1494}. */
  private static final String MADE_UP = "onnx::";

  private static final int WEIGHT = 1;
  private static final int BIAS = 2;

  private record Use(OnnxNode node, int operand) {
    boolean isTransparent() {
      return operand == 0 && node.standard() && TRANSPARENT.contains(node.op());
    }
  }

  /**
   * What is asked about a tensor.
   *
   * @param depth so many transparent nodes are still looked through
   * @param rank 3 for all above 2
   */
  private record Behind(String name, int depth, int rank) {}

  /** Nodes that hand on what they take, so that what is behind them says what it is. */
  private static final Set<String> TRANSPARENT = Set.of(OnnxNode.DEQUANTIZE, "Identity", "Cast");

  /** So many of them are looked through. */
  private static final int MAX_BEHIND = 4;

  /** So many uses of a tensor are looked at for a name. */
  private static final int MAX_LOOKED_AT = 64;

  private final Map<String, List<Use>> byInput = new HashMap<>();
  private final Map<Behind, Set<Layout>> saidBehind = new HashMap<>();

  /** Nodes whose path, and whose path with a bias behind it, was offered as an alias. */
  private final Set<OnnxNode> paths = Collections.newSetFromMap(new IdentityHashMap<>());

  private final Set<OnnxNode> biases = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<OnnxNode> dequantisers = new ArrayList<>();

  /** Inputs and outputs of graphs. */
  private final Set<String> declared = new HashSet<>();

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

  /** Notes an input or an output of a graph. */
  void declare(String name) {
    declared.add(name);
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

  /** Whether nothing needs a tensor but nodes that make numbers of these integers with it. */
  boolean isOnlyScaleOf(Set<String> integers, String name) {
    List<Use> all = byInput.getOrDefault(name, List.of());
    return !all.isEmpty()
        && !declared.contains(name)
        && all.stream()
            .allMatch(
                use ->
                    use.node().is(OnnxNode.DEQUANTIZE)
                        && use.operand() > 0
                        && integers.contains(use.node().input(0)));
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
    // Uses that say nothing, such as looking up a tied embedding, do not count; those that
    // contradict each other leave the layout open.
    Set<Layout> said = said(new Behind(own, MAX_BEHIND, Math.min(tensor.shape().rank(), 3)));
    Layout layout = said.size() == 1 ? said.iterator().next() : Layout.AS_STORED;
    String alias = tensor.name().startsWith(MADE_UP) ? new Alias(names).of(own, MAX_BEHIND) : null;
    return tensor.described(alias == null ? tensor.name() : alias, layout);
  }

  /** What the uses of a tensor say, those behind transparent nodes found once for all. */
  private Set<Layout> said(Behind from) {
    Set<Layout> said = EnumSet.noneOf(Layout.class);
    for (Use use : byInput.getOrDefault(from.name(), List.of())) {
      if (!use.isTransparent()) {
        said.add(layout(from.rank(), use));
      } else if (from.depth() > 0) {
        Behind next = new Behind(use.node().output(), from.depth() - 1, from.rank());
        Set<Layout> known = saidBehind.get(next);
        if (known == null) {
          known = said(next);
          saidBehind.put(next, known);
        }
        said.addAll(known);
      }
    }
    said.remove(Layout.AS_STORED);
    return said;
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

  /** Looks for the name of a use that no tensor has; one that was offered is not free again. */
  private final class Alias {
    private final Set<String> names;
    private int left = MAX_LOOKED_AT;

    Alias(Set<String> names) {
      this.names = names;
    }

    /** The alias, which is added to the names; null if there is none. */
    String of(String tensor, int depth) {
      for (Use use : byInput.getOrDefault(tensor, List.of())) {
        if (left-- <= 0) {
          return null;
        }
        String alias = null;
        if (!use.isTransparent()) {
          alias = offered(use);
        } else if (depth > 0) {
          alias = of(use.node().output(), depth - 1);
        }
        if (alias != null) {
          return alias;
        }
      }
      return null;
    }

    private String offered(Use use) {
      boolean bias = use.operand() == BIAS;
      if (!(bias ? biases : paths).add(use.node())) {
        return null;
      }
      String path = path(use.node());
      String alias = bias && !path.isEmpty() ? path + ".bias" : path;
      return !alias.isEmpty() && names.add(alias) ? alias : null;
    }
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
