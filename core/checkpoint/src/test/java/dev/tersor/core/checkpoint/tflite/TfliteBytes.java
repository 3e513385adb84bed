package dev.tersor.core.checkpoint.tflite;

import com.google.flatbuffers.FlatBufferBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Models written by the library of flatbuffers, field by field. */
final class TfliteBytes {
  static final int FLOAT32 = 0;
  static final int FLOAT16 = 1;
  static final int INT32 = 2;
  static final int UINT8 = 3;
  static final int INT8 = 9;
  static final int INT16 = 7;
  static final int INT4 = 17;
  static final int INT2 = 19;
  static final int CONV_2D = 3;
  static final int DEPTHWISE_CONV_2D = 4;
  static final int DEQUANTIZE = 6;
  static final int FULLY_CONNECTED = 9;

  /** Gives the offset of a table's part, before the table is begun. */
  interface Part {
    int write(FlatBufferBuilder builder);
  }

  /** A tensor of a subgraph. */
  static final class Tensor {
    private final String name;
    private final int type;
    private final int[] shape;
    private byte[] data = {};
    private float[] scales;
    private long[] zeros = {};
    private int dimension;
    private int details;
    private Part sparsity;

    Tensor(String name, int type, int... shape) {
      this.name = name;
      this.type = type;
      this.shape = shape;
    }

    Tensor data(byte... bytes) {
      data = bytes;
      return this;
    }

    Tensor scales(float... values) {
      scales = values;
      return this;
    }

    Tensor zeros(long... values) {
      zeros = values;
      return this;
    }

    Tensor dimension(int axis) {
      dimension = axis;
      return this;
    }

    Tensor details(int type) {
      details = type;
      return this;
    }

    Tensor sparsity(Part part) {
      sparsity = part;
      return this;
    }
  }

  private record Operator(int code, List<Integer> inputs, int output, int format) {}

  private record Subgraph(String name, List<Tensor> tensors, List<Operator> operators) {}

  private final FlatBufferBuilder builder = new FlatBufferBuilder(1024);
  private final List<Subgraph> subgraphs = new ArrayList<>();
  private final List<Integer> buffers = new ArrayList<>();
  private long appendedAt;
  private int times = 1;

  TfliteBytes() {
    subgraph("main");
    buffers.add(table(0, () -> {}));
  }

  TfliteBytes subgraph(String name) {
    subgraphs.add(new Subgraph(name, new ArrayList<>(), new ArrayList<>()));
    return this;
  }

  TfliteBytes add(Tensor tensor) {
    subgraphs.get(subgraphs.size() - 1).tensors().add(tensor);
    return this;
  }

  /** An operator of the tensors' indices. */
  TfliteBytes operator(int code, int output, int... inputs) {
    return operator(code, output, 0, inputs);
  }

  TfliteBytes operator(int code, int output, int format, int[] inputs) {
    subgraphs
        .get(subgraphs.size() - 1)
        .operators()
        .add(new Operator(code, Arrays.stream(inputs).boxed().toList(), output, format));
    return this;
  }

  /** Data lie behind the flatbuffer from this offset on, as in files above 2 GB. */
  TfliteBytes appended(long offset) {
    appendedAt = offset;
    return this;
  }

  /** Each tensor of a subgraph is listed so many times: offsets to one and the same. */
  TfliteBytes times(int count) {
    times = count;
    return this;
  }

  private interface Fields {
    void add();
  }

  private int table(int fields, Fields add) {
    builder.startTable(fields);
    add.add();
    return builder.endTable();
  }

  private static int ints(FlatBufferBuilder builder, int... values) {
    builder.startVector(4, values.length, 4);
    for (int i = values.length - 1; i >= 0; i--) {
      builder.addInt(values[i]);
    }
    return builder.endVector();
  }

  private int offsets(List<Integer> tables) {
    builder.startVector(4, tables.size(), 4);
    for (int i = tables.size() - 1; i >= 0; i--) {
      builder.addOffset(tables.get(i));
    }
    return builder.endVector();
  }

  private int buffer(byte[] data) {
    if (data.length == 0) {
      return 0;
    }
    if (appendedAt > 0) {
      long at = appendedAt;
      appendedAt += data.length;
      buffers.add(
          table(
              3,
              () -> {
                builder.addLong(1, at, 0);
                builder.addLong(2, data.length, 0);
              }));
    } else {
      int bytes = builder.createByteVector(data);
      buffers.add(table(1, () -> builder.addOffset(0, bytes, 0)));
    }
    return buffers.size() - 1;
  }

  private int quantization(Tensor tensor) {
    builder.startVector(4, tensor.scales.length, 4);
    for (int i = tensor.scales.length - 1; i >= 0; i--) {
      builder.addFloat(tensor.scales[i]);
    }
    int scales = builder.endVector();
    builder.startVector(8, tensor.zeros.length, 8);
    for (int i = tensor.zeros.length - 1; i >= 0; i--) {
      builder.addLong(tensor.zeros[i]);
    }
    int zeros = builder.endVector();
    return table(
        7,
        () -> {
          builder.addOffset(2, scales, 0);
          builder.addOffset(3, zeros, 0);
          builder.addByte(4, (byte) tensor.details, 0);
          builder.addInt(6, tensor.dimension, 0);
        });
  }

  private int tensor(Tensor tensor) {
    int name = builder.createString(tensor.name);
    int shape = ints(builder, tensor.shape);
    int buffer = buffer(tensor.data);
    int quantization = tensor.scales == null ? 0 : quantization(tensor);
    int sparsity = tensor.sparsity == null ? 0 : tensor.sparsity.write(builder);
    return table(
        8,
        () -> {
          builder.addOffset(0, shape, 0);
          builder.addByte(1, (byte) tensor.type, 0);
          builder.addInt(2, buffer, 0);
          builder.addOffset(3, name, 0);
          builder.addOffset(4, quantization, 0);
          builder.addOffset(6, sparsity, 0);
        });
  }

  /** SparsityParameters: levels are the sizes of dense ones, or segments and indices. */
  static Part sparse(int[] order, int[] blockMap, int width, Object... levels) {
    return builder -> {
      List<Integer> dims = new ArrayList<>();
      for (Object level : levels) {
        if (level instanceof Integer dense) {
          builder.startTable(6);
          builder.addInt(1, dense, 0);
          dims.add(builder.endTable());
          continue;
        }
        int[][] both = (int[][]) level;
        int segments = indices(builder, width, both[0]);
        int indices = indices(builder, width, both[1]);
        int kind = width == 4 ? 1 : width == 2 ? 2 : 3;
        builder.startTable(6);
        builder.addByte(0, (byte) 1, 0);
        builder.addByte(2, (byte) kind, 0);
        builder.addOffset(3, segments, 0);
        builder.addByte(4, (byte) kind, 0);
        builder.addOffset(5, indices, 0);
        dims.add(builder.endTable());
      }
      builder.startVector(4, dims.size(), 4);
      for (int i = dims.size() - 1; i >= 0; i--) {
        builder.addOffset(dims.get(i));
      }
      int metadata = builder.endVector();
      int traversal = ints(builder, order);
      int blocks = ints(builder, blockMap);
      builder.startTable(3);
      builder.addOffset(0, traversal, 0);
      builder.addOffset(1, blocks, 0);
      builder.addOffset(2, metadata, 0);
      return builder.endTable();
    };
  }

  private static int indices(FlatBufferBuilder builder, int width, int[] values) {
    builder.startVector(width, values.length, width);
    for (int i = values.length - 1; i >= 0; i--) {
      switch (width) {
        case 1 -> builder.addByte((byte) values[i]);
        case 2 -> builder.addShort((short) values[i]);
        default -> builder.addInt(values[i]);
      }
    }
    int vector = builder.endVector();
    builder.startTable(1);
    builder.addOffset(0, vector, 0);
    return builder.endTable();
  }

  byte[] model() {
    List<Integer> codes = new ArrayList<>();
    List<Integer> graphs = new ArrayList<>();
    for (Subgraph subgraph : subgraphs) {
      List<Integer> tensors = new ArrayList<>();
      for (Tensor tensor : subgraph.tensors()) {
        tensors.addAll(Collections.nCopies(times, tensor(tensor)));
      }
      List<Integer> operators = new ArrayList<>();
      for (Operator operator : subgraph.operators()) {
        int code = operator.code();
        int index = codes.size();
        codes.add(
            table(
                4,
                () -> {
                  builder.addByte(0, (byte) Math.min(code, 127), 0);
                  builder.addInt(3, code, 0);
                }));
        int inputs =
            ints(builder, operator.inputs().stream().mapToInt(Integer::intValue).toArray());
        int outputs = ints(builder, operator.output());
        int options = table(2, () -> builder.addByte(1, (byte) operator.format(), 0));
        operators.add(
            table(
                5,
                () -> {
                  builder.addInt(0, index, 0);
                  builder.addOffset(1, inputs, 0);
                  builder.addOffset(2, outputs, 0);
                  builder.addOffset(4, options, 0);
                }));
      }
      int all = offsets(tensors);
      int ops = offsets(operators);
      int name = builder.createString(subgraph.name());
      graphs.add(
          table(
              5,
              () -> {
                builder.addOffset(0, all, 0);
                builder.addOffset(3, ops, 0);
                builder.addOffset(4, name, 0);
              }));
    }
    int allCodes = offsets(codes);
    int allGraphs = offsets(graphs);
    int allBuffers = offsets(buffers);
    int root =
        table(
            5,
            () -> {
              builder.addInt(0, 3, 0);
              builder.addOffset(1, allCodes, 0);
              builder.addOffset(2, allGraphs, 0);
              builder.addOffset(4, allBuffers, 0);
            });
    builder.finish(root, "TFL3");
    return builder.sizedByteArray();
  }
}
