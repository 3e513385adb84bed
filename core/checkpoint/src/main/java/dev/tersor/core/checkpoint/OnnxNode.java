package dev.tersor.core.checkpoint;

import static dev.tersor.core.checkpoint.OnnxWire.bytesTag;
import static dev.tersor.core.checkpoint.OnnxWire.varintTag;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What of a NodeProto tells about the weights it consumes.
 *
 * @param standard whether the operator is one of ONNX's own domain
 * @param transposesB the attribute transB, of Gemm
 * @param inputs names of the operands; empty where an optional one is left out
 */
record OnnxNode(
    String name, String op, boolean standard, boolean transposesB, List<String> inputs) {
  private static final int INPUT = 1;
  private static final int OUTPUT = 2;
  private static final int NAME = 3;
  private static final int OP_TYPE = 4;
  private static final int ATTRIBUTE = 5;
  private static final int DOMAIN = 7;
  private static final int ATTRIBUTE_NAME = 1;
  private static final int ATTRIBUTE_INT = 3;

  /**
   * Reads a node.
   *
   * @param constants is given the tensors of its attributes, and those of graphs within it
   */
  static OnnxNode read(OnnxWire wire, OnnxConstants constants) throws IOException {
    String name = "";
    String output = "";
    String op = "";
    String domain = "";
    boolean transposesB = false;
    List<String> inputs = new ArrayList<>();
    List<OnnxConstants.Constant> own = new ArrayList<>();
    int outer = wire.enter("node");
    for (int tag = wire.next(); tag != 0; tag = wire.next()) {
      if (tag == bytesTag(INPUT)) {
        inputs.add(wire.text("input name"));
      } else if (tag == bytesTag(OUTPUT) && output.isEmpty()) {
        output = wire.text("output name");
      } else if (tag == bytesTag(NAME)) {
        name = wire.text("node name");
      } else if (tag == bytesTag(OP_TYPE)) {
        op = wire.text("op type");
      } else if (tag == bytesTag(DOMAIN)) {
        domain = wire.text("domain");
      } else if (tag == bytesTag(ATTRIBUTE)) {
        transposesB |= isTrueTransB(wire, constants, own);
      } else {
        wire.skip(tag);
      }
    }
    wire.leave(outer);
    constants.ofNode(op, name, output, own);
    boolean standard = domain.isEmpty() || domain.equals("ai.onnx");
    return new OnnxNode(name, op, standard, transposesB, inputs);
  }

  private static boolean isTrueTransB(
      OnnxWire wire, OnnxConstants constants, List<OnnxConstants.Constant> own) throws IOException {
    boolean named = false;
    long value = 0;
    int outer = wire.enter("attribute");
    for (int tag = wire.next(); tag != 0; tag = wire.next()) {
      if (tag == bytesTag(ATTRIBUTE_NAME)) {
        named = wire.text("attribute name").equals("transB");
      } else if (tag == varintTag(ATTRIBUTE_INT)) {
        value = wire.varint();
      } else {
        constants.inAttribute(tag, own);
      }
    }
    wire.leave(outer);
    return named && value != 0;
  }
}
