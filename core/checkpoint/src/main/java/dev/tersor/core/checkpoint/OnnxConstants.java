package dev.tersor.core.checkpoint;

import static dev.tersor.core.checkpoint.OnnxWire.bytesTag;
import static dev.tersor.core.checkpoint.OnnxWire.varintTag;

import dev.tersor.core.tensor.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The tensors of an ONNX model that are no initialisers of its graph: in attributes, mostly of
 * Constant nodes, in graphs within the graph and in functions, and sparse ones. Those that are
 * weights are kept, their contents skipped. Integers, flags, text, scalars and vectors are not:
 * shapes, axes, scales and means belong to the graph.
 */
final class OnnxConstants {
  private static final int ATTRIBUTE_TENSOR = 5;
  private static final int ATTRIBUTE_GRAPH = 6;
  private static final int ATTRIBUTE_TENSORS = 10;
  private static final int ATTRIBUTE_GRAPHS = 11;
  private static final int ATTRIBUTE_SPARSE = 22;
  private static final int ATTRIBUTE_SPARSES = 23;
  private static final int GRAPH_NODE = 1;
  private static final int GRAPH_INITIALIZER = 5;
  private static final int GRAPH_SPARSE = 15;
  private static final int FUNCTION_NODE = 7;
  private static final int TENSOR_DIMS = 1;
  private static final int TENSOR_TYPE = 2;
  private static final int TENSOR_NAME = 8;
  private static final int SPARSE_VALUES = 1;
  private static final int SPARSE_DIMS = 3;

  /** So deep graphs may lie in graphs. */
  private static final int MAX_DEPTH = 32;

  /** So many numbers along one dimension are a scale or a mean; more are weights. */
  private static final int SHORT = 64;

  /** A tensor as its message describes it. */
  record Constant(String name, long type, Shape shape) {
    boolean isWeights() {
      long wide = Arrays.stream(shape.dims()).filter(dim -> dim > 1).count();
      return OnnxTypes.isNumber(type) && shape.rank() > 1 && (wide > 1 || shape.size() >= SHORT);
    }

    Checkpoint.Unread unread(String shown, String where) {
      return new Checkpoint.Unread(shown, OnnxTypes.name(type), shape, where);
    }
  }

  private final OnnxWire wire;
  private final HeaderChecks checks;
  private final List<Checkpoint.Unread> weights = new ArrayList<>();
  private int depth;

  OnnxConstants(OnnxWire wire, HeaderChecks checks) {
    this.wire = wire;
    this.checks = checks;
  }

  List<Checkpoint.Unread> weights() {
    return weights;
  }

  /** Reads a field of an attribute if it has tensors or graphs, or skips it. */
  void inAttribute(int tag, List<Constant> own) throws IOException {
    if (tag == bytesTag(ATTRIBUTE_TENSOR) || tag == bytesTag(ATTRIBUTE_TENSORS)) {
      own.add(tensor());
    } else if (tag == bytesTag(ATTRIBUTE_SPARSE) || tag == bytesTag(ATTRIBUTE_SPARSES)) {
      own.add(sparse());
    } else if (tag == bytesTag(ATTRIBUTE_GRAPH) || tag == bytesTag(ATTRIBUTE_GRAPHS)) {
      graph();
    } else {
      wire.skip(tag);
    }
  }

  /** Keeps the weights among a node's own tensors. */
  void ofNode(String op, String node, String output, List<Constant> own) {
    for (Constant constant : own) {
      if (constant.isWeights()) {
        String where = (op.equals("Constant") ? "a " : "an attribute of a ") + op + " node";
        weights.add(
            constant.unread(
                output.isEmpty() ? constant.name() : output,
                node.isEmpty() ? where : where + " ('" + node + "')"));
      }
    }
  }

  /** Reads a field of a graph if it is a sparse initialiser, or skips it. */
  void inGraph(int tag) throws IOException {
    if (tag == bytesTag(GRAPH_SPARSE)) {
      keep(sparse(), "a sparse initialiser");
    } else {
      wire.skip(tag);
    }
  }

  void function() throws IOException {
    walk("function", FUNCTION_NODE);
  }

  private void graph() throws IOException {
    walk("graph", GRAPH_NODE);
  }

  private void walk(String what, int nodes) throws IOException {
    if (++depth > MAX_DEPTH) {
      throw checks.malformed("graphs within graphs, deeper than " + MAX_DEPTH, wire.position());
    }
    int outer = wire.enter(what);
    for (int tag = wire.next(); tag != 0; tag = wire.next()) {
      if (tag == bytesTag(nodes)) {
        OnnxNode.read(wire, this);
      } else if (nodes == GRAPH_NODE && tag == bytesTag(GRAPH_INITIALIZER)) {
        keep(tensor(), "a graph within the graph");
      } else if (nodes == GRAPH_NODE) {
        inGraph(tag);
      } else {
        wire.skip(tag);
      }
    }
    wire.leave(outer);
    depth--;
  }

  private void keep(Constant constant, String where) {
    if (constant.isWeights()) {
      weights.add(constant.unread(constant.name(), where));
    }
  }

  private Constant tensor() throws IOException {
    String name = "";
    long type = 0;
    long start = wire.position();
    Dims dims = new Dims();
    int outer = wire.enter("tensor");
    for (int tag = wire.next(); tag != 0; tag = wire.next()) {
      if (tag == varintTag(TENSOR_TYPE)) {
        type = wire.varint();
      } else if (tag == bytesTag(TENSOR_NAME)) {
        name = wire.text("tensor name");
      } else if (!dims.read(tag, TENSOR_DIMS)) {
        wire.skip(tag);
      }
    }
    wire.leave(outer);
    return new Constant(name, type, dims.shape(name, start));
  }

  private Constant sparse() throws IOException {
    Constant values = new Constant("", 0, Shape.of());
    long start = wire.position();
    Dims dims = new Dims();
    int outer = wire.enter("sparse tensor");
    for (int tag = wire.next(); tag != 0; tag = wire.next()) {
      if (tag == bytesTag(SPARSE_VALUES)) {
        values = tensor();
      } else if (!dims.read(tag, SPARSE_DIMS)) {
        wire.skip(tag);
      }
    }
    wire.leave(outer);
    return new Constant(values.name(), values.type(), dims.shape(values.name(), start));
  }

  /** Dimensions, packed or one by one. */
  private final class Dims {
    private final long[] dims = new long[HeaderChecks.MAX_RANK];
    private int rank;

    boolean read(int tag, int field) throws IOException {
      if (tag == varintTag(field)) {
        add();
      } else if (tag == bytesTag(field)) {
        int outer = wire.enter("dims");
        while (wire.remaining() > 0) {
          add();
        }
        wire.leave(outer);
      } else {
        return false;
      }
      return true;
    }

    private void add() throws IOException {
      if (rank == dims.length) {
        throw checks.malformed("more than " + rank + " dimensions", wire.position());
      }
      dims[rank++] = wire.varint();
    }

    Shape shape(String name, long position) {
      return checks.shape(name, Arrays.copyOf(dims, rank), position);
    }
  }
}
