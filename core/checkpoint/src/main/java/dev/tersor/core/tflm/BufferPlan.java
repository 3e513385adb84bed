package dev.tersor.core.tflm;

import java.util.ArrayList;
import java.util.List;

/** What is known of a buffer that tensors share, and the form that it gets. */
final class BufferPlan {
  /** A tensor of it. */
  record Holder(int subgraph, int tensor) {}

  private final int buffer;
  private final List<Holder> holders = new ArrayList<>();
  private String trouble = "";
  private int uses;
  private boolean areWeights = true;
  private DecodeForm form;
  private byte[] data;
  private double error;
  private String encoding = ExportedTensor.NONE;

  BufferPlan(int buffer) {
    this.buffer = buffer;
  }

  int buffer() {
    return buffer;
  }

  List<Holder> holders() {
    return holders;
  }

  /** Why it stays as it is; empty if nothing speaks against another form. */
  String trouble() {
    return trouble;
  }

  /** The first reason stays. */
  void refuse(String reason) {
    if (trouble.isEmpty()) {
      trouble = reason;
    }
  }

  void use(boolean asWeights) {
    uses++;
    areWeights &= asWeights;
  }

  /** Operators that its tensors are operands of. */
  int uses() {
    return uses;
  }

  /** Whether all of those use them as weights. */
  boolean areWeights() {
    return areWeights;
  }

  /**
   * @param changed what the form decodes to
   */
  void encode(DecodeForm chosen, String name, WeightChange.Changed changed) {
    form = chosen;
    encoding = name;
    data = changed.data();
    error = changed.error();
  }

  /** Null if it stays as it is. */
  DecodeForm form() {
    return form;
  }

  String encoding() {
    return encoding;
  }

  /** What the form decodes to. */
  byte[] data() {
    return data;
  }

  /** Of its weights, as {@link WeightChange} has it. */
  double error() {
    return error;
  }
}
