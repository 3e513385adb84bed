package dev.tersor.core.checkpoint;

import static dev.tersor.core.checkpoint.OnnxWire.bytesTag;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.tersor.core.bits.MalformedInputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Walks a ModelProto and lists the initialisers of its graph. Their contents are skipped, not read.
 * Initialisers of subgraphs, sparse ones and tensors of Constant nodes are not among them; those
 * that are weights are listed as not read.
 */
final class OnnxHeader {
  private static final int MODEL_GRAPH = 7;
  private static final int MODEL_FUNCTION = 25;
  private static final int GRAPH_NODE = 1;
  private static final int GRAPH_INITIALIZER = 5;

  private final ByteSource source;
  private final HeaderChecks checks;
  private final OnnxWire wire;
  private final OnnxUses uses = new OnnxUses();
  private final List<StoredTensor> tensors = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private final OnnxConstants constants;

  private OnnxHeader(ByteSource source) throws IOException {
    this.source = source;
    this.checks = new HeaderChecks(source.name());
    this.wire = new OnnxWire(source, checks);
    this.constants = new OnnxConstants(wire, checks);
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

  private Checkpoint walkModel() throws IOException {
    boolean seen = false;
    for (int tag = wire.next(); tag != 0; tag = wire.next()) {
      if (tag == bytesTag(MODEL_GRAPH)) {
        if (seen) {
          throw checks.malformed("an ONNX model with two graphs", wire.position());
        }
        seen = true;
        walkGraph();
      } else if (tag == bytesTag(MODEL_FUNCTION)) {
        constants.function();
      } else {
        wire.skip(tag);
      }
    }
    if (!seen) {
      throw checks.malformed(
          "no graph in it: not an ONNX model, and neither safetensors nor NumPy", wire.position());
    }
    return new Checkpoint(
        source.name(),
        Checkpoint.Format.ONNX,
        uses.describe(tensors, names),
        Map.of(),
        constants.weights());
  }

  private void walkGraph() throws IOException {
    OnnxExternalFiles files = new OnnxExternalFiles(source, checks);
    int outer = wire.enter("graph");
    for (int tag = wire.next(); tag != 0; tag = wire.next()) {
      if (tag == bytesTag(GRAPH_NODE)) {
        uses.add(OnnxNode.read(wire, constants));
      } else if (tag == bytesTag(GRAPH_INITIALIZER)) {
        long position = wire.position();
        StoredTensor tensor = OnnxTensor.read(wire, checks, files);
        if (!names.add(tensor.name())) {
          throw checks.malformed(tensor.name(), "named twice", position);
        }
        tensors.add(tensor);
      } else {
        constants.inGraph(tag);
      }
    }
    wire.leave(outer);
  }
}
