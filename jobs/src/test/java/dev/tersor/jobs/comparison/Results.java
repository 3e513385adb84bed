package dev.tersor.jobs.comparison;

import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.RowBuilder;
import dev.tersor.jobs.table.Table;
import dev.tersor.jobs.table.TableWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Results folders whose rows a test says. */
final class Results {
  /** Named so that ids sort in the order of the numbers. */
  static String id(int number) {
    return "20260101-00000%d-abcdef".formatted(number);
  }

  private final SparkSession session;
  private final ResultsFolder folder;

  Results(SparkSession session, Path out) {
    this.session = session;
    this.folder =
        ResultsFolder.create(out.toString(), session.sparkContext().hadoopConfiguration());
  }

  ResultsFolder folder() {
    return folder;
  }

  /** A cell with figures that all can be computed from; more, or others, by column. */
  static RowBuilder cell(String encoding, long totalBytes, Object... others) {
    RowBuilder row =
        new RowBuilder(Table.CELLS)
            .set("key", encoding + " " + totalBytes)
            .set("model", "net")
            .set("tensor", "fc.weight")
            .set("segment", 0)
            .set("params", 1000L)
            .set("weights_source", "file")
            .set("weights_hash", "hash")
            .set("pruning", "tensor")
            .set("sparsity_target", 0.5)
            .set("bits", 8)
            .set("codebook", "uniform")
            .set("encoding", encoding)
            .set("recipe", encoding)
            .set("total_bytes", totalBytes)
            .set("payload_bytes", totalBytes - 100)
            .set("index_bytes", totalBytes - 600)
            .set("value_bytes", 500L)
            .set("header_bytes", 100L)
            .set("table_bytes", 0L)
            .set("codebook_bytes", 0L)
            .set("bits_per_weight", 8.0 * totalBytes / 1000)
            .set("ratio_fp32", 4000.0 / totalBytes)
            .set("mse", 0.001)
            .set("encode_ns_per_weight", 10.0)
            .set("decode_ns_per_weight", 2.0)
            .set("copy_ns_per_weight", 0.5)
            .set("timing_runs", 3)
            .set("verified", true);
    for (int i = 0; i < others.length; i += 2) {
      row.set((String) others[i], others[i + 1]);
    }
    return row;
  }

  static RowBuilder failed(String encoding) {
    RowBuilder row = cell(encoding, 1, "verified", false, "error", "IllegalStateException: no");
    for (String column :
        List.of(
            "recipe",
            "total_bytes",
            "payload_bytes",
            "index_bytes",
            "value_bytes",
            "header_bytes",
            "table_bytes",
            "codebook_bytes",
            "bits_per_weight",
            "ratio_fp32",
            "mse",
            "encode_ns_per_weight",
            "decode_ns_per_weight",
            "copy_ns_per_weight",
            "timing_runs")) {
      row.set(column, null);
    }
    return row;
  }

  static RowBuilder model(String encoding, Double accuracy, Object... others) {
    RowBuilder row =
        new RowBuilder(Table.MODELS)
            .set("key", encoding + accuracy)
            .set("model", "net")
            .set("weights_hash", "hash")
            .set("pruning", "tensor")
            .set("sparsity_target", 0.5)
            .set("bits", 8)
            .set("codebook", "uniform")
            .set("encoding", encoding)
            .set("verified", true)
            .set("top1_accuracy", accuracy)
            .set("test_set", accuracy == null ? null : "mnist")
            .set("test_images", accuracy == null ? null : Long.valueOf(10_000));
    for (int i = 0; i < others.length; i += 2) {
      row.set((String) others[i], others[i + 1]);
    }
    return row;
  }

  /** Commits a run; its failed cells are counted. */
  Results run(int number, List<RowBuilder> cells, RowBuilder... models) throws IOException {
    return run(number, "1.0", true, cells, models);
  }

  Results run(
      int number, String version, boolean ended, List<RowBuilder> cells, RowBuilder... models)
      throws IOException {
    String id = id(number);
    TableWriter tables = new TableWriter(session, folder, id);
    Map<Table, List<Row>> rows =
        Map.of(Table.CELLS, new ArrayList<>(), Table.MODELS, new ArrayList<>());
    cells.forEach(row -> rows.get(Table.CELLS).add(row.set("run_id", id).build()));
    List.of(models).forEach(row -> rows.get(Table.MODELS).add(row.set("run_id", id).build()));
    rows.forEach((table, all) -> tables.write(all, table));
    if (ended) {
      long failed =
          rows.get(Table.CELLS).stream().filter(row -> !row.<Boolean>getAs("verified")).count();
      Row facts =
          new RowBuilder(Table.RUNS)
              .set("run_id", id)
              .set("version", version)
              .set("started", Timestamp.from(Instant.EPOCH))
              .set("cells_failed", failed)
              .build();
      tables.write(List.of(facts), Table.RUNS);
    }
    return this;
  }
}
