package dev.tersor.core.checkpoint;

import static dev.tersor.core.checkpoint.OnnxWire.bytesTag;

import dev.tersor.core.checkpoint.OnnxGraph.Hole;
import dev.tersor.core.checkpoint.OnnxGraph.Weight;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Copies a model without the numbers of its weights. Initialisers of the graph are left out whole.
 * Those that lie in nodes and in functions leave a hole of their length, so that no length around
 * them changes. Of integers behind a DequantizeLinear the weights are what they stand for: the
 * integers are left out, and their scales too where nothing else needs them; the node becomes an
 * Identity, or a Cast where its numbers are no FLOAT.
 */
final class OnnxGraphReader {
  private static final int MODEL_GRAPH = 7;
  private static final int GRAPH_NODE = 1;
  private static final int GRAPH_INITIALIZER = 5;
  private static final int GRAPH_SPARSE = 15;
  private static final int FLOAT = 1;

  /** So few numbers of a node are kept, and need not be given. */
  private static final int FEW = 64;

  private final ByteSource source;
  private final OnnxWire wire;
  private final Checkpoint checkpoint;
  private final Iterator<StoredTensor> initialisers;
  private final Iterator<OnnxNode> nodes;
  private final Set<String> replaceable;
  private final Set<String> needless;

  /** Types of the scales of integers that are replaced. */
  private final Map<String, Integer> scaleTypes = new HashMap<>();

  private final Set<String> weightNames = new HashSet<>();

  /** Weights that may lie in nodes, by the offset of their first number. */
  private final TreeMap<Long, StoredTensor> byOffset = new TreeMap<>();

  private final Map<String, float[]> constants = new HashMap<>();

  OnnxGraphReader(ByteSource source) throws IOException {
    OnnxHeader.Walked walked = OnnxHeader.walk(source);
    this.source = source;
    this.wire = new OnnxWire(source, new HeaderChecks(source.name()));
    this.checkpoint = walked.checkpoint();
    this.initialisers = walked.initialisers().iterator();
    this.nodes = walked.nodes().iterator();
    this.replaceable = walked.replaceable();
    this.needless = walked.needless();
    for (StoredTensor tensor : checkpoint.tensors()) {
      if (isWeight(tensor)) {
        weightNames.add(tensor.name());
        Quantisation by = tensor.quantisation();
        if (by != null) {
          scaleTypes.put(tensor.name(), OnnxTypes.number(by.scales().dtypeName()));
        }
        if (isHere(tensor) && tensor.extent().length() > 0) {
          byOffset.put(tensor.extent().offset(), tensor);
        }
      }
    }
  }

  private boolean isWeight(StoredTensor tensor) {
    return tensor.quantisation() == null
        ? tensor.dtype() == DType.F32
        : replaceable.contains(tensor.name());
  }

  private boolean isHere(StoredTensor tensor) {
    return tensor.extent().file().equals(source.name());
  }

  OnnxGraph read() throws IOException {
    OnnxMessage model = new OnnxMessage();
    OnnxMessage graph = new OnnxMessage();
    List<Hole> modelHoles = new ArrayList<>();
    List<Hole> graphHoles = new ArrayList<>();
    for (int tag = wire.next(); tag != 0; tag = wire.next()) {
      if (tag == bytesTag(MODEL_GRAPH)) {
        int outer = wire.enter("graph");
        for (int inner = wire.next(); inner != 0; inner = wire.next()) {
          copyGraphField(inner, graph, graphHoles);
        }
        wire.leave(outer);
      } else {
        copy(tag, model, modelHoles);
      }
    }
    List<Weight> weights = new ArrayList<>();
    for (StoredTensor tensor : checkpoint.tensors()) {
      if (isWeight(tensor)) {
        weights.add(new Weight(tensor.name(), tensor.alias(), tensor.shape()));
        if (tensor.shape().size() <= 1 && isHere(tensor)) {
          keep(tensor);
        }
      }
    }
    return new OnnxGraph(
        model.toBytes(), graph.toBytes(), weights, constants, modelHoles, graphHoles);
  }

  private void keep(StoredTensor tensor) throws IOException {
    constants.put(tensor.name(), Checkpoint.read(tensor, source, 0, (int) tensor.shape().size()));
  }

  private void copyGraphField(int tag, OnnxMessage graph, List<Hole> holes) throws IOException {
    if (tag == bytesTag(GRAPH_INITIALIZER) || tag == bytesTag(GRAPH_SPARSE)) {
      StoredTensor tensor = initialisers.next();
      if (weightNames.contains(tensor.name())) {
        wire.skipBytes(tensor.name());
        byOffset.remove(tensor.extent().offset());
      } else if (needless.contains(tensor.name())) {
        wire.skipBytes(tensor.name());
      } else if (isHere(tensor)) {
        graph.copied(tag, wire);
      } else {
        throw new IllegalArgumentException(
            "%s: tensor '%s' of %s lies in %s, only FLOAT may"
                .formatted(
                    source.name(), tensor.name(), tensor.dtypeName(), tensor.extent().file()));
      }
    } else if (tag == bytesTag(GRAPH_NODE)) {
      OnnxNode node = nodes.next();
      boolean gone = replaceable.contains(node.output()) || needless.contains(node.output());
      if (node.is(OnnxNode.CONSTANT) && gone) {
        wire.skipBytes(node.output());
      } else if (node.is(OnnxNode.DEQUANTIZE) && replaceable.contains(node.input(0))) {
        wire.skipBytes(node.output());
        graph.message(GRAPH_NODE, handsOn(node));
      } else {
        copy(tag, graph, holes);
      }
    } else {
      copy(tag, graph, holes);
    }
  }

  /** A node that gives the numbers, which are FLOAT, as the node that made them gave them. */
  private OnnxMessage handsOn(OnnxNode node) {
    long scaleType = scaleTypes.getOrDefault(node.input(0), FLOAT);
    long type = node.outputType() == 0 ? scaleType : node.outputType();
    OnnxMessage message =
        new OnnxMessage()
            .text(OnnxNode.INPUT, node.input(0))
            .text(OnnxNode.OUTPUT, node.output())
            .text(OnnxNode.NAME, node.name())
            .text(OnnxNode.OP_TYPE, type == FLOAT ? "Identity" : "Cast");
    return type == FLOAT
        ? message
        : message.message(OnnxNode.ATTRIBUTE, OnnxAttribute.number("to", type).message());
  }

  /** Copies a field but for the weights in it. */
  private void copy(int tag, OnnxMessage into, List<Hole> holes) throws IOException {
    long from = wire.position();
    Long next = byOffset.ceilingKey(from);
    if (next == null || !OnnxWire.isBytes(tag)) {
      into.copied(tag, wire);
      return;
    }
    int length = wire.skipBytes("field");
    long end = wire.position();
    into.head(tag, length);
    long at = end - length;
    for (StoredTensor tensor : List.copyOf(byOffset.subMap(at, end).values())) {
      Extent extent = tensor.extent();
      if (extent.storage() != Extent.Storage.RAW) {
        throw new IllegalArgumentException(
            "%s: tensor '%s' lies in pieces in a node; only an initialiser may"
                .formatted(source.name(), tensor.name()));
      }
      into.raw(source, at, extent.offset());
      byte[] tagOfNext = new byte[1];
      if (extent.stride() > Float.BYTES) {
        source.readFully(extent.offset() - 1, tagOfNext, 0, 1);
      }
      holes.add(new Hole(into.size(), tensor.name(), tensor.shape().size(), tagOfNext[0]));
      if (tensor.shape().size() <= FEW) {
        keep(tensor);
      }
      at = extent.offset() + extent.length();
    }
    into.raw(source, at, end);
  }
}
