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
  private DecodeForm form;
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

  void use() {
    uses++;
  }

  /** Operators that its tensors are operands of. */
  int uses() {
    return uses;
  }

  void encode(DecodeForm chosen, String name) {
    form = chosen;
    encoding = name;
  }

  /** Null if it stays as it is. */
  DecodeForm form() {
    return form;
  }

  String encoding() {
    return encoding;
  }
}
