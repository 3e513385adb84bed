package dev.tersor.jobs.sweep;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import dev.tersor.jobs.config.CostModel;
import dev.tersor.jobs.config.SweepSettings;
import dev.tersor.jobs.evaluate.Accuracies;
import dev.tersor.jobs.evaluate.Evaluations;
import dev.tersor.jobs.fit.Fitted;
import dev.tersor.jobs.fit.GridFit;
import dev.tersor.jobs.fit.Scan;
import dev.tersor.jobs.fit.SegmentWeights;
import dev.tersor.jobs.inference.TestNetworks.Subject;
import dev.tersor.jobs.plan.Cell;
import dev.tersor.jobs.plan.Cost;
import dev.tersor.jobs.plan.Grid;
import dev.tersor.jobs.plan.SegmentRef;
import dev.tersor.jobs.plan.Unit;
import dev.tersor.jobs.plan.Waves;
import dev.tersor.jobs.sequence.Sequences;
import dev.tersor.jobs.source.ResolvedModel;
import dev.tersor.jobs.table.Coverage;
import dev.tersor.jobs.table.Failure;
import dev.tersor.jobs.table.FailureCounts;
import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.RunInfo;
import dev.tersor.jobs.table.Table;
import dev.tersor.jobs.table.TableWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;

/** A sweep on a Spark session: from resolved models to tables. */
public final class Sweep {
  private static final int ATTEMPTS = 3;

  private final SparkSession session;
  private final JavaSparkContext spark;
  private final SweepSettings settings;
  private final ResultsFolder folder;
  private final RunInfo info;
  private final SegmentWeights reader;
  private final TableWriter tables;
  private final StageLog log;

  public Sweep(
      SparkSession session,
      SweepSettings settings,
      ResultsFolder folder,
      RunInfo info,
      StageLog log) {
    this.session = session;
    this.spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    this.settings = settings;
    this.folder = folder;
    this.info = info;
    this.reader =
        new SegmentWeights(
            spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration())));
    this.tables = new TableWriter(session, folder, info.id());
    this.log = log;
  }

  /**
   * Hashes and checks all weights; writes nothing.
   *
   * @throws dev.tersor.jobs.config.UsageException if weights are not finite or cannot be read
   */
  public Grid plan(List<ResolvedModel> models) {
    List<SegmentRef> segments = Grid.segments(models);
    StageLog.Stage stage = log.start("scan").put("segments", segments.size());
    Grid grid = Grid.of(settings.grid(), segments, Scan.all(spark, reader, segments));
    stage.put("cells", grid.cells()).end();
    return grid;
  }

  /**
   * The cells of a grid that the generation holds, by key: whether they were verified. Those that
   * another run may compute where one failed are not among them, nor are those whose containers are
   * said to be stored and are not.
   */
  public Map<String, Boolean> held(Grid grid) throws IOException {
    return folder.reading(
        () -> {
          Map<String, Boolean> held = new HashMap<>();
          Dataset<Row> stored =
              folder
                  .ofGeneration(session, Table.COMPRESSED)
                  .filter(ofModels())
                  .select("key")
                  .withColumn("found", lit(true));
          for (Row row :
              folder
                  .ofGeneration(session, Table.CELLS)
                  .filter(ofModels())
                  .select("key", "verified", "error", "cause", "stored")
                  .join(asked(grid), "key")
                  .join(stored, new String[] {"key"}, "left")
                  .filter("found OR NOT coalesce(stored, false)")
                  .select("key", "verified", "error", "cause")
                  .collectAsList()) {
            boolean verified = row.getBoolean(1);
            if (verified || !Failure.of(row).isPassing()) {
              held.merge(row.getString(0), verified, Boolean::logicalOr);
            }
          }
          return held;
        });
  }

  private Dataset<Row> asked(Grid grid) {
    return session.createDataset(List.copyOf(grid.keys()), Encoders.STRING()).toDF("key");
  }

  /**
   * Computes what the results do not hold yet, wave by wave.
   *
   * @param evaluated models whose accuracy is asked for
   * @param retryFailed whether cells that failed before are tried again
   */
  public Outcome run(Grid grid, List<Subject> evaluated, boolean retryFailed, PrintStream console)
      throws IOException {
    long started = System.nanoTime();
    Map<String, Boolean> held = held(grid);
    if (retryFailed) {
      held.values().removeIf(verified -> !verified);
    }
    Evaluations evaluations = new Evaluations(spark, reader, settings.grid(), grid, console);
    folder.reading(
        () -> {
          evaluations.add(evaluated, folder.table(session, Table.MODELS));
          return null;
        });
    Sequences sequences = new Sequences(session, reader, settings.grid(), grid, folder, tables);
    Set<String> heldSequences = sequences.held(retryFailed);
    Set<String> whole = new HashSet<>(evaluations.tensors());
    whole.addAll(sequences.tensors(heldSequences));
    Computed computed = compute(grid, held.keySet(), whole, console);
    StageLog.Stage accuracy = log.start("accuracy").put("models", evaluated.size());
    Accuracies accuracies = evaluations.run(computed.fitted());
    accuracy.end();
    if (!sequences.keys().isEmpty()) {
      StageLog.Stage networks = log.start("sequences").put("of", sequences.keys().size());
      sequences.add(info.id(), heldSequences, computed.fitted());
      networks.end();
    }
    long done = computed.cells();
    for (int attempt = 1; ; attempt++) {
      Totals totals = totals(grid);
      Outcome outcome =
          totals.cells() == grid.cells()
              ? finish(grid, sequences, totals, accuracies, done, computed.times(), started)
              : null;
      // Expiry beside this run looks once more for runs that ended, after it took rows away: it
      // finds this one, or this one finds here what is missing.
      Set<String> there = there(grid);
      Set<String> left = tables.keys(Table.SEQUENCES);
      if (outcome != null && there.size() == grid.cells() && left.containsAll(sequences.keys())) {
        return outcome;
      }
      if (attempt == ATTEMPTS) {
        throw new IOException(
            "of %d cells %d are gone from %s after they were written: something deletes its files"
                .formatted(grid.cells(), grid.cells() - there.size(), folder.root()));
      }
      Computed again = compute(grid, there, sequences.tensors(left), console);
      done += again.cells();
      sequences.add(info.id(), left, again.fitted());
    }
  }

  /**
   * @param cells of the grid that were there
   */
  private record Totals(long cells, Models sums, FailureCounts failures) {}

  private Totals totals(Grid grid) throws IOException {
    folder.refresh();
    return folder.reading(
        () -> {
          StageLog.Stage stage = log.start("totals");
          Models sums = new Models();
          FailureCounts failures = new FailureCounts();
          long[] cells = {0};
          Models.read(
              folder.table(session, Table.CELLS),
              grid.keys(),
              settings.from().models(),
              cell -> {
                sums.add(cell);
                failures.add(cell);
                cells[0]++;
              });
          stage.put("cells_failed", grid.cells() - sums.verified()).end();
          return new Totals(cells[0], sums, failures);
        });
  }

  /** The keys of a grid that the generation has, in whatever state. */
  private Set<String> there(Grid grid) throws IOException {
    folder.refresh();
    return folder.reading(
        () ->
            new HashSet<>(
                folder
                    .ofGeneration(session, Table.CELLS)
                    .filter(ofModels())
                    .select("key")
                    .join(asked(grid), "key")
                    .distinct()
                    .as(Encoders.STRING())
                    .collectAsList()));
  }

  private Column ofModels() {
    return col("model").isin(settings.from().models().toArray());
  }

  /**
   * @param cells that were computed
   * @param fitted what their weights were pruned and quantised by
   */
  private record Computed(long cells, Fitted fitted, WaveTimes times) {}

  /** Computes the cells of a grid that are not held. */
  private Computed compute(
      Grid grid, Set<String> held, Set<String> toEvaluate, PrintStream console) {
    List<Grid.Block> left = left(grid, held);
    StageLog.Stage fits = log.start("fit").put("cells_held", held.size());
    Fitted fitted =
        new GridFit(session, reader, settings.grid().seed(), grid)
            .fit(needed(grid, left, toEvaluate), console);
    fits.end();
    List<Unit> units = units(left, fitted);
    long todo = units.stream().mapToLong(unit -> unit.cells().size()).sum();
    LongAccumulator done = session.sparkContext().longAccumulator("cells");
    int cores = spark.defaultParallelism();
    List<List<List<Unit>>> waves = Waves.cut(units, cores, settings.run().waveSeconds());
    WaveTimes times = WaveTimes.NONE;
    Wave wave = new Wave(session, reader, settings, info, tables, done, toEvaluate, fitted);
    try (Progress progress = new Progress(console, todo, done)) {
      for (int i = 0; i < waves.size(); i++) {
        progress.wave(i + 1, waves.size());
        StageLog.Stage stage = log.start("wave").put("wave", i + 1).put("of", waves.size());
        times = times.plus(wave.compute(waves.get(i), stage));
        progress.waveEnded();
        stage.end();
      }
    }
    return new Computed(todo, fitted, times);
  }

  /** Publishes the totals and the run. */
  private Outcome finish(
      Grid grid,
      Sequences sequences,
      Totals totals,
      Accuracies accuracies,
      long done,
      WaveTimes times,
      long started)
      throws IOException {
    long failed = grid.cells() - totals.sums().verified();
    List<Row> models = totals.sums().rows(info.id(), accuracies);
    StageLog.Stage end = log.start("end");
    tables.finish(
        models,
        info.row(done, grid.cells() - done, failed, spark),
        new Coverage().add(Table.CELLS, grid.keys()).add(Table.SEQUENCES, sequences.keys()));
    end.put("cells_done", done)
        .put("cells_skipped", grid.cells() - done)
        .put("cells_failed", failed)
        .end();
    return new Outcome(
        models,
        sequences.rows(),
        done,
        grid.cells() - done,
        failed,
        totals.failures().mostFrequent(),
        (System.nanoTime() - started) / 1e9,
        times);
  }

  /** What of a grid the results do not hold. */
  private static List<Grid.Block> left(Grid grid, Set<String> held) {
    List<Grid.Block> left = new ArrayList<>();
    for (Grid.Block block : grid.blocks()) {
      List<Cell> cells = block.cells().stream().filter(cell -> !held.contains(cell.key())).toList();
      if (!cells.isEmpty()) {
        left.add(new Grid.Block(block.segment(), block.pruning(), block.weightsHash(), cells));
      }
    }
    return left;
  }

  /**
   * The blocks that need what is fitted over several segments.
   *
   * @param evaluated ids of tensors that do, whatever is left to compute
   */
  private static List<Grid.Block> needed(Grid grid, List<Grid.Block> left, Set<String> evaluated) {
    List<Grid.Block> needed = new ArrayList<>();
    for (Grid.Block block : grid.blocks()) {
      if (evaluated.contains(block.segment().tensorId())) {
        needed.add(block);
      }
    }
    left.stream()
        .filter(block -> !evaluated.contains(block.segment().tensorId()))
        .forEach(needed::add);
    return needed;
  }

  private List<Unit> units(List<Grid.Block> blocks, Fitted fitted) {
    Cost cost = new Cost(CostModel.load(settings.run().cost()), settings.grid().measures());
    List<Unit> units = new ArrayList<>();
    for (Grid.Block block : blocks) {
      units.add(fitted.unit(block, cost.nanos(block.segment(), block.pruning(), block.cells())));
    }
    return units;
  }
}
