package dev.tersor.core.tflm;

import dev.tersor.core.bits.MalformedInputException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * A model of TensorFlow Lite in memory, its numbers of tensors, buffers and operators checked. Its
 * lists can be changed, and no table is in them twice.
 */
final class TfliteGraph {
  static final String IDENTIFIER = "TFL3";
  static final String DECODE = "TFLM_DECODE";
  static final int CUSTOM = 32;

  /** Where a tensor without data points to. */
  private static final int NO_BUFFER = 0;

  private static final FlatSchema SCHEMA = FlatSchema.TFLITE;

  /** The parts of a subgraph. */
  record Subgraph(FlatNode node, List<FlatNode> tensors, List<FlatNode> operators) {
    String name(int tensor) {
      FlatBytes name = tensors.get(tensor).bytes("name");
      return name.count() == 0 ? "tensor" + tensor : name.text();
    }
  }

  private final FlatNode model;
  private final int end;
  private final List<FlatNode> codes;
  private final List<FlatNode> buffers;
  private final List<Subgraph> subgraphs = new ArrayList<>();

  private TfliteGraph(FlatReader.Tree tree) {
    this.model = tree.root();
    this.end = tree.end();
    this.codes = own(model.nodes("operator_codes"));
    this.buffers = own(model.nodes("buffers"));
    for (FlatNode subgraph : own(model.nodes("subgraphs"))) {
      subgraphs.add(
          new Subgraph(subgraph, own(subgraph.nodes("tensors")), own(subgraph.nodes("operators"))));
    }
    subgraphs.forEach(this::check);
    if (!buffers.isEmpty() && buffers.get(NO_BUFFER).bytes("data").count() > 0) {
      throw new MalformedInputException("buffer 0 has data, and stands for none", end);
    }
  }

  /**
   * Reads a file.
   *
   * @throws MalformedInputException if it is damaged, or has a field that the schema has not
   */
  static TfliteGraph read(byte[] file) {
    for (int i = 0; i < IDENTIFIER.length(); i++) {
      if (file.length < 8 || file[4 + i] != IDENTIFIER.charAt(i)) {
        throw new MalformedInputException("no .tflite file: it lacks the identifier TFL3", 4);
      }
    }
    return new TfliteGraph(FlatReader.read(file, SCHEMA));
  }

  /** The file; what was read and not changed is in it as it was. */
  byte[] write() {
    return FlatWriter.write(model(), IDENTIFIER, end);
  }

  /** The model with its lists as they are now. */
  FlatNode model() {
    for (Subgraph subgraph : subgraphs) {
      put(subgraph.node(), "tensors", subgraph.tensors());
      put(subgraph.node(), "operators", subgraph.operators());
    }
    put(model, "subgraphs", subgraphs.stream().map(Subgraph::node).toList());
    put(model, "operator_codes", codes);
    put(model, "buffers", buffers);
    return model;
  }

  /** A list that was empty or not there stays so. */
  private static void put(FlatNode node, String field, List<FlatNode> list) {
    if (!list.isEmpty()) {
      node.set(field, List.copyOf(list));
    }
  }

  private static List<FlatNode> own(List<FlatNode> shared) {
    IdentityHashMap<FlatNode, Boolean> seen = new IdentityHashMap<>();
    List<FlatNode> own = new ArrayList<>(shared.size());
    for (FlatNode node : shared) {
      own.add(seen.put(node, true) == null ? node : node.copy());
    }
    return own;
  }

  private void check(Subgraph subgraph) {
    for (FlatNode tensor : subgraph.tensors()) {
      inRange("a buffer", tensor.number("buffer", 0), Math.max(1, buffers.size()));
    }
    for (FlatNode operator : subgraph.operators()) {
      inRange("an operator code", operator.number("opcode_index", 0), codes.size());
      tensors(operator, "inputs", subgraph);
      tensors(operator, "outputs", subgraph);
      tensors(operator, "intermediates", subgraph);
    }
    tensors(subgraph.node(), "inputs", subgraph);
    tensors(subgraph.node(), "outputs", subgraph);
  }

  private void tensors(FlatNode node, String field, Subgraph subgraph) {
    for (int tensor : node.bytes(field).ints()) {
      if (tensor != -1) {
        inRange("a tensor", tensor, subgraph.tensors().size());
      }
    }
  }

  private void inRange(String what, long number, int size) {
    if (number < 0 || number >= size) {
      throw new MalformedInputException("%s %d of %d".formatted(what, number, size), end);
    }
  }

  /** Where the last object of the file ended. */
  int end() {
    return end;
  }

  List<FlatNode> codes() {
    return codes;
  }

  List<FlatNode> buffers() {
    return buffers;
  }

  List<Subgraph> subgraphs() {
    return subgraphs;
  }

  /** A new table. */
  static FlatNode node(String type) {
    return new FlatNode(SCHEMA.table(type));
  }

  /** The data of a tensor; none if it has no buffer. */
  FlatBytes data(FlatNode tensor) {
    int buffer = (int) tensor.number("buffer", NO_BUFFER);
    return buffers.isEmpty() ? FlatBytes.NONE : buffers.get(buffer).bytes("data");
  }

  /** The name of an operator in the schema, or its own if it is custom. */
  String operator(FlatNode operator) {
    FlatNode code = codes.get((int) operator.number("opcode_index", 0));
    long number = builtin(code);
    return number == CUSTOM
        ? code.bytes("custom_code").text()
        : SCHEMA.name("BuiltinOperator", number);
  }

  static boolean isDecode(FlatNode code) {
    return builtin(code) == CUSTOM && code.bytes("custom_code").text().equals(DECODE);
  }

  /** One above 127 is in a field of its own, which came later. */
  private static long builtin(FlatNode code) {
    return Math.max(
        (byte) code.number("deprecated_builtin_code", 0), (int) code.number("builtin_code", 0));
  }

  /** The name of a tensor's type. */
  static String type(FlatNode tensor) {
    return SCHEMA.name("TensorType", tensor.number("type", 0));
  }
}
