package dev.tersor.core.checkpoint;

import static dev.tersor.core.checkpoint.OnnxWire.bytesTag;

import com.google.protobuf.CodedOutputStream;
import dev.tersor.core.tensor.Shape;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How an ONNX model computes, without the numbers of its weights: small, to be sent to where the
 * weights are. With them it is a model again. Weights are the tensors of FLOAT that {@link
 * Checkpoint} lists, initialisers and constants of nodes, and integers that a DequantizeLinear of
 * the graph makes numbers of; others, such as the shape that a Reshape takes, belong to the graph.
 */
public final class OnnxGraph implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int MODEL_GRAPH = 7;
  private static final int GRAPH_INITIALIZER = 5;
  private static final int DIMS = 1;
  private static final int DATA_TYPE = 2;
  private static final int NAME = 8;
  private static final int RAW_DATA = 9;
  private static final int FLOAT = 1;

  /**
   * A tensor whose numbers are not here.
   *
   * @param alias a readable name, as in {@link StoredTensor}
   */
  public record Weight(String name, String alias, Shape shape) implements Serializable {}

  private final byte[] model;
  private final byte[] graph;
  private final List<Weight> weights;
  private final Map<String, float[]> constants;
  private final List<Hole> modelHoles;
  private final List<Hole> graphHoles;
  private final Set<String> inHoles = new HashSet<>();

  /**
   * Where a weight of a node or a function is left out.
   *
   * @param at byte offset in the message that lacks it
   * @param count numbers, 4 bytes each
   * @param tag what lies between two of them: the tag of the next, or nothing if it is 0
   */
  record Hole(int at, String name, long count, int tag) implements Serializable {
    long length() {
      return count * Float.BYTES + (tag == 0 ? 0 : Math.max(0, count - 1));
    }
  }

  OnnxGraph(byte[] model, byte[] graph, List<Weight> weights, Map<String, float[]> constants) {
    this(model, graph, weights, constants, List.of(), List.of());
  }

  /**
   * @param model all fields of the model but its graph
   * @param graph all fields of the graph but its weights
   * @param constants weights of few numbers, which need not be given
   * @param modelHoles where weights lie in the model, first one first; their bytes are left out,
   *     and counted in the lengths around them
   * @param graphHoles likewise in the graph
   */
  OnnxGraph(
      byte[] model,
      byte[] graph,
      List<Weight> weights,
      Map<String, float[]> constants,
      List<Hole> modelHoles,
      List<Hole> graphHoles) {
    this.model = model;
    this.graph = graph;
    this.weights = new ArrayList<>(weights);
    this.constants = new HashMap<>(constants);
    this.modelHoles = new ArrayList<>(modelHoles);
    this.graphHoles = new ArrayList<>(graphHoles);
    modelHoles.forEach(hole -> inHoles.add(hole.name()));
    graphHoles.forEach(hole -> inHoles.add(hole.name()));
  }

  /**
   * Reads all of a model but its weights.
   *
   * @throws dev.tersor.core.bits.MalformedInputException if it is no ONNX model, or damaged
   * @throws IllegalArgumentException naming the tensor, if an initialiser that belongs to the graph
   *     lies in another file
   */
  public static OnnxGraph read(ByteSource source) throws IOException {
    return new OnnxGraphReader(source).read();
  }

  /** The weights in the order of the file. */
  public List<Weight> weights() {
    return List.copyOf(weights);
  }

  /**
   * Whether a weight need not be given: it is a single number that the model came with, or one of
   * the few of a node.
   */
  public boolean isConstant(Weight weight) {
    return constants.containsKey(weight.name());
  }

  /** What tells this graph from others: its fields, and the names and shapes of its weights. */
  public byte[] fingerprint() {
    OnnxMessage message = new OnnxMessage();
    weights.forEach(weight -> message.text(1, weight.name()).text(2, weight.shape().toString()));
    byte[] names = message.toBytes();
    return ByteBuffer.allocate(model.length + graph.length + names.length)
        .put(model)
        .put(graph)
        .put(names)
        .array();
  }

  /**
   * The model with weights.
   *
   * @param values by the names of the weights
   * @throws IllegalArgumentException naming the tensor, if one is missing or has another size
   */
  public byte[] with(Map<String, float[]> values) {
    Map<String, float[]> all = new HashMap<>();
    weights.forEach(weight -> all.put(weight.name(), values(weight, values)));
    List<Weight> initialisers =
        weights.stream().filter(weight -> !inHoles.contains(weight.name())).toList();
    long length = graph.length + filling(graphHoles);
    for (Weight weight : initialisers) {
      length += field(GRAPH_INITIALIZER, tensorLength(weight, all.get(weight.name())));
    }
    long needed = model.length + filling(modelHoles) + field(MODEL_GRAPH, length);
    if (needed > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          needed + " bytes of ONNX with its weights, protobuf limits a model to 2 GiB");
    }
    byte[] bytes = new byte[(int) needed];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      filled(out, model, modelHoles, all);
      head(out, MODEL_GRAPH, (int) length);
      filled(out, graph, graphHoles, all);
      for (Weight weight : initialisers) {
        float[] numbers = all.get(weight.name());
        head(out, GRAPH_INITIALIZER, (int) tensorLength(weight, numbers));
        for (long dim : weight.shape().dims()) {
          out.writeInt64(DIMS, dim);
        }
        out.writeInt32(DATA_TYPE, FLOAT);
        out.writeString(NAME, weight.name());
        ByteBuffer raw =
            ByteBuffer.allocate(Float.BYTES * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(numbers);
        out.writeByteArray(RAW_DATA, raw.array());
      }
      out.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes;
  }

  private static long filling(List<Hole> holes) {
    return holes.stream().mapToLong(Hole::length).sum();
  }

  private static void filled(
      CodedOutputStream out, byte[] message, List<Hole> holes, Map<String, float[]> values)
      throws IOException {
    int at = 0;
    for (Hole hole : holes) {
      out.writeRawBytes(message, at, hole.at() - at);
      float[] numbers = values.get(hole.name());
      for (int i = 0; i < numbers.length; i++) {
        if (i > 0 && hole.tag() != 0) {
          out.writeRawByte((byte) hole.tag());
        }
        out.writeFloatNoTag(numbers[i]);
      }
      at = hole.at();
    }
    out.writeRawBytes(message, at, message.length - at);
  }

  private float[] values(Weight weight, Map<String, float[]> values) {
    float[] given = values.getOrDefault(weight.name(), constants.get(weight.name()));
    if (given == null) {
      throw new IllegalArgumentException(
          "no tensor '" + weight.name() + "', expected one of shape " + weight.shape());
    }
    if (given.length != weight.shape().size()) {
      throw new IllegalArgumentException(
          "tensor '%s' has %d values, its shape in the graph is %s"
              .formatted(weight.name(), given.length, weight.shape()));
    }
    return given;
  }

  private static long tensorLength(Weight weight, float[] values) {
    long length =
        CodedOutputStream.computeInt32Size(DATA_TYPE, FLOAT)
            + CodedOutputStream.computeStringSize(NAME, weight.name())
            + field(RAW_DATA, (long) Float.BYTES * values.length);
    for (long dim : weight.shape().dims()) {
      length += CodedOutputStream.computeInt64Size(DIMS, dim);
    }
    return length;
  }

  /** The length of a length-delimited field. */
  private static long field(int number, long length) {
    return CodedOutputStream.computeTagSize(number)
        + CodedOutputStream.computeUInt64SizeNoTag(length)
        + length;
  }

  private static void head(CodedOutputStream out, int field, int length) throws IOException {
    out.writeUInt32NoTag(bytesTag(field));
    out.writeUInt32NoTag(length);
  }
}
