package dev.tersor.jobs.report;

import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.RowBuilder;
import dev.tersor.jobs.table.Table;
import dev.tersor.jobs.table.TableWriter;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Results that no sweep computed, of any size: rows of the tables with figures that add up. */
public final class ReportFixture {
  /** Smaller ones are better. */
  private static final List<String> SCHEMES =
      List.of("bitmap/rans", "bitmap/huffman", "relative5/rans", "dcsr/huffman", "hybrid/packed");

  private final Random random = new Random(7);
  private final List<Row> cells = new ArrayList<>();
  private final List<Row> models = new ArrayList<>();
  private final List<Row> runs = new ArrayList<>();
  private final List<Row> device = new ArrayList<>();
  private String run = "20260101-000000-aaaaaa";

  /** A session of the tests' own, as the commands have it. */
  public static SparkSession session() {
    return SparkSession.builder()
        .master("local[2]")
        .appName("report")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.sources.partitionColumnTypeInference.enabled", "false")
        .getOrCreate();
  }

  /** What follows is of a run of this name. */
  public ReportFixture run(String id) {
    run = id;
    return this;
  }

  /** The run came to an end. */
  public ReportFixture finish(String arguments) {
    Instant start = Instant.parse("2026-01-01T00:00:00Z");
    runs.add(
        new RowBuilder(Table.RUNS)
            .set("run_id", run)
            .set("started", Timestamp.from(start))
            .set("finished", Timestamp.from(start.plusSeconds(60)))
            .set("version", "0.1.0")
            .set("arguments", arguments)
            .set("spark_version", "4.1.0")
            .set("java_version", "17")
            .set("master", "local[2]")
            .set("cores", 2)
            .set("cells_done", (long) cells.size())
            .set("cells_skipped", 0L)
            .set("cells_failed", 0L)
            .build());
    return this;
  }

  /** Names of encodings, the first ones those that a sweep has, others with a parameter. */
  public static List<String> encodings(int count) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add(
          i < SCHEMES.size()
              ? SCHEMES.get(i)
              : "hybrid(theta=0." + (100 + i) + ",remainder=bitmap)/packed");
    }
    return names;
  }

  /**
   * A grid of cells and its totals.
   *
   * @param accuracy of the network at the first sparsity, less at others; null for none
   */
  public ReportFixture grid(
      String model,
      String source,
      List<String> tensors,
      List<Double> sparsities,
      List<Integer> bits,
      List<String> encodings,
      Double accuracy) {
    for (int s = 0; s < sparsities.size(); s++) {
      for (int width : bits) {
        for (int e = 0; e < encodings.size(); e++) {
          long total = 0;
          RowBuilder last = null;
          for (int t = 0; t < tensors.size(); t++) {
            RowBuilder cell =
                cell(
                    model,
                    source,
                    tensors.get(t),
                    sparsities.get(s),
                    width,
                    encodings.get(e),
                    e,
                    t);
            total += measure(cell, 1000L * (t + 1), sparsities.get(s), width, e);
            cells.add(cell.build());
            last = cell;
          }
          long params = 500L * tensors.size() * (tensors.size() + 1);
          RowBuilder row =
              last.copy(Table.MODELS)
                  .set("tensors", (long) tensors.size())
                  .set("segments", (long) tensors.size())
                  .set("failed", 0L);
          measure(row, params, sparsities.get(s), width, e);
          row.set("total_bytes", total)
              .set("bits_per_weight", 8.0 * total / params)
              .set("ratio_fp32", 4.0 * params / total)
              .set("ratio_packed", Math.ceil(params * width / 8.0) / total);
          if (accuracy != null) {
            row.set("top1_accuracy", accuracy - 0.02 * s - 0.1 / (1 << width))
                .set("dense_top1_accuracy", accuracy + 0.001)
                .set("test_set", "mnist")
                .set("test_images", 10_000L);
          }
          models.add(row.build());
        }
      }
    }
    return this;
  }

  private RowBuilder cell(
      String model,
      String source,
      String tensor,
      double sparsity,
      int bits,
      String encoding,
      int e,
      int t) {
    return new RowBuilder(Table.CELLS)
        .set("key", run + model + tensor + sparsity + bits + encoding)
        .set("run_id", run)
        .set("model", model)
        .set("tensor", tensor)
        .set("segment", 0)
        .set("kind", "fc")
        .set("shape", (t + 1) + "x1000")
        .set("params", 1000L * (t + 1))
        .set("weights_source", source)
        .set("weights_hash", "0123456789abcdef")
        .set("pruning", "tensor")
        .set("sparsity_target", sparsity)
        .set("bits", bits)
        .set("codebook", "uniform")
        .set("encoding", encoding)
        .set("access", e % 2 == 0 ? "sequential" : "parallel")
        .set("timing_runs", 3);
  }

  /** Fills what a verified row has and returns the bytes of its container. */
  private long measure(RowBuilder row, long params, double sparsity, int bits, int e) {
    double kept = 1 - sparsity;
    double floor = params * (0.7 * bits * kept + 0.9 * kept) / 8;
    long values = Math.round(params * 0.7 * bits * kept / 8) + 1;
    long index = Math.round((1 + 0.05 * e) * params * 0.9 * kept / 8) + 1;
    long total = values + index + 16 + 8 + 100;
    row.set("payload_bytes", values + index)
        .set("total_bytes", total)
        .set("value_bytes", values)
        .set("index_bytes", index)
        .set("codebook_bytes", 16L)
        .set("table_bytes", 8L)
        .set("padding_bytes", e % 3 == 0 ? 0L : index / 10)
        .set("header_bytes", 100L)
        .set("floor_bytes", floor)
        .set("floor_packed_bytes", params * (bits * kept + 0.9 * kept) / 8)
        .set("params", params)
        .set("bits_per_weight", 8.0 * total / params)
        .set("ratio_fp32", 4.0 * params / total)
        .set("ratio_packed", Math.ceil(params * bits / 8.0) / total)
        .set("sparsity", sparsity)
        .set("mean_square", 1.0)
        .set("mse", 0.001 * (1 + sparsity) / bits)
        .set("sqnr_db", 30 - 10 * sparsity + bits)
        .set("encode_ns_per_weight", 20.0)
        .set("decode_ns_per_weight", (12 - e % 10) * (1 + random.nextDouble()))
        .set("copy_ns_per_weight", 0.5)
        .set("verified", true);
    trySet(row, "padding_elements", 10L);
    return total;
  }

  /** Totals have not all columns of cells. */
  private static void trySet(RowBuilder row, String column, Object value) {
    StructType schema = row.build().schema();
    if (schema.getFieldIndex(column).isDefined()) {
      row.set(column, value);
    }
  }

  /** A cell that failed, and the totals without it. */
  public ReportFixture failure(
      String model, String tensor, double sparsity, String encoding, String error) {
    RowBuilder cell = cell(model, "file", tensor, sparsity, 8, encoding, 0, 0);
    cells.add(
        cell.set("key", "failed" + tensor + encoding + error)
            .set("verified", false)
            .set("error", error)
            .build());
    return this;
  }

  /**
   * Counts on a board: so many instructions a weight as the name of the recipe has letters, less
   * the sparsity, or why there are none.
   *
   * @param error null where they were counted
   */
  public ReportFixture board(
      String model,
      String source,
      List<String> tensors,
      List<Double> sparsities,
      List<String> recipes,
      String error) {
    for (int t = 0; t < tensors.size(); t++) {
      for (double sparsity : sparsities) {
        for (String recipe : recipes) {
          long params = 1000L * (t + 1);
          double each = recipe.length() - sparsity;
          RowBuilder row =
              new RowBuilder(Table.DEVICE)
                  .set("key", "board" + model + tensors.get(t) + sparsity + recipe)
                  .set("run_id", run)
                  .set("model", model)
                  .set("tensor", tensors.get(t))
                  .set("segment", 0)
                  .set("params", params)
                  .set("weights_source", source)
                  .set("weights_hash", "0123456789abcdef")
                  .set("pruning", "tensor")
                  .set("sparsity_target", sparsity)
                  .set("bits", 8)
                  .set("codebook", "uniform")
                  .set("encoding", recipe)
                  .set("flash_bytes", params / 2)
                  .set("lanes_per_weight", 1 - sparsity);
          if (error == null) {
            row.set("device_instructions", Math.round(each * params))
                .set("plain_instructions", Math.round(10 * each * params))
                .set("stack_bytes", 120L)
                .set("code_bytes", 400L)
                .set("vector_code_bytes", 600L)
                .set("verified", true);
          } else {
            row.set("verified", false).set("error", error).set("cause", "fault");
          }
          device.add(row.build());
        }
      }
    }
    return this;
  }

  /** Rows as they are. */
  public ReportFixture add(Table table, Row... rows) {
    (table == Table.CELLS ? cells : models).addAll(List.of(rows));
    return this;
  }

  /** The cells so far. */
  public List<Row> cells() {
    return cells;
  }

  /** Writes the folder. */
  public ResultsFolder write(SparkSession session, Path out) {
    ResultsFolder folder = ResultsFolder.create(out.toString(), new Configuration());
    TableWriter tables = new TableWriter(session, folder, "20260101-000000-abcdef");
    tables.write(cells, Table.CELLS);
    tables.write(models, Table.MODELS);
    tables.write(runs, Table.RUNS);
    tables.write(device, Table.DEVICE);
    return folder;
  }
}
