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
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * How an ONNX model computes, without the numbers of its weights: small, to be sent to where the
 * weights are. With them it is a model again. Weights are the initialisers of FLOAT; others, such
 * as the shape that a Reshape takes, belong to the graph.
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
   * An initialiser whose numbers are not here.
   *
   * @param alias a readable name, as in {@link StoredTensor}
   */
  public record Weight(String name, String alias, Shape shape) implements Serializable {}

  private final byte[] model;
  private final byte[] graph;
  private final List<Weight> weights;
  private final Map<String, float[]> constants;

  /**
   * @param model all fields of the model but its graph
   * @param graph all fields of the graph but its weights
   * @param constants weights of at most one number, which need not be given
   */
  OnnxGraph(byte[] model, byte[] graph, List<Weight> weights, Map<String, float[]> constants) {
    this.model = model;
    this.graph = graph;
    this.weights = new ArrayList<>(weights);
    this.constants = new HashMap<>(constants);
  }

  /**
   * Reads all of a model but its weights.
   *
   * @throws dev.tersor.core.bits.MalformedInputException if it is no ONNX model, or damaged
   * @throws IllegalArgumentException naming the tensor, if an initialiser that belongs to the graph
   *     lies in another file
   */
  public static OnnxGraph read(ByteSource source) throws IOException {
    Checkpoint checkpoint = OnnxHeader.read(source);
    OnnxWire wire = new OnnxWire(source, new HeaderChecks(source.name()));
    OnnxMessage model = new OnnxMessage();
    OnnxMessage graph = new OnnxMessage();
    for (int tag = wire.next(); tag != 0; tag = wire.next()) {
      if (tag == bytesTag(MODEL_GRAPH)) {
        int outer = wire.enter("graph");
        copyGraph(wire, checkpoint.tensors().iterator(), source, graph);
        wire.leave(outer);
      } else {
        model.copied(tag, wire);
      }
    }
    List<Weight> weights = new ArrayList<>();
    Map<String, float[]> constants = new HashMap<>();
    for (StoredTensor tensor : checkpoint.tensors()) {
      if (tensor.dtype() == DType.F32) {
        weights.add(new Weight(tensor.name(), tensor.alias(), tensor.shape()));
        if (tensor.shape().size() <= 1 && tensor.extent().file().equals(source.name())) {
          constants.put(
              tensor.name(), Checkpoint.read(tensor, source, 0, (int) tensor.shape().size()));
        }
      }
    }
    return new OnnxGraph(model.toBytes(), graph.toBytes(), weights, constants);
  }

  private static void copyGraph(
      OnnxWire wire, Iterator<StoredTensor> tensors, ByteSource source, OnnxMessage graph)
      throws IOException {
    for (int tag = wire.next(); tag != 0; tag = wire.next()) {
      if (tag == bytesTag(GRAPH_INITIALIZER)) {
        StoredTensor tensor = tensors.next();
        if (tensor.dtype() == DType.F32) {
          wire.skipBytes(tensor.name());
          continue;
        }
        if (!tensor.extent().file().equals(source.name())) {
          throw new IllegalArgumentException(
              "%s: tensor '%s' of %s lies in %s, only FLOAT may"
                  .formatted(
                      source.name(), tensor.name(), tensor.dtypeName(), tensor.extent().file()));
        }
      }
      graph.copied(tag, wire);
    }
  }

  /** The weights in the order of the file. */
  public List<Weight> weights() {
    return List.copyOf(weights);
  }

  /** Whether a weight need not be given: it is a single number that the model came with. */
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
   * @param values by the names of the initialisers
   * @throws IllegalArgumentException naming the tensor, if one is missing or has another size
   */
  public byte[] with(Map<String, float[]> values) {
    long length = graph.length;
    for (Weight weight : weights) {
      length += field(GRAPH_INITIALIZER, tensorLength(weight, values(weight, values)));
    }
    long all = model.length + field(MODEL_GRAPH, length);
    if (all > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          all + " bytes of ONNX with its weights, protobuf limits a model to 2 GiB");
    }
    byte[] bytes = new byte[(int) all];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      out.writeRawBytes(model);
      head(out, MODEL_GRAPH, (int) length);
      out.writeRawBytes(graph);
      for (Weight weight : weights) {
        float[] numbers = values(weight, values);
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
