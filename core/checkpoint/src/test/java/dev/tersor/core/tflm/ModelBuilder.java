package dev.tersor.core.tflm;

import dev.tersor.core.bits.LittleEndian;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Models of one subgraph, which the interpreters of TensorFlow Lite run. */
final class ModelBuilder {
  static final int FLOAT32 = 0;
  static final int INT32 = 2;
  static final int UINT8 = 3;
  static final int INT16 = 7;
  static final int INT8 = 9;

  /** BuiltinOperator, and the tag in BuiltinOptions with its table. */
  enum Operator {
    ADD(0, 11, "AddOptions"),
    CONV_2D(3, 1, "Conv2DOptions"),
    FULLY_CONNECTED(9, 8, "FullyConnectedOptions"),
    RESHAPE(22, 17, "ReshapeOptions"),
    SOFTMAX(25, 9, "SoftmaxOptions");

    private final long code;
    private final long tag;
    private final String options;

    Operator(int code, int tag, String options) {
      this.code = code;
      this.tag = tag;
      this.options = options;
    }
  }

  private final List<FlatNode> tensors = new ArrayList<>();
  private final List<FlatNode> operators = new ArrayList<>();
  private final List<FlatNode> codes = new ArrayList<>();
  private final List<FlatNode> buffers = new ArrayList<>();
  private final List<FlatNode> metadata = new ArrayList<>();

  ModelBuilder() {
    buffers.add(TfliteGraph.node("Buffer"));
  }

  /** The number of a buffer with these bytes. */
  int buffer(byte[] data) {
    buffers.add(TfliteGraph.node("Buffer").set("data", new FlatBytes(data, 1)));
    return buffers.size() - 1;
  }

  /** The number of a tensor of a buffer; 0 for none. */
  int tensor(String name, int type, int buffer, FlatNode quantization, int... shape) {
    tensors.add(
        TfliteGraph.node("Tensor")
            .set("shape", FlatBytes.ints(shape))
            .set("type", (long) type)
            .set("buffer", (long) buffer)
            .set("name", FlatBytes.text(name))
            .set("quantization", quantization));
    return tensors.size() - 1;
  }

  FlatNode tensor(int number) {
    return tensors.get(number);
  }

  /** A quantisation whose zero points are all the same, or one each. */
  static FlatNode quantization(int axis, float[] scales, long... zeros) {
    byte[] scale = new byte[4 * scales.length];
    byte[] points = new byte[8 * scales.length];
    for (int i = 0; i < scales.length; i++) {
      LittleEndian.putInt(scale, 4 * i, Float.floatToRawIntBits(scales[i]));
      LittleEndian.putLong(points, 8 * i, zeros[zeros.length == 1 ? 0 : i]);
    }
    return TfliteGraph.node("QuantizationParameters")
        .set("scale", new FlatBytes(scale, 4))
        .set("zero_point", new FlatBytes(points, 8))
        .set("quantized_dimension", (long) axis);
  }

  ModelBuilder operator(Operator operator, Map<String, Object> options, int output, int... inputs) {
    FlatNode table = TfliteGraph.node(operator.options);
    options.forEach(table::set);
    operators.add(
        TfliteGraph.node("Operator")
            .set("opcode_index", (long) codes.size())
            .set("inputs", FlatBytes.ints(inputs))
            .set("outputs", FlatBytes.ints(output))
            .set("builtin_options_type", operator.tag)
            .set("builtin_options", table));
    codes.add(
        TfliteGraph.node("OperatorCode")
            .set("deprecated_builtin_code", operator.code)
            .set("version", operator == Operator.CONV_2D ? 3L : 1L)
            .set("builtin_code", operator.code));
    return this;
  }

  ModelBuilder custom(String code, int output, int... inputs) {
    operators.add(
        TfliteGraph.node("Operator")
            .set("opcode_index", (long) codes.size())
            .set("inputs", FlatBytes.ints(inputs))
            .set("outputs", FlatBytes.ints(output)));
    codes.add(
        TfliteGraph.node("OperatorCode")
            .set("deprecated_builtin_code", 32L)
            .set("custom_code", FlatBytes.text(code))
            .set("builtin_code", 32L));
    return this;
  }

  ModelBuilder metadata(String name, int buffer) {
    metadata.add(
        TfliteGraph.node("Metadata")
            .set("name", FlatBytes.text(name))
            .set("buffer", (long) buffer));
    return this;
  }

  FlatNode model(int input, int output) {
    FlatNode subgraph =
        TfliteGraph.node("SubGraph")
            .set("tensors", tensors)
            .set("inputs", FlatBytes.ints(input))
            .set("outputs", FlatBytes.ints(output))
            .set("operators", operators)
            .set("name", FlatBytes.text("main"));
    return TfliteGraph.node("Model")
        .set("version", 3L)
        .set("operator_codes", codes)
        .set("subgraphs", List.of(subgraph))
        .set("description", FlatBytes.text("made by a test"))
        .set("buffers", buffers)
        .set("metadata", metadata.isEmpty() ? null : metadata);
  }

  byte[] file(int input, int output) {
    return FlatWriter.write(model(input, output), TfliteGraph.IDENTIFIER, 1 << 16);
  }
}
