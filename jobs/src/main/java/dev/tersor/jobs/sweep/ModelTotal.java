package dev.tersor.jobs.sweep;

import dev.tersor.core.index.Access;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.FloatFormat;
import dev.tersor.jobs.evaluate.Accuracies;
import dev.tersor.jobs.plan.CellKeys;
import dev.tersor.jobs.plan.Setting;
import dev.tersor.jobs.table.RowBuilder;
import dev.tersor.jobs.table.Table;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;

/**
 * Running totals over the cells of a model at one setting in one encoding. With a failed cell they
 * are those of the others, and not verified.
 */
final class ModelTotal {
  private static final List<String> BYTES =
      List.of(
          "payload_bytes",
          "total_bytes",
          "value_bytes",
          "index_bytes",
          "codebook_bytes",
          "table_bytes",
          "padding_bytes",
          "header_bytes");
  private static final List<String> FLOORS = List.of("floor_bytes", "floor_packed_bytes");
  private static final List<String> SPEEDS =
      List.of("encode_ns_per_weight", "decode_ns_per_weight", "copy_ns_per_weight");
  private static final List<String> PRODUCTS = List.of("product_ns", "dense_product_ns");

  /** Columns of cells that are looked at, beside key, tensor and what the cells have in common. */
  static final List<String> COLUMNS =
      Stream.of(
              BYTES,
              FLOORS,
              SPEEDS,
              PRODUCTS,
              List.of(
                  "params",
                  "weights_source",
                  "sparsity",
                  "access",
                  "timing_runs",
                  "dtype",
                  "mean_square",
                  "mse",
                  "verified"))
          .flatMap(List::stream)
          .toList();

  private final String model;
  private final String weightsHash;
  private final Setting setting;
  private final CellKeys.Running keys = new CellKeys.Running();
  private final Set<String> tensors = new HashSet<>();
  private final Set<String> sources = new TreeSet<>();
  private final Map<String, Long> bytes = new LinkedHashMap<>();
  private final Map<String, ExactSum> floors = new LinkedHashMap<>();
  private final Map<String, Double> times = new LinkedHashMap<>();
  private final Map<Integer, Long> paramsByBits = new TreeMap<>();
  private final Set<String> dtypes = new TreeSet<>();
  private long cells;
  private long good;
  private long params;
  private final ExactSum zeros = new ExactSum();
  private final ExactSum error = new ExactSum();
  private final ExactSum power = new ExactSum();
  private Access access = Access.RANDOM;
  private Integer timingRuns = Integer.MAX_VALUE;

  ModelTotal(String model, String weightsHash, Setting setting) {
    this.model = model;
    this.weightsHash = weightsHash;
    this.setting = setting;
    BYTES.forEach(column -> bytes.put(column, 0L));
    FLOORS.forEach(column -> floors.put(column, new ExactSum()));
    SPEEDS.forEach(column -> times.put(column, 0.0));
    PRODUCTS.forEach(column -> times.put(column, 0.0));
  }

  void add(Row cell) {
    cells++;
    keys.add(cell.getAs("key"));
    tensors.add(cell.getAs("tensor"));
    sources.add(cell.getAs("weights_source"));
    if (cell.<Boolean>getAs("verified")) {
      good++;
      measure(cell);
    }
  }

  private void measure(Row cell) {
    long weights = cell.<Long>getAs("params");
    params += weights;
    bytes.replaceAll((column, sum) -> sum + cell.<Long>getAs(column));
    floors.forEach((column, sum) -> sum.add(cell.<Double>getAs(column)));
    zeros.add(weights * cell.<Double>getAs("sparsity"));
    error.add(weights * cell.<Double>getAs("mse"));
    power.add(weights * cell.<Double>getAs("mean_square"));
    // A cell of an earlier version, or one that was not asked, has no such figure: then none has.
    SPEEDS.forEach(column -> times.compute(column, (key, sum) -> plus(sum, cell, key, weights)));
    PRODUCTS.forEach(column -> times.compute(column, (key, sum) -> plus(sum, cell, key, 1)));
    Integer runs = cell.getAs("timing_runs");
    timingRuns =
        runs == null || timingRuns == null ? null : Integer.valueOf(Math.min(timingRuns, runs));
    access = access.and(Access.valueOf(upper(cell.getAs("access"))));
    String dtype = cell.getAs("dtype");
    if (dtype != null) {
      dtypes.add(dtype);
    }
    int bits =
        dtype == null ? cell.<Integer>getAs("bits") : FloatFormat.valueOf(upper(dtype)).bits();
    paramsByBits.merge(bits, weights, Long::sum);
  }

  private static Double plus(Double sum, Row cell, String column, long weights) {
    Double value = cell.getAs(column);
    return sum == null || value == null ? null : Double.valueOf(sum + value * weights);
  }

  /** The row of what was added; to be asked for once. */
  Row row(String run, Accuracies accuracies) {
    RowBuilder row =
        new RowBuilder(Table.MODELS)
            .set("run_id", run)
            .set("model", model)
            .set("weights_hash", weightsHash)
            .setAll(setting.values());
    boolean verified = good == cells;
    // A model that was mended is another result than the one with failures.
    keys.add(good + " verified");
    if (verified) {
      // And one that was evaluated is another than one that was not, or on something else.
      accuracies.key(model, setting).ifPresent(keys::add);
      accuracies.fill(model, setting, row);
    }
    row.set("key", keys.end())
        .set("tensors", (long) tensors.size())
        .set("segments", cells)
        .set("weights_source", String.join("+", sources))
        .set("failed", cells - good)
        .set("verified", verified);
    if (good > 0) {
      fill(row);
    }
    return row.build();
  }

  private void fill(RowBuilder row) {
    bytes.forEach(row::set);
    floors.forEach((column, sum) -> row.set(column, sum.value()));
    SPEEDS.forEach(column -> row.set(column, times.containsKey(column) ? mean(column) : null));
    PRODUCTS.forEach(column -> row.set(column, times.get(column)));
    double noise = error.value();
    double signal = power.value();
    long total = bytes.get("total_bytes");
    long dense = 0;
    for (Map.Entry<Integer, Long> width : paramsByBits.entrySet()) {
      dense += Codes.denseBytes(width.getValue(), width.getKey());
    }
    row.set("dtype", dtypes.isEmpty() ? null : String.join("+", dtypes))
        // The weakest: a choice takes another recipe for each tensor.
        .set("access", access.name().toLowerCase(Locale.ROOT))
        .set("timing_runs", timingRuns)
        .set("params", params)
        .set("sparsity", zeros.value() / params)
        .set("bits_per_weight", 8.0 * total / params)
        .set("ratio_fp32", (double) Float.BYTES * params / total)
        .set("ratio_packed", (double) dense / total)
        .set("mean_square", signal / params)
        .set("mse", noise / params)
        .set("sqnr_db", noise == 0 ? null : 10 * Math.log10(signal / noise));
  }

  /** Over weights. */
  private double mean(String column) {
    return times.get(column) / params;
  }

  private static String upper(String text) {
    return text.toUpperCase(Locale.ROOT);
  }
}
