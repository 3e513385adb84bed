package dev.tersor.core.tflm;

import dev.tersor.core.tflm.TfliteGraph.Subgraph;
import java.util.List;

/** What a model must not have to be exported. */
final class ExportChecks {
  private static final List<String> COMPRESSED = List.of("COMPRESSION_METADATA");
  private static final String PLANNED = "OfflineMemoryAllocation";

  private ExportChecks() {}

  /**
   * @throws IllegalArgumentException naming the tensor or the operator
   */
  static void check(TfliteGraph graph) {
    for (FlatNode code : graph.codes()) {
      if (TfliteGraph.isDecode(code)) {
        throw new IllegalArgumentException("compressed already: it has the operator TFLM_DECODE");
      }
    }
    for (FlatNode metadata : graph.model().nodes("metadata")) {
      String name = metadata.bytes("name").text();
      if (COMPRESSED.contains(name)) {
        throw new IllegalArgumentException("compressed already: it has the metadata " + name);
      }
      if (name.equals(PLANNED)) {
        throw new IllegalArgumentException(
            "its arena is planned already (" + name + "), without what DECODE would write");
      }
    }
    for (Subgraph subgraph : graph.subgraphs()) {
      for (int t = 0; t < subgraph.tensors().size(); t++) {
        FlatNode tensor = subgraph.tensors().get(t);
        if (tensor.has("sparsity")) {
          throw new IllegalArgumentException(
              "tensor "
                  + subgraph.name(t)
                  + " is stored sparse, which TensorFlow Lite Micro does not read; convert the"
                  + " network to dense weights, and pruning is found");
        }
        if (tensor.number("external_buffer", 0) != 0) {
          throw new IllegalArgumentException(
              "tensor " + subgraph.name(t) + " has its data in another file");
        }
      }
      for (FlatNode operator : subgraph.operators()) {
        outside(operator.number("large_custom_options_offset", 0), graph.operator(operator));
      }
    }
    for (int i = 0; i < graph.buffers().size(); i++) {
      outside(graph.buffers().get(i).number("offset", 0), "buffer " + i);
    }
  }

  /** An offset of 1 says that it is not set. */
  private static void outside(long offset, String what) {
    if (offset != 0 && offset != 1) {
      throw new IllegalArgumentException(what + " has its data behind the model");
    }
  }
}
