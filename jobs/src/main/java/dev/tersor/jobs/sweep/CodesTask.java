package dev.tersor.jobs.sweep;

import dev.tersor.core.encode.Auto;
import dev.tersor.core.encode.Choice;
import dev.tersor.core.encode.Content;
import dev.tersor.core.encode.Encoded;
import dev.tersor.core.encode.Floor;
import dev.tersor.core.encode.Recipe;
import dev.tersor.core.index.IndexScheme;
import dev.tersor.core.index.SharedWork;
import dev.tersor.core.index.Split;
import dev.tersor.core.symbol.Entropy;
import dev.tersor.jobs.config.Measures;
import dev.tersor.jobs.config.RunSettings;
import dev.tersor.jobs.plan.Cell;
import dev.tersor.jobs.table.RowBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Row;

/** Encodes one segment in every encoding asked for, decodes each again and compares. */
final class CodesTask {
  /** The largest value of the compressed table: 16 MiB. */
  private static final int MAX_STORED = 1 << 24;

  private final Content content;
  private final SharedWork work;
  private final CellRows rows;
  private final List<String> keep;
  private final Measures measures;
  private final ProductTimes products;
  private final Stopwatch stopwatch;
  private final Floor floor;
  private final double meanSquare;
  private final double meanSquareError;

  private RowBuilder bestRow;
  private byte[] best;

  /**
   * @param work what was found of the content and of others like it
   * @param weights before pruning, which errors are counted against
   * @param products what times products; null where they are not asked for
   */
  CodesTask(
      Content content,
      SharedWork work,
      float[] weights,
      CellRows rows,
      List<String> keep,
      Measures measures,
      ProductTimes products) {
    this.content = content;
    this.work = work;
    this.rows = rows;
    this.keep = keep;
    this.measures = measures;
    this.products = products;
    this.stopwatch = new Stopwatch(measures.timingRuns());
    this.floor = content.floor();
    float[] values = content.weights();
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

  /** One split by a scheme, which all cells of the scheme share, and every choice. */
  private record Shared(
      IndexScheme scheme, Stopwatch.Timed<Split> split, List<Entropy.Statistics> statistics) {}

  /** A cell that takes the smallest recipe, and the time that the search has taken so far. */
  private static final class Search {
    final Cell cell;
    final Choice choice;
    final Set<IndexScheme> candidates;
    long nanos;

    Search(Cell cell, Content content, SharedWork work) {
      Auto constraint = Auto.parse(cell.encoding());
      this.cell = cell;
      this.choice = constraint.choice(content, work);
      this.candidates = new LinkedHashSet<>(constraint.candidates());
    }

    void offer(Shared shared) {
      long start = System.nanoTime();
      choice.offer(shared.scheme(), shared.split().value());
      nanos += System.nanoTime() - start + shared.split().nanos();
    }
  }

  void compute(List<Cell> cells, UnitResult result) {
    content.nonZeros(); // shared by all schemes, so no scheme's time has it
    Map<IndexScheme, List<Cell>> byScheme = new LinkedHashMap<>();
    List<Search> searches = new ArrayList<>();
    for (Cell cell : cells) {
      if (Auto.isAuto(cell.encoding())) {
        searches.add(new Search(cell, content, work));
      } else {
        byScheme
            .computeIfAbsent(Recipe.parse(cell.recipe()).index(), scheme -> new ArrayList<>())
            .add(cell);
      }
    }
    for (Search search : searches) {
      search.candidates.forEach(scheme -> byScheme.computeIfAbsent(scheme, key -> List.of()));
    }
    byScheme.forEach((scheme, group) -> compute(scheme, group, searches, result));
    for (Search search : searches) {
      compute(search, result);
    }
    if (best != null) {
      result.compressed().add(rows.compressed(bestRow, best));
    }
  }

  /**
   * Computes the cells of a scheme, and offers its split to choices.
   *
   * @param searches all of them; those that fail are taken out
   */
  private void compute(
      IndexScheme scheme, List<Cell> cells, List<Search> searches, UnitResult result) {
    Shared shared;
    try {
      shared = share(scheme);
    } catch (RuntimeException | VirtualMachineError | LinkageError e) {
      for (Cell cell : cells) {
        result.cells().add(rows.failed(cell, e));
      }
      // The smallest of all is not known where one of them is not.
      for (Search search : of(scheme, searches)) {
        result.cells().add(rows.failed(search.cell, e));
        searches.remove(search);
      }
      return;
    }
    for (Cell cell : cells) {
      try {
        compute(cell, shared, result);
      } catch (RuntimeException | VirtualMachineError | LinkageError e) {
        result.cells().add(rows.failed(cell, e));
      }
    }
    for (Search search : of(scheme, searches)) {
      try {
        search.offer(shared);
      } catch (RuntimeException | VirtualMachineError | LinkageError e) {
        result.cells().add(rows.failed(search.cell, e));
        searches.remove(search);
      }
    }
  }

  private static List<Search> of(IndexScheme candidate, List<Search> searches) {
    return searches.stream().filter(search -> search.candidates.contains(candidate)).toList();
  }

  private Shared share(IndexScheme scheme) {
    Stopwatch.Timed<Split> split =
        stopwatch.time(() -> content.split(scheme, work), work::reusedNanos);
    return new Shared(scheme, split, statistics(split.value()));
  }

  private static List<Entropy.Statistics> statistics(Split split) {
    return split.streams().stream().map(stream -> Entropy.of(stream.symbols())).toList();
  }

  private void compute(Cell cell, Shared shared, UnitResult result) {
    Recipe recipe = Recipe.parse(cell.recipe());
    Split split = shared.split().value();
    Stopwatch.Timed<Encoded> encoded =
        stopwatch.time(() -> content.encode(recipe, split, work), work::reusedNanos);
    long nanos = encoded.nanos() + shared.split().nanos();
    List<Row> histograms = new ArrayList<>();
    for (String name : measures.histograms() ? shared.scheme().histograms() : List.<String>of()) {
      histograms.addAll(CellRows.histogram(name, shared.scheme().histogram(name, content.codes())));
    }
    add(cell, recipe, encoded.value(), nanos, split, shared.statistics(), histograms, result);
  }

  private void compute(Search search, UnitResult result) {
    try {
      Choice choice = search.choice;
      add(
          search.cell,
          choice.recipe(),
          choice.best(),
          search.nanos,
          choice.split(),
          statistics(choice.split()),
          List.of(),
          result);
    } catch (RuntimeException | VirtualMachineError | LinkageError e) {
      result.cells().add(rows.failed(search.cell, e));
    }
  }

  /** Decodes what was encoded, compares it and adds its rows. */
  private void add(
      Cell cell,
      Recipe recipe,
      Encoded encoded,
      long encodeNanos,
      Split split,
      List<Entropy.Statistics> statistics,
      List<Row> histograms,
      UnitResult result) {
    Stopwatch.Timed<Content> decoded =
        stopwatch.timeWarm(
            recipe.name() + " " + content.bits(), () -> Content.decode(encoded.container()));
    if (!decoded.value().equals(content)) {
      throw new IllegalStateException("decodes to other codes or numbers than it was made from");
    }
    double copying = stopwatch.ofCopy(content::copy, content.copyBytes());
    double weights = content.shape().size();
    RowBuilder row = rows.of(cell);
    rows.measure(row, content, recipe, encoded);
    row.set("sparsity", 1 - content.nonZeros() / weights)
        .set("floor_bytes", floor.bytes())
        .set("floor_packed_bytes", floor.packedBytes())
        .set("mean_square", meanSquare)
        .set("mse", meanSquareError)
        .set("sqnr_db", meanSquareError == 0 ? null : decibels(meanSquare / meanSquareError))
        .set("groups", CellRows.groups(split))
        .set("encode_ns_per_weight", encodeNanos / weights)
        .set("decode_ns_per_weight", decoded.nanos() / weights)
        .set("copy_ns_per_weight", copying / weights)
        .set("timing_runs", measures.timingRuns())
        .set("verified", true);
    if (products != null) {
      products.measure(row, recipe.name() + " " + content.bits(), encoded.container());
    }
    if (keep.contains(cell.encoding()) && encoded.container().length > MAX_STORED) {
      throw new IllegalStateException(
          "container of "
              + encoded.container().length
              + " bytes, a stored one has at most "
              + MAX_STORED);
    }
    List<Row> streams = new ArrayList<>();
    for (int i = 0; i < statistics.size(); i++) {
      streams.add(
          CellRows.stream(split.streams().get(i), encoded.streams().get(i), statistics.get(i)));
    }
    row.set("streams", streams.toArray(Row[]::new));
    row.set("histograms", histograms.isEmpty() ? null : histograms.toArray(Row[]::new));
    keep(row, cell, encoded.container(), result);
    result.cells().add(row.build());
  }

  private void keep(RowBuilder row, Cell cell, byte[] container, UnitResult result) {
    if (keep.contains(cell.encoding())) {
      result.compressed().add(rows.compressed(row, container));
    } else if (keep.contains(RunSettings.KEEP_BEST)
        && container.length <= MAX_STORED
        && (best == null || container.length < best.length)) {
      bestRow = row;
      best = container;
    }
  }

  private static double decibels(double ratio) {
    return 10 * Math.log10(ratio);
  }
}
