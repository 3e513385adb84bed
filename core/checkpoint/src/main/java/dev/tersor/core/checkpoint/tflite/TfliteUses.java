package dev.tersor.core.checkpoint.tflite;

import dev.tersor.core.checkpoint.Layout;
import dev.tersor.core.checkpoint.PagedFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which operators of a subgraph consume which tensors: that says what the axes of filters are. */
final class TfliteUses {
  private static final int SUBGRAPH_OPERATORS = 3;
  private static final int OPERATOR_CODE = 0;
  private static final int OPERATOR_INPUTS = 1;
  private static final int OPERATOR_OUTPUTS = 2;
  private static final int OPERATOR_OPTIONS = 4;
  private static final int FULLY_CONNECTED_FORMAT = 1;

  // BuiltinOperator.
  private static final int CONV_2D = 3;
  private static final int DEPTHWISE_CONV_2D = 4;
  private static final int DEQUANTIZE = 6;
  private static final int FULLY_CONNECTED = 9;
  private static final int TRANSPOSE_CONV = 67;
  private static final int DENSIFY = 124;

  static final int CUSTOM = 32;

  /** Stands for the custom operator that decodes weights. */
  static final int DECODE = -1;

  /** So many operators that only hand a tensor on are looked through. */
  private static final int MAX_BEHIND = 4;

  private record Use(int op, int operand, int output, boolean shuffled) {}

  /**
   * What is asked about a tensor.
   *
   * @param depth so many operators that hand it on are still looked through
   * @param rank 5 for all above 4
   */
  private record Behind(int tensor, int depth, int rank) {}

  private final Map<Integer, List<Use>> byInput = new HashMap<>();
  private final Map<Behind, Set<Layout>> saidBehind = new HashMap<>();

  /**
   * @param codes the builtin operator of each operator code
   */
  TfliteUses(FlatTable subgraph, int[] codes, PagedFile file) throws IOException {
    FlatVector operators = subgraph.tables(SUBGRAPH_OPERATORS);
    for (int i = 0; i < operators.size(); i++) {
      FlatTable operator = operators.table(i);
      long code = operator.u32(OPERATOR_CODE);
      if (code >= codes.length) {
        throw file.malformed(
            "operator %d has the code %d of %d".formatted(i, code, codes.length), operator.at());
      }
      int op = codes[(int) code];
      int[] inputs = operator.vector(OPERATOR_INPUTS, Integer.BYTES).i32s();
      int[] outputs = operator.vector(OPERATOR_OUTPUTS, Integer.BYTES).i32s();
      int output = outputs.length == 0 ? -1 : outputs[0];
      boolean shuffled = false;
      if (op == FULLY_CONNECTED) {
        FlatTable options = operator.table(OPERATOR_OPTIONS);
        shuffled = options != null && options.u8(FULLY_CONNECTED_FORMAT, 0) != 0;
      }
      for (int operand = 0; operand < inputs.length; operand++) {
        byInput
            .computeIfAbsent(inputs[operand], tensor -> new ArrayList<>(1))
            .add(new Use(op, operand, output, shuffled));
      }
    }
  }

  /** Whether what is stored of that index is an encoded tensor, or what decodes one. */
  boolean isEncoded(int tensor) {
    for (Use use : byInput.getOrDefault(tensor, List.of())) {
      if (use.op() == DECODE) {
        return true;
      }
    }
    return false;
  }

  /** Whether weights of that index are stored in another order than their shape says. */
  boolean isShuffled(int tensor) {
    for (Use use : byInput.getOrDefault(tensor, List.of())) {
      if (use.shuffled() && use.operand() == 1) {
        return true;
      }
    }
    return false;
  }

  /** What the consumers say; those that contradict each other leave it open. */
  Layout layout(int tensor, int rank) {
    Set<Layout> said = said(new Behind(tensor, MAX_BEHIND, Math.min(rank, 5)));
    return said.size() == 1 ? said.iterator().next() : Layout.AS_STORED;
  }

  /** What all consumers say, those behind operators that hand on found once for all. */
  private Set<Layout> said(Behind from) {
    Set<Layout> said = EnumSet.noneOf(Layout.class);
    for (Use use : byInput.getOrDefault(from.tensor(), List.of())) {
      if (use.op() == DEQUANTIZE || use.op() == DENSIFY) {
        if (from.depth() > 0) {
          Behind next = new Behind(use.output(), from.depth() - 1, from.rank());
          Set<Layout> known = saidBehind.get(next);
          if (known == null) {
            known = said(next);
            saidBehind.put(next, known);
          }
          said.addAll(known);
        }
      } else if (use.operand() == 1) {
        switch (use.op()) {
          case CONV_2D, TRANSPOSE_CONV -> add(said, from.rank() == 4, Layout.OHWI);
          case DEPTHWISE_CONV_2D -> add(said, from.rank() == 4, Layout.DEPTHWISE_HWC);
          case FULLY_CONNECTED -> add(said, from.rank() == 2, Layout.OUT_IN);
          default -> {}
        }
      }
    }
    return said;
  }

  private static void add(Set<Layout> said, boolean fits, Layout layout) {
    if (fits) {
      said.add(layout);
    }
  }
}
