package dev.tersor.jobs.run;

import dev.tersor.core.index.Access;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.FloatFormat;
import dev.tersor.jobs.config.Pruning;
import dev.tersor.jobs.plan.CellKeys;
import dev.tersor.jobs.table.RowBuilder;
import dev.tersor.jobs.table.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * Rows of the models table: totals over the swept tensors of a model, from its cells. A model with
 * a failed cell has the totals of the others, and is not verified. Sums run in the order of the
 * cells' keys, so that they come out the same to the last bit however the cells were computed.
 */
final class Models {
  private static final List<String> GROUP =
      List.of(
          "model",
          "weights_hash",
          "pruning",
          "sparsity_target",
          "bits",
          "setting",
          "codebook",
          "encoding");
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
  private static final List<String> OTHERS =
      List.of(
          "key",
          "tensor",
          "params",
          "weights_source",
          "sparsity",
          "access",
          "timing_runs",
          "dtype",
          "mean_square",
          "mse",
          "verified",
          "error");

  private Models() {}

  /**
   * The cells of a grid, the verified one where a key has several rows.
   *
   * @param cells the cells table
   * @param keys the grid's
   */
  static List<Row> cells(Dataset<Row> cells, Set<String> keys, List<String> models) {
    List<String> columns = new ArrayList<>(GROUP);
    columns.addAll(BYTES);
    columns.addAll(FLOORS);
    columns.addAll(SPEEDS);
    columns.addAll(PRODUCTS);
    columns.addAll(OTHERS);
    Iterator<Row> rows =
        cells
            .filter(functions.col("model").isin(models.toArray()))
            .selectExpr(columns.toArray(new String[0]))
            .toLocalIterator();
    Map<String, Row> byKey = new TreeMap<>();
    while (rows.hasNext()) {
      Row row = rows.next();
      String key = row.getAs("key");
      if (keys.contains(key)) {
        byKey.merge(key, row, (a, b) -> a.<Boolean>getAs("verified") ? a : b);
      }
    }
    return new ArrayList<>(byKey.values());
  }

  /** A row for each model, sparsity, bits, codebook and encoding. */
  static List<Row> of(List<Row> cells, String run, Accuracies accuracies) {
    Map<List<Object>, List<Row>> groups = new LinkedHashMap<>();
    for (Row cell : cells) {
      List<Object> group = new ArrayList<>();
      GROUP.forEach(column -> group.add(common(cell, column)));
      groups.computeIfAbsent(group, key -> new ArrayList<>()).add(cell);
    }
    List<Row> models = new ArrayList<>();
    groups.values().forEach(group -> models.add(total(group, run, accuracies)));
    models.sort(Comparator.comparing(row -> row.getString(0)));
    return models;
  }

  /** What all cells of a model have in common: null where each tensor has its own. */
  private static Object common(Row cell, String column) {
    boolean own =
        column.equals("bits")
            ? cell.getAs("setting") != null
            : column.equals("sparsity_target")
                && cell.getAs("pruning").equals(Pruning.Scope.PAPER.label());
    return own ? null : cell.getAs(column);
  }

  private static Row total(List<Row> cells, String run, Accuracies accuracies) {
    RowBuilder row = new RowBuilder(Table.MODELS).set("run_id", run);
    GROUP.forEach(column -> row.set(column, common(cells.get(0), column)));
    List<Row> good = cells.stream().filter(cell -> cell.<Boolean>getAs("verified")).toList();
    Set<String> tensors = new HashSet<>();
    Set<String> sources = new TreeSet<>();
    List<String> keys = new ArrayList<>();
    for (Row cell : cells) {
      tensors.add(cell.getAs("tensor"));
      sources.add(cell.getAs("weights_source"));
      keys.add(cell.getAs("key"));
    }
    // A model that was mended is another result than the one with failures.
    keys.add(good.size() + " verified");
    boolean verified = good.size() == cells.size();
    if (verified) {
      // And one that was evaluated is another than one that was not, or on something else.
      Setting setting = Setting.of(cells.get(0));
      accuracies.key(setting).ifPresent(keys::add);
      accuracies.fill(setting, row);
    }
    row.set("key", CellKeys.ofParts(keys))
        .set("tensors", (long) tensors.size())
        .set("segments", (long) cells.size())
        .set("weights_source", String.join("+", sources))
        .set("failed", (long) cells.size() - good.size())
        .set("verified", verified);
    if (!good.isEmpty()) {
      measure(row, good);
    }
    return row.build();
  }

  private static void measure(RowBuilder row, List<Row> cells) {
    long params = sum(cells, "params");
    long total = sum(cells, "total_bytes");
    BYTES.forEach(column -> row.set(column, sum(cells, column)));
    for (String column : FLOORS) {
      row.set(column, cells.stream().mapToDouble(cell -> cell.<Double>getAs(column)).sum());
    }
    double zeros = 0;
    double error = 0;
    double power = 0;
    for (Row cell : cells) {
      double weights = (double) cell.<Long>getAs("params");
      double mse = cell.<Double>getAs("mse");
      zeros += weights * cell.<Double>getAs("sparsity");
      error += weights * mse;
      power += weights * cell.<Double>getAs("mean_square");
    }
    SPEEDS.forEach(column -> row.set(column, mean(cells, column, params)));
    PRODUCTS.forEach(column -> row.set(column, time(cells, column)));
    Map<Integer, Long> byBits = new TreeMap<>();
    Set<String> dtypes = new TreeSet<>();
    for (Row cell : cells) {
      String dtype = cell.getAs("dtype");
      int bits = cell.<Integer>getAs("bits");
      if (dtype != null) {
        dtypes.add(dtype);
        bits = FloatFormat.valueOf(dtype.toUpperCase(Locale.ROOT)).bits();
      }
      byBits.merge(bits, cell.<Long>getAs("params"), Long::sum);
    }
    long dense = 0;
    for (Map.Entry<Integer, Long> width : byBits.entrySet()) {
      dense += Codes.denseBytes(width.getValue(), width.getKey());
    }
    row.set("dtype", dtypes.isEmpty() ? null : String.join("+", dtypes))
        .set("access", access(cells))
        .set("timing_runs", timingRuns(cells))
        .set("params", params)
        .set("sparsity", zeros / params)
        .set("bits_per_weight", 8.0 * total / params)
        .set("ratio_fp32", (double) Float.BYTES * params / total)
        .set("ratio_packed", (double) dense / total)
        .set("mean_square", power / params)
        .set("mse", error / params)
        .set("sqnr_db", error == 0 ? null : 10 * Math.log10(power / error));
  }

  /** The mean over weights; null where a cell of an earlier version has no such figure. */
  private static Double mean(List<Row> cells, String column, long params) {
    double sum = 0;
    for (Row cell : cells) {
      Double value = cell.getAs(column);
      if (value == null) {
        return null;
      }
      sum += value * cell.<Long>getAs("params");
    }
    return sum / params;
  }

  /** The time of one input through all tensors; null where it was not measured of each. */
  private static Double time(List<Row> cells, String column) {
    double sum = 0;
    for (Row cell : cells) {
      Double value = cell.getAs(column);
      if (value == null) {
        return null;
      }
      sum += value;
    }
    return sum;
  }

  /** The weakest: a choice takes another recipe for each tensor. */
  private static String access(List<Row> cells) {
    Access weakest = Access.RANDOM;
    for (Row cell : cells) {
      weakest = weakest.and(Access.valueOf(cell.<String>getAs("access").toUpperCase(Locale.ROOT)));
    }
    return weakest.name().toLowerCase(Locale.ROOT);
  }

  private static Integer timingRuns(List<Row> cells) {
    Integer least = null;
    for (Row cell : cells) {
      Integer runs = cell.getAs("timing_runs");
      if (runs == null) {
        return null;
      }
      least = least == null ? runs : Integer.valueOf(Math.min(least, runs));
    }
    return least;
  }

  private static long sum(List<Row> cells, String column) {
    return cells.stream().mapToLong(cell -> cell.<Long>getAs(column)).sum();
  }
}
