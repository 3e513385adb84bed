package dev.tersor.core.checkpoint;

import static dev.tersor.core.checkpoint.OnnxWire.bytesTag;
import static dev.tersor.core.checkpoint.OnnxWire.varintTag;

import dev.tersor.core.tensor.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What of a NodeProto tells about the weights it consumes.
 *
 * @param standard whether the operator is one of ONNX's own domain
 * @param output the first one; empty if there is none
 * @param transposesB the attribute transB, of Gemm
 * @param axis of DequantizeLinear
 * @param blockSize of DequantizeLinear; 0 where a scale serves an index of the axis
 * @param outputType of DequantizeLinear, a TensorProto.DataType; 0 where it is that of the scales
 * @param window of Conv, and of Gemm whether it transposes
 * @param inputs names of the operands; empty where an optional one is left out
 * @param main whether it is of the model's own graph
 */
record OnnxNode(
    String name,
    String op,
    boolean standard,
    String output,
    boolean transposesB,
    long axis,
    long blockSize,
    long outputType,
    OnnxWindow window,
    List<String> inputs,
    boolean main) {
  static final String CONSTANT = "Constant";
  static final String DEQUANTIZE = "DequantizeLinear";
  static final int INPUT = 1;
  static final int OUTPUT = 2;
  static final int NAME = 3;
  static final int OP_TYPE = 4;
  static final int ATTRIBUTE = 5;
  private static final int DOMAIN = 7;
  private static final int ATTRIBUTE_NAME = 1;
  private static final int ATTRIBUTE_INT = 3;
  private static final int ATTRIBUTE_TENSOR = 5;
  private static final int ATTRIBUTE_GRAPH = 6;
  private static final int ATTRIBUTE_TEXT = 4;
  private static final int ATTRIBUTE_FLOATS = 7;
  private static final int ATTRIBUTE_INTS = 8;

  /** More axes than any window has. */
  private static final int MOST_INTS = 64;

  /** Of SAME_UPPER and SAME_LOWER, which NOTSET and VALID have not. */
  private static final int LENGTH_OF_SAME = 10;

  private static final int ATTRIBUTE_TENSORS = 10;
  private static final int ATTRIBUTE_GRAPHS = 11;
  private static final int ATTRIBUTE_SPARSE = 22;
  private static final int ATTRIBUTE_SPARSES = 23;

  /** Whether it is this operator of ONNX's own. */
  boolean is(String standardOp) {
    return standard && op.equals(standardOp);
  }

  /** The operand of this index; empty if there is none. */
  String input(int index) {
    return index < inputs.size() ? inputs.get(index) : "";
  }

  /**
   * Reads a node, and gives the walk the tensors of its attributes and of graphs within it.
   *
   * @param path of the graph that it is in
   */
  static OnnxNode read(OnnxWalk walk, OnnxPath path) throws IOException {
    OnnxWire wire = walk.wire();
    OnnxPath here = new OnnxPath(path);
    String name = "";
    String output = "";
    String op = "";
    String domain = "";
    Attributes attributes = new Attributes(walk, here);
    List<String> inputs = new ArrayList<>();
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
        attributes.read();
      } else {
        wire.skip(tag);
      }
    }
    wire.leave(outer);
    here.label(name.isEmpty() ? output : name);
    OnnxNode node =
        new OnnxNode(
            name,
            op,
            domain.isEmpty() || domain.equals("ai.onnx"),
            output,
            attributes.transposesB,
            attributes.axis,
            attributes.blockSize,
            attributes.outputType,
            attributes.window(),
            inputs,
            path.isMain());
    walk.found().ofNode(node, path, attributes.tensors, attributes.unread);
    return node;
  }

  /** What the attributes of one node say. */
  private static final class Attributes {
    private final OnnxWalk walk;
    private final OnnxWire wire;
    private final OnnxPath node;
    private boolean transposesB;
    private long axis = 1;
    private long blockSize;
    private long outputType;
    private List<Long> strides = List.of();
    private List<Long> pads = List.of();
    private List<Long> dilations = List.of();
    private long groups = 1;
    private boolean followsShape;
    private boolean transposesA;
    private final List<StoredTensor> tensors = new ArrayList<>();
    private final List<Checkpoint.Unread> unread = new ArrayList<>();

    Attributes(OnnxWalk walk, OnnxPath node) {
      this.walk = walk;
      this.wire = walk.wire();
      this.node = node;
    }

    void read() throws IOException {
      String name = "";
      long value = 0;
      int textLength = 0;
      List<Long> ints = new ArrayList<>();
      OnnxPath here = new OnnxPath(node);
      OnnxElements floats = new OnnxElements(ATTRIBUTE_FLOATS, "floats", Float.BYTES);
      int outer = wire.enter("attribute");
      long at = wire.position();
      for (int tag = wire.next(); tag != 0; tag = wire.next()) {
        if (tag == bytesTag(ATTRIBUTE_NAME)) {
          name = wire.text("attribute name");
          here.label(name);
        } else if (tag == varintTag(ATTRIBUTE_INT)) {
          value = wire.varint();
        } else if (tag == varintTag(ATTRIBUTE_INTS) || tag == bytesTag(ATTRIBUTE_INTS)) {
          ints(tag, ints);
        } else if (tag == bytesTag(ATTRIBUTE_TEXT)) {
          textLength = wire.skipBytes("attribute text");
        } else if (tag == bytesTag(ATTRIBUTE_TENSOR) || tag == bytesTag(ATTRIBUTE_TENSORS)) {
          tensors.add(walk.tensor());
        } else if (tag == bytesTag(ATTRIBUTE_SPARSE) || tag == bytesTag(ATTRIBUTE_SPARSES)) {
          unread.add(walk.sparse().unread(""));
        } else if (tag == bytesTag(ATTRIBUTE_GRAPH) || tag == bytesTag(ATTRIBUTE_GRAPHS)) {
          walk.graph(here);
        } else if (!floats.read(wire, tag, at)) {
          wire.skip(tag);
        }
        at = wire.position();
      }
      wire.leave(outer);
      switch (name) {
        case "transA" -> transposesA |= value != 0;
        case "transB" -> transposesB |= value != 0;
        case "group" -> groups = value;
        case "strides" -> strides = ints;
        case "pads" -> pads = ints;
        case "dilations" -> dilations = ints;
        case "auto_pad" -> followsShape = textLength == LENGTH_OF_SAME;
        case "axis" -> axis = value;
        case "block_size" -> blockSize = value;
        case "output_dtype" -> outputType = value;
        case "value_floats" -> {
          if (!floats.isEmpty()) {
            tensors.add(walk.vector(floats));
          }
        }
        default -> {}
      }
    }

    private void ints(int tag, List<Long> ints) throws IOException {
      if (tag == varintTag(ATTRIBUTE_INTS)) {
        add(ints);
        return;
      }
      int outer = wire.enter("ints");
      while (wire.remaining() > 0) {
        add(ints);
      }
      wire.leave(outer);
    }

    /** Those of other attributes may be many, and are not looked at. */
    private void add(List<Long> ints) throws IOException {
      long number = wire.varint();
      if (ints.size() < MOST_INTS) {
        ints.add(number);
      }
    }

    OnnxWindow window() {
      return new OnnxWindow(strides, pads, dilations, groups, followsShape, transposesA);
    }
  }

  /** A tensor of 32-bit numbers whose dimension is their count. */
  static Shape shape(OnnxElements floats) {
    return Shape.of(floats.bytes() / Float.BYTES);
  }
}
