package dev.tersor.jobs.evaluate;

import dev.tersor.core.encode.Floor;
import dev.tersor.core.encode.NetworkFile;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.encode.Parts;
import dev.tersor.core.index.Access;
import dev.tersor.core.tensor.Codes;
import dev.tersor.jobs.inference.Accuracy;
import dev.tersor.jobs.inference.TestNetwork;
import dev.tersor.jobs.plan.CellKeys;
import dev.tersor.jobs.source.Sha256;
import dev.tersor.jobs.table.RowBuilder;
import dev.tersor.jobs.table.Table;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Row;

/**
 * Rows of the models table for network files. What a file does not say, such as its codebooks'
 * fitters and the weights before they were quantised, stays null.
 *
 * @param model what the rows call the network; empty for the name of each file
 * @param source where the weights come from
 * @param testSet on which it was evaluated
 */
public record FileRow(String run, String model, String source, String testSet)
    implements Serializable {
  private static final String SEVERAL = "several";

  /**
   * The row of a file.
   *
   * @param read what came out of it
   * @param accuracy of that
   */
  public Row of(
      String file, byte[] bytes, NetworkFile.Read read, TestNetwork network, Accuracy accuracy) {
    String name = model.isEmpty() ? name(file) : model;
    String hash = Sha256.of(bytes);
    String evaluation =
        CellKeys.ofParts(
            List.of(
                Sha256.of(network.graph().fingerprint()),
                testSet,
                network.mean().toString(),
                network.deviation().toString()));
    Parts parts = read.parts();
    RowBuilder row =
        new RowBuilder(Table.MODELS)
            .set("key", CellKeys.ofParts(List.of("network file", name, hash, evaluation)))
            .set("run_id", run)
            .set("model", name)
            .set("weights_source", source)
            .set("weights_hash", hash.substring(0, 32))
            .set("pruning", "asis")
            .set("tensors", (long) read.tensors().size())
            .set("payload_bytes", (long) parts.valueBytes() + parts.indexBytes())
            .set("total_bytes", (long) bytes.length)
            .set("value_bytes", (long) parts.valueBytes())
            .set("index_bytes", (long) parts.indexBytes())
            .set("codebook_bytes", (long) parts.codebookBytes())
            .set("table_bytes", (long) parts.tableBytes())
            .set("header_bytes", (long) parts.headerBytes())
            .set("failed", 0L)
            .set("verified", true)
            .set("top1_accuracy", accuracy.top1())
            .set("test_set", testSet)
            .set("test_images", (long) accuracy.images())
            .set("evaluation", evaluation);
    measure(row, read.tensors(), bytes.length);
    return row.build();
  }

  private static int bytesOfNumber(NetworkTensor tensor) {
    return tensor instanceof NetworkTensor.Integers integers
        ? integers.format().bytes()
        : ((NetworkTensor.Plain) tensor).half() ? Short.BYTES : Float.BYTES;
  }

  private static void measure(RowBuilder row, List<NetworkTensor> tensors, int bytes) {
    long params = 0;
    long zeros = 0;
    long segments = 0;
    double floor = 0;
    double floorPacked = 0;
    Access access = Access.RANDOM;
    Set<Integer> bits = new TreeSet<>();
    Set<String> recipes = new TreeSet<>();
    for (NetworkTensor tensor : tensors) {
      params += tensor.shape().size();
      if (!(tensor instanceof NetworkTensor.Coded coded)) {
        segments++;
        // As numbers: nothing is known that would make them smaller.
        int each = bytesOfNumber(tensor);
        floor += (double) each * tensor.shape().size();
        floorPacked += (double) each * tensor.shape().size();
        continue;
      }
      access =
          access.and(coded.codebook().isSequential() ? Access.SEQUENTIAL : coded.recipe().access());
      recipes.add(coded.recipe().name());
      for (Codes codes : coded.segments()) {
        segments++;
        bits.add(codes.bits());
        zeros += codes.size() - codes.nonZeros();
        Floor least = Floor.of(codes);
        floor += least.bytes();
        floorPacked += least.packedBytes();
      }
    }
    Integer width = bits.size() == 1 ? bits.iterator().next() : null;
    row.set("bits", width)
        .set("encoding", recipes.size() == 1 ? recipes.iterator().next() : SEVERAL)
        .set("access", access.name().toLowerCase(Locale.ROOT))
        .set("segments", segments)
        .set("params", params)
        .set("sparsity", (double) zeros / params)
        .set("floor_bytes", floor)
        .set("floor_packed_bytes", floorPacked)
        .set("bits_per_weight", 8.0 * bytes / params)
        .set("ratio_fp32", (double) Float.BYTES * params / bytes)
        .set(
            "ratio_packed",
            width == null ? null : (double) Codes.denseBytes(params, width) / bytes);
  }

  /** {@code net} of {@code hdfs://host/nets/net.tersor}. */
  private static String name(String file) {
    String last = file.substring(file.lastIndexOf('/') + 1);
    int dot = last.lastIndexOf('.');
    return dot > 0 ? last.substring(0, dot) : last;
  }
}
