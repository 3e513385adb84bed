package dev.tersor.core.tflm;

import dev.tersor.core.bits.MalformedInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes the file of a TensorFlow Lite model smaller for TensorFlow Lite Micro: its weights are
 * stored in forms that the DECODE operator reads, and such operators go before those that use them.
 * All else stays as it is. The file is read again, the operators are taken out, and what is left is
 * compared with the model that there was.
 */
public final class TflmExport {
  private TflmExport() {}

  /**
   * A file for TensorFlow Lite Micro, that gives the same outputs; the same file where none of its
   * tensors gets smaller.
   *
   * @throws MalformedInputException if the file is damaged, or newer than the schema
   * @throws IllegalArgumentException if it is sparse, compressed or planned already, or its data
   *     lie outside of the model
   */
  public static TflmNetwork of(byte[] file) {
    return of(file, TflmSettings.LOSSLESS);
  }

  /**
   * A file for TensorFlow Lite Micro, some of whose weights are changed before they are stored;
   * those of a tensor that would not get smaller stay as they are.
   *
   * @throws MalformedInputException if the file is damaged, or newer than the schema
   * @throws IllegalArgumentException if it is sparse, compressed or planned already, or its data
   *     lie outside of the model
   */
  public static TflmNetwork of(byte[] file, TflmSettings settings) {
    TfliteGraph graph = TfliteGraph.read(file);
    ExportChecks.check(graph);
    TflmPlan plan =
        new TflmPlan(
            graph, settings.isCustom() ? DecodeEncodings.ALL : DecodeEncodings.STANDARD, settings);
    List<ExportedTensor> tensors = tensors(graph, plan);
    if (tensors.stream().noneMatch(ExportedTensor::isEncoded)) {
      return new TflmNetwork(file.clone(), tensors, file.length, 0);
    }
    DecodeInsertion.insert(graph, plan.byBuffer());
    byte[] small = graph.write();
    verify(file, small, plan);
    return new TflmNetwork(small, tensors, file.length, file.length - graph.end());
  }

  private static void verify(byte[] file, byte[] small, TflmPlan plan) {
    TfliteGraph expected = TfliteGraph.read(file);
    for (BufferPlan buffer : plan.byBuffer().values()) {
      if (buffer.form() != null) {
        expected.buffers().get(buffer.buffer()).set("data", new FlatBytes(buffer.data(), 1));
      }
    }
    TfliteGraph restored = TfliteGraph.read(small);
    DecodeRemoval.remove(restored);
    Optional<String> difference = FlatComparison.difference(expected.model(), restored.model());
    if (difference.isPresent()) {
      throw new IllegalStateException("decoded again, another " + difference.get());
    }
  }

  private static List<ExportedTensor> tensors(TfliteGraph graph, TflmPlan plan) {
    List<ExportedTensor> all = new ArrayList<>();
    for (BufferPlan buffer : plan.byBuffer().values()) {
      long bytes = graph.buffers().get(buffer.buffer()).bytes("data").count();
      DecodeForm form = buffer.form();
      BufferPlan.Holder first = buffer.holders().get(0);
      TfliteGraph.Subgraph subgraph = graph.subgraphs().get(first.subgraph());
      String name = subgraph.name(first.tensor());
      if (graph.subgraphs().size() > 1) {
        FlatBytes path = subgraph.node().bytes("name");
        name = (path.count() == 0 ? "subgraph" + first.subgraph() : path.text()) + "/" + name;
      }
      if (buffer.holders().size() > 1) {
        name += " and %d more".formatted(buffer.holders().size() - 1);
      }
      all.add(
          new ExportedTensor(
              name,
              TfliteGraph.type(subgraph.tensors().get(first.tensor())),
              buffer.encoding(),
              bytes,
              form == null ? bytes : (long) form.encoded().length + form.ancillary().length,
              buffer.error(),
              buffer.trouble()));
    }
    return all;
  }
}
