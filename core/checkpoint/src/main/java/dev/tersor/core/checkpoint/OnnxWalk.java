package dev.tersor.core.checkpoint;

import static dev.tersor.core.checkpoint.OnnxWire.bytesTag;

import dev.tersor.core.tensor.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Walks the graphs of an ONNX model, those within nodes and those of functions too, and notes their
 * tensors and nodes. Contents of tensors are skipped, not read.
 */
final class OnnxWalk {
  private static final int GRAPH_NODE = 1;
  private static final int GRAPH_INITIALIZER = 5;
  private static final int GRAPH_INPUT = 11;
  private static final int GRAPH_OUTPUT = 12;
  private static final int GRAPH_SPARSE = 15;
  private static final int VALUE_NAME = 1;
  private static final int FUNCTION_NAME = 1;
  private static final int FUNCTION_NODE = 7;
  private static final int SPARSE_VALUES = 1;
  private static final int SPARSE_INDICES = 2;
  private static final int SPARSE_DIMS = 3;

  /** So many times what is stored a sparse tensor may have, or so many weights. */
  private static final long TIMES_STORED = 1 << 12;

  private static final long SPARSE_WEIGHTS = 1 << 20;

  /** So deep graphs may lie in graphs. */
  private static final int MAX_DEPTH = 32;

  private final OnnxWire wire;
  private final HeaderChecks checks;
  private final OnnxExternalFiles files;
  private final OnnxFound found;
  private final OnnxUses uses = new OnnxUses();
  private final List<OnnxNode> mainNodes = new ArrayList<>();
  private int depth;

  OnnxWalk(ByteSource source, OnnxWire wire, HeaderChecks checks) {
    this.wire = wire;
    this.checks = checks;
    this.files = new OnnxExternalFiles(source, checks);
    this.found = new OnnxFound(checks);
  }

  OnnxWire wire() {
    return wire;
  }

  OnnxFound found() {
    return found;
  }

  OnnxUses uses() {
    return uses;
  }

  /** The nodes of the model's own graph, in file order. */
  List<OnnxNode> mainNodes() {
    return mainNodes;
  }

  /** Reads a graph. */
  void graph(OnnxPath path) throws IOException {
    int outer = enter("graph");
    for (int tag = wire.next(); tag != 0; tag = wire.next()) {
      if (tag == bytesTag(GRAPH_NODE)) {
        node(path);
      } else if (tag == bytesTag(GRAPH_INITIALIZER)) {
        long position = wire.position();
        found.initialiser(OnnxTensor.initialiser(wire, checks, files), path, position);
      } else if (tag == bytesTag(GRAPH_INPUT) || tag == bytesTag(GRAPH_OUTPUT)) {
        value();
      } else if (tag == bytesTag(GRAPH_SPARSE)) {
        long position = wire.position();
        Sparse sparse = sparse();
        if (path.isMain()) {
          if (sparse.tensor() == null) {
            throw checks.malformed("a sparse initialiser without a name or indices", position);
          }
          found.initialiser(sparse.tensor(), path, position);
        } else {
          found.unread(sparse.unread("a sparse initialiser"));
        }
      } else {
        wire.skip(tag);
      }
    }
    leave(outer);
  }

  /** Reads a function of the model's own. */
  void function() throws IOException {
    OnnxPath path = new OnnxPath(new OnnxPath(null));
    int outer = enter("function");
    for (int tag = wire.next(); tag != 0; tag = wire.next()) {
      if (tag == bytesTag(FUNCTION_NODE)) {
        node(path);
      } else if (tag == bytesTag(FUNCTION_NAME)) {
        path.label(wire.text("function name"));
      } else {
        wire.skip(tag);
      }
    }
    leave(outer);
  }

  private void node(OnnxPath path) throws IOException {
    OnnxNode node = OnnxNode.read(this, path);
    uses.add(node);
    if (path.isMain()) {
      mainNodes.add(node);
    }
  }

  /** Reads the name of a ValueInfoProto. */
  private void value() throws IOException {
    int outer = wire.enter("value");
    for (int tag = wire.next(); tag != 0; tag = wire.next()) {
      if (tag == bytesTag(VALUE_NAME)) {
        uses.declare(wire.text("value name"));
      } else {
        wire.skip(tag);
      }
    }
    wire.leave(outer);
  }

  private int enter(String what) throws IOException {
    if (++depth > MAX_DEPTH) {
      throw checks.malformed("graphs within graphs, deeper than " + MAX_DEPTH, wire.position());
    }
    return wire.enter(what);
  }

  private void leave(int outer) {
    wire.leave(outer);
    depth--;
  }

  /** Reads a tensor of an attribute. */
  StoredTensor tensor() throws IOException {
    return OnnxTensor.read(wire, checks, files);
  }

  /** The numbers of an attribute as a tensor. */
  StoredTensor vector(OnnxElements floats) {
    return new StoredTensor(
        "",
        "",
        DType.F32,
        "FLOAT",
        OnnxNode.shape(floats),
        Layout.AS_STORED,
        floats.extent(checks.file(), DType.F32));
  }

  /** A tensor of which few elements are stored; null where their indices are not known. */
  record Sparse(StoredTensor tensor, String name, String dtypeName, Shape shape) {
    Checkpoint.Unread unread(String where) {
      return new Checkpoint.Unread(name, dtypeName, shape, where);
    }
  }

  /** Reads a SparseTensorProto. */
  Sparse sparse() throws IOException {
    StoredTensor values = null;
    StoredTensor indices = null;
    long start = wire.position();
    OnnxDims dims = new OnnxDims(wire, checks);
    int outer = wire.enter("sparse tensor");
    for (int tag = wire.next(); tag != 0; tag = wire.next()) {
      if (tag == bytesTag(SPARSE_VALUES)) {
        values = tensor();
      } else if (tag == bytesTag(SPARSE_INDICES)) {
        indices = tensor();
      } else if (!dims.read(tag, SPARSE_DIMS)) {
        wire.skip(tag);
      }
    }
    wire.leave(outer);
    String name = values == null ? "" : values.name();
    Shape shape = dims.shape(name, start);
    boolean isRead = values != null && indices != null && !name.isEmpty();
    return new Sparse(
        isRead ? sparse(values, indices, shape, start) : null,
        name,
        values == null ? "" : values.dtypeName(),
        shape);
  }

  private StoredTensor sparse(StoredTensor values, StoredTensor indices, Shape shape, long start) {
    String name = values.name();
    long stored = values.shape().size();
    int rank = shape.rank();
    Shape of = indices.shape();
    boolean linear = of.rank() == 1 && of.dim(0) == stored;
    boolean byAxis = of.rank() == 2 && of.dim(0) == stored && of.dim(1) == rank;
    if (values.shape().rank() != 1
        || indices.dtype() != DType.I64
        || rank == 0
        || !(linear || byAxis)) {
      throw checks.malformed(
          name,
          "sparse, %s of shape %s with indices of %s and shape %s for shape %s"
              .formatted(values.dtypeName(), values.shape(), indices.dtypeName(), of, shape),
          start);
    }
    if (shape.size() > SPARSE_WEIGHTS && shape.size() / TIMES_STORED > stored) {
      throw checks.malformed(
          name,
          "shape %s of which %d weights are stored, at most %d times as many or %d are read"
              .formatted(shape, stored, TIMES_STORED, SPARSE_WEIGHTS),
          start);
    }
    List<Long> strides = new ArrayList<>();
    long stride = 1;
    for (int axis = rank - 1; axis >= 0; axis--) {
      strides.add(0, stride);
      stride *= shape.dim(axis);
    }
    return new StoredTensor(
        name,
        name,
        values.dtype(),
        values.dtypeName(),
        shape,
        Layout.AS_STORED,
        values.extent().sparse(new OnnxSparsity(indices, byAxis ? strides : List.of(1L), stored)));
  }
}
