package dev.tersor.core.checkpoint;

import static dev.tersor.core.checkpoint.OnnxWire.bytesTag;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.OnnxFound.Found;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Walks a ModelProto and lists the initialisers of its graph, and of graphs within it and of
 * Constant nodes those that are weights. Their contents are skipped, not read. Sparse ones of
 * graphs within it and those in attributes of other nodes are listed as not read.
 */
final class OnnxHeader {
  private static final int MODEL_GRAPH = 7;
  private static final int MODEL_FUNCTION = 25;

  /**
   * A model that was walked.
   *
   * @param initialisers tensors of the graph's own initialisers in file order, those that are not
   *     the checkpoint's too
   * @param nodes of the graph, in file order
   * @param replaceable names of the quantised tensors that only DequantizeLinear nodes of the graph
   *     consume
   * @param needless names of scales and zero points of these, which nothing else needs
   */
  record Walked(
      Checkpoint checkpoint,
      List<StoredTensor> initialisers,
      List<OnnxNode> nodes,
      Set<String> replaceable,
      Set<String> needless) {}

  private final ByteSource source;
  private final HeaderChecks checks;
  private final OnnxWire wire;
  private final OnnxWalk walk;

  private OnnxHeader(ByteSource source) throws IOException {
    this.source = source;
    this.checks = new HeaderChecks(source.name());
    this.wire = new OnnxWire(source, checks);
    this.walk = new OnnxWalk(source, wire, checks);
  }

  /** Whether the first two bytes of a file are the tag of one of ModelProto's fields. */
  static boolean mayStartWith(byte[] head) {
    return switch (head[0] & 0xFF) {
      // ir_version, producer_name, producer_version, domain, model_version, doc_string, graph,
      // opset_import, metadata_props
      case 0x08, 0x12, 0x1A, 0x22, 0x28, 0x32, 0x3A, 0x42, 0x72 -> true;
      // training_info, functions, configuration
      case 0xA2, 0xCA, 0xD2 -> head[1] == 1;
      default -> false;
    };
  }

  static Checkpoint read(ByteSource source) throws IOException {
    return walk(source).checkpoint();
  }

  static Walked walk(ByteSource source) throws IOException {
    OnnxHeader header = new OnnxHeader(source);
    try {
      return header.walkModel();
    } catch (InvalidProtocolBufferException e) {
      MalformedInputException malformed =
          header.checks.malformed(
              "not an ONNX model, or a damaged one: " + e.getMessage(), header.wire.position());
      malformed.initCause(e);
      throw malformed;
    }
  }

  private Walked walkModel() throws IOException {
    boolean seen = false;
    for (int tag = wire.next(); tag != 0; tag = wire.next()) {
      if (tag == bytesTag(MODEL_GRAPH)) {
        if (seen) {
          throw checks.malformed("an ONNX model with two graphs", wire.position());
        }
        seen = true;
        walk.graph(new OnnxPath(null));
      } else if (tag == bytesTag(MODEL_FUNCTION)) {
        walk.function();
      } else {
        wire.skip(tag);
      }
    }
    if (!seen) {
      throw checks.malformed(
          "no graph in it: not an ONNX model, and neither safetensors nor NumPy", wire.position());
    }
    return walked();
  }

  private Walked walked() {
    OnnxUses uses = walk.uses();
    OnnxQuantised quantised = new OnnxQuantised(checks, walk.found(), uses);
    Map<String, Found> byName = walk.found().byName();
    List<Found> kept = quantised.kept();
    Set<String> names = new HashSet<>();
    List<String> named = walk.found().names(kept, names);
    List<StoredTensor> tensors = new ArrayList<>();
    Set<String> replaceable = new HashSet<>();
    for (int i = 0; i < kept.size(); i++) {
      String own = kept.get(i).tensor().name();
      StoredTensor tensor = kept.get(i).tensor().named(named.get(i));
      boolean known = byName.containsKey(own);
      Quantisation by = known ? quantised.of(own) : null;
      if (by != null) {
        tensor = tensor.quantised(by);
        if (kept.get(i).path().isMain() && uses.isOnlyDequantised(own)) {
          replaceable.add(own);
        }
      }
      // Of a name that several graphs have it is not known which of them a node consumes.
      tensors.add(known ? uses.describe(tensor, own, names) : tensor);
    }
    Set<String> needless = new HashSet<>();
    for (String own : byName.keySet()) {
      if (uses.isOnlyScaleOf(replaceable, own)) {
        needless.add(own);
      }
    }
    return new Walked(
        new Checkpoint(
            source.name(), Checkpoint.Format.ONNX, tensors, Map.of(), walk.found().unread()),
        walk.found().all().stream().filter(Found::isInitialiser).map(Found::tensor).toList(),
        walk.mainNodes(),
        replaceable,
        needless);
  }
}
