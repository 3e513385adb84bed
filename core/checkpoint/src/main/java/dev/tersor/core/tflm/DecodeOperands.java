package dev.tersor.core.tflm;

import java.util.Map;
import java.util.Set;

/**
 * The operands that TensorFlow Lite Micro's kernels read when they run and not before: those may be
 * what DECODE writes. Of SVDF and the LSTM the kernels for Cortex-M take constant weights only.
 */
final class DecodeOperands {
  private static final Set<Integer> BOTH = Set.of(0, 1);
  private static final Set<Integer> WEIGHTS_BIAS = Set.of(1, 2);

  private static final Map<String, Set<Integer>> BY_OPERATOR =
      Map.ofEntries(
          Map.entry("CONV_2D", WEIGHTS_BIAS),
          Map.entry("DEPTHWISE_CONV_2D", WEIGHTS_BIAS),
          Map.entry("FULLY_CONNECTED", WEIGHTS_BIAS),
          Map.entry("TRANSPOSE_CONV", Set.of(1, 3)),
          Map.entry("BATCH_MATMUL", BOTH),
          Map.entry("ADD", BOTH),
          Map.entry("SUB", BOTH),
          Map.entry("MUL", BOTH),
          Map.entry("MAXIMUM", BOTH),
          Map.entry("MINIMUM", BOTH),
          Map.entry("PRELU", Set.of(1)),
          Map.entry("EMBEDDING_LOOKUP", Set.of(1)));

  /** Those of them that have weights as operand 1. */
  private static final Set<String> WEIGHTED =
      Set.of(
          "CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "TRANSPOSE_CONV", "EMBEDDING_LOOKUP");

  private DecodeOperands() {}

  /**
   * @param operator its name in the schema
   */
  static boolean takes(String operator, int operand) {
    return BY_OPERATOR.getOrDefault(operator, Set.of()).contains(operand);
  }

  /** Whether an operand is what is pruned and quantised. */
  static boolean isWeights(String operator, int operand) {
    return operand == 1 && WEIGHTED.contains(operator);
  }
}
