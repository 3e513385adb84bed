package dev.tersor.jobs.run;

import dev.tersor.core.encode.Container;
import dev.tersor.core.encode.Encoded;
import dev.tersor.core.encode.Floor;
import dev.tersor.core.encode.Recipe;
import dev.tersor.core.index.IndexScheme;
import dev.tersor.core.index.Split;
import dev.tersor.core.index.Stream;
import dev.tersor.core.symbol.Entropy;
import dev.tersor.core.tensor.Codes;
import dev.tersor.jobs.config.SweepSettings;
import dev.tersor.jobs.plan.Cell;
import dev.tersor.jobs.table.RowBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;

/** Encodes one quantised segment in every recipe asked for, decodes each again and compares. */
final class CodesTask {
  /** The largest value of the compressed table: 16 MiB. */
  private static final int MAX_STORED = 1 << 24;

  private final Codes codes;
  private final CellRows rows;
  private final List<String> keep;
  private final Floor floor;
  private final double meanSquare;
  private final double meanSquareError;

  private RowBuilder bestRow;
  private byte[] best;

  /**
   * @param weights before pruning, which errors are counted against
   */
  CodesTask(Codes codes, float[] weights, CellRows rows, List<String> keep) {
    this.codes = codes;
    this.rows = rows;
    this.keep = keep;
    this.floor = Floor.of(codes);
    float[] values = codes.dequantize();
    double squares = 0;
    double errors = 0;
    for (int i = 0; i < weights.length; i++) {
      double error = (double) weights[i] - values[i];
      squares += (double) weights[i] * weights[i];
      errors += error * error;
    }
    this.meanSquare = squares / weights.length;
    this.meanSquareError = errors / weights.length;
  }

  void compute(List<Cell> cells, UnitResult result) {
    Map<IndexScheme, List<Cell>> byScheme = new LinkedHashMap<>();
    for (Cell cell : cells) {
      byScheme
          .computeIfAbsent(Recipe.parse(cell.encoding()).index(), scheme -> new ArrayList<>())
          .add(cell);
    }
    byScheme.forEach((scheme, group) -> compute(scheme, group, result));
    if (best != null) {
      result.compressed().add(rows.compressed(bestRow, best));
    }
  }

  private void compute(IndexScheme scheme, List<Cell> cells, UnitResult result) {
    codes.nonZeroPositions(); // shared by all schemes, so no scheme's time has it
    Split split;
    List<Entropy.Statistics> statistics = new ArrayList<>();
    long splitNanos;
    try {
      long start = System.nanoTime();
      split = scheme.split(codes);
      splitNanos = System.nanoTime() - start;
      for (Stream stream : split.streams()) {
        statistics.add(Entropy.of(stream.symbols()));
      }
    } catch (RuntimeException | OutOfMemoryError e) {
      for (Cell cell : cells) {
        result.cells().add(rows.failed(cell, e));
      }
      return;
    }
    for (Cell cell : cells) {
      try {
        compute(cell, split, splitNanos, statistics, result);
      } catch (RuntimeException | OutOfMemoryError e) {
        result.cells().add(rows.failed(cell, e));
      }
    }
  }

  private void compute(
      Cell cell,
      Split split,
      long splitNanos,
      List<Entropy.Statistics> statistics,
      UnitResult result) {
    Recipe recipe = Recipe.parse(cell.encoding());
    long start = System.nanoTime();
    Encoded encoded = Container.encode(codes, recipe, split);
    long encoding = System.nanoTime() - start + splitNanos;
    start = System.nanoTime();
    Codes decoded = Container.decode(encoded.container());
    long decoding = System.nanoTime() - start;
    if (!decoded.equals(codes)) {
      throw new IllegalStateException("decodes to other codes than it was made from");
    }
    double weights = codes.size();
    RowBuilder row = rows.of(cell);
    CellRows.measure(row, codes, recipe, encoded);
    row.set("sparsity", 1 - codes.nonZeroPositions().length / weights)
        .set("floor_bytes", floor.bytes())
        .set("floor_packed_bytes", floor.packedBytes())
        .set("mean_square", meanSquare)
        .set("mse", meanSquareError)
        .set("sqnr_db", meanSquareError == 0 ? null : decibels(meanSquare / meanSquareError))
        .set("encode_ns_per_weight", encoding / weights)
        .set("decode_ns_per_weight", decoding / weights)
        .set("verified", true);
    if (keep.contains(recipe.name()) && encoded.container().length > MAX_STORED) {
      throw new IllegalStateException(
          "container of "
              + encoded.container().length
              + " bytes, a stored one has at most "
              + MAX_STORED);
    }
    List<Row> streams = new ArrayList<>();
    for (int i = 0; i < statistics.size(); i++) {
      streams.add(
          CellRows.stream(
              row, split.streams().get(i), encoded.streams().get(i), statistics.get(i)));
    }
    Row cellRow = row.build();
    keep(row, recipe, encoded.container(), result);
    result.streams().addAll(streams);
    result.cells().add(cellRow);
  }

  private void keep(RowBuilder row, Recipe recipe, byte[] container, UnitResult result) {
    if (keep.contains(recipe.name())) {
      result.compressed().add(rows.compressed(row, container));
    } else if (keep.contains(SweepSettings.KEEP_BEST)
        && (best == null || container.length < best.length)) {
      bestRow = row;
      best = container;
    }
  }

  private static double decibels(double ratio) {
    return 10 * Math.log10(ratio);
  }
}
