package dev.tersor.core.board;

import dev.tersor.core.encode.NetworkTensor;
import java.util.Map;

/**
 * Memory of inference on the board.
 *
 * @param codes bytes for those of the largest coded tensor
 * @param row floats of the longest row of a coded tensor
 * @param activations floats
 */
record BoardMemory(int codes, int row, int activations) {
  /** Data memory of the board, the Cortex-M55's DTCM on an MPS3-AN547. */
  private static final int BOARD = 512 << 10;

  /** Of it for stack, and for tables of Huffman codes and rANS. */
  private static final int KEPT = 16 << 10;

  /**
   * @throws IllegalArgumentException naming the layer and what would fit, if the board has less
   */
  static BoardMemory of(
      Steps steps, ActivationMemory activations, Map<String, NetworkTensor> tensors) {
    long there = BOARD - KEPT;
    long between = (long) Float.BYTES * activations.size();
    if (between >= there) {
      throw new IllegalArgumentException(
          "the activations at %s take %,d bytes of memory, %s"
              .formatted(what(activations.fullest()), between, board("activations", there)));
    }
    String largest = null;
    long codes = 0;
    long row = 0;
    for (Step step : steps.all()) {
      String name = step.tensor().orElse(null);
      if (name == null || !(tensors.get(name) instanceof NetworkTensor.Coded coded)) {
        continue;
      }
      row = Math.max(row, coded.shape().rowLength());
      if (coded.shape().size() > codes) {
        codes = coded.shape().size();
        largest = coded.name();
      }
    }
    long left = there - between - Float.BYTES * row;
    if (codes > left) {
      throw new IllegalArgumentException(
          "tensor '%s': its %,d codes take a byte each beside %,d of activations and a row of %,d, %s"
              .formatted(
                  largest, codes, between, Float.BYTES * row, board("codes", Math.max(0, left))));
    }
    return new BoardMemory((int) codes, (int) row, activations.size());
  }

  private static String board(String what, long fits) {
    return "the board has %,d with %,d for stack and decoders' tables; %,d bytes of %s would fit"
        .formatted(BOARD, KEPT, fits, what);
  }

  private static String what(Step step) {
    return step.tensor().map(name -> "'" + name + "'").orElse(step.function());
  }

  long bytes() {
    return codes + (long) Float.BYTES * (row + activations);
  }
}
