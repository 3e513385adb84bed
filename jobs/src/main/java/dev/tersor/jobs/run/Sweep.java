package dev.tersor.jobs.run;

import dev.tersor.jobs.config.Pruning;
import dev.tersor.jobs.config.SettingsLoader;
import dev.tersor.jobs.config.SweepSettings;
import dev.tersor.jobs.evaluate.TestNetworks.Subject;
import dev.tersor.jobs.plan.Cell;
import dev.tersor.jobs.plan.CodebookId;
import dev.tersor.jobs.plan.Grid;
import dev.tersor.jobs.plan.SegmentRef;
import dev.tersor.jobs.plan.Unit;
import dev.tersor.jobs.plan.Waves;
import dev.tersor.jobs.source.ResolvedModel;
import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.Table;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;

/** A sweep on a Spark session: from resolved models to committed tables. */
public final class Sweep {
  private final SparkSession session;
  private final JavaSparkContext spark;
  private final SweepSettings settings;
  private final ResultsFolder folder;
  private final RunInfo info;
  private final SegmentWeights reader;
  private final TableWriter tables;

  public Sweep(SparkSession session, SweepSettings settings, ResultsFolder folder, RunInfo info) {
    this.session = session;
    this.spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    this.settings = settings;
    this.folder = folder;
    this.info = info;
    this.reader =
        new SegmentWeights(
            spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration())));
    this.tables = new TableWriter(session, folder, info.id());
  }

  /**
   * Hashes and checks all weights; writes nothing.
   *
   * @throws dev.tersor.jobs.config.UsageException if weights are not finite or cannot be read
   */
  public Grid plan(List<ResolvedModel> models) {
    List<SegmentRef> segments = Grid.segments(models);
    return Grid.of(settings, segments, Scan.hashes(spark, reader, segments));
  }

  /** The cells of a grid that the results hold, by key: whether they were verified. */
  public Map<String, Boolean> held(Grid grid) {
    Set<String> asked = grid.keys();
    Map<String, Boolean> held = new HashMap<>();
    for (Row row :
        folder
            .table(session, Table.CELLS)
            .filter(functions.col("model").isin(settings.models().toArray()))
            // What could not be read is tried again; other failures would come out the same.
            .filter("verified or error not like 'UncheckedIOException%'")
            .select("key", "verified")
            .collectAsList()) {
      if (asked.contains(row.getString(0))) {
        held.merge(row.getString(0), row.getBoolean(1), Boolean::logicalOr);
      }
    }
    return held;
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
    Evaluations evaluations = new Evaluations(spark, reader, settings, grid, console);
    evaluations.add(evaluated, folder.table(session, Table.MODELS));
    List<Grid.Block> left = left(grid, held.keySet());
    Set<String> tensors = evaluations.tensors();
    left.forEach(block -> tensors.add(block.segment().tensorId()));
    Fitted fitted = tensors.isEmpty() ? new Fitted() : fit(grid, tensors, console);
    List<Unit> units = units(left, fitted);
    long todo = units.stream().mapToLong(unit -> unit.cells().size()).sum();
    LongAccumulator done = session.sparkContext().longAccumulator("cells");
    // Units are estimated for one timing run.
    double seconds = settings.waveSeconds() / settings.measures().timingRuns();
    List<List<List<Unit>>> waves = Waves.cut(units, spark.defaultParallelism(), seconds);
    try (Progress progress = new Progress(console, todo, done)) {
      for (int i = 0; i < waves.size(); i++) {
        progress.wave(i + 1, waves.size());
        compute(waves.get(i), info.wave(i), done);
        progress.committed();
      }
    }
    List<Row> cells =
        Models.cells(folder.table(session, Table.CELLS), grid.keys(), settings.models());
    long failed =
        grid.cells() - cells.stream().filter(cell -> cell.<Boolean>getAs("verified")).count();
    List<Row> models = Models.of(cells, info.id(), evaluations.run(fitted));
    tables.finish(
        models, info.row(todo, grid.cells() - todo, failed, spark), info.wave(waves.size()));
    return new Outcome(
        models, todo, grid.cells() - todo, failed, (System.nanoTime() - started) / 1e9);
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

  private static List<Unit> units(List<Grid.Block> blocks, Fitted fitted) {
    List<Unit> units = new ArrayList<>();
    for (Grid.Block block : blocks) {
      units.add(
          new Unit(
              block.segment(),
              block.pruning(),
              block.weightsHash(),
              fitted.threshold(block.segment(), block.pruning()),
              fitted.codebooks(block.segment(), block.pruning()),
              block.cells()));
    }
    return units;
  }

  /**
   * @param tensors those with cells to compute or to evaluate; a global threshold still needs all
   *     of its model
   */
  private Fitted fit(Grid grid, Set<String> tensors, PrintStream console) {
    List<SegmentRef> all = grid.blocks().stream().map(Grid.Block::segment).distinct().toList();
    Map<String, Long> segmentsOf =
        all.stream().collect(Collectors.groupingBy(SegmentRef::tensorId, Collectors.counting()));
    List<SegmentRef> needed = all.stream().filter(ref -> tensors.contains(ref.tensorId())).toList();
    List<SegmentRef> large =
        needed.stream().filter(ref -> segmentsOf.get(ref.tensorId()) > 1).toList();
    List<CodebookId> own = new ArrayList<>();
    List<CodebookId> mllib = new ArrayList<>();
    for (int bits : settings.bits()) {
      for (String fitter : settings.codebooks()) {
        (fitter.equals(SettingsLoader.MLLIB) ? mllib : own).add(new CodebookId(bits, fitter));
      }
    }
    Set<String> tasked = large.stream().map(SegmentRef::tensorId).collect(Collectors.toSet());
    Fitted fitted = new Fitted();
    for (Pruning pruning : settings.prunings()) {
      if (!large.isEmpty() || !mllib.isEmpty() || pruning.scope() == Pruning.Scope.GLOBAL) {
        console.println(
            "fitting over several segments, "
                + pruning.label()
                + (mllib.isEmpty() ? "" : "; mllib, a Spark job a tensor and bit width, is slow"));
      }
      if (pruning.scope() != Pruning.Scope.ASIS) {
        new ThresholdFit(spark, reader)
            .fit(pruning.scope() == Pruning.Scope.GLOBAL ? all : large, pruning, fitted);
      }
      new CodebookFit(session, reader, settings.seed())
          .fit(mllib.isEmpty() ? large : needed, pruning, tasked, own, mllib, fitted);
    }
    return fitted;
  }

  private void compute(List<List<Unit>> tasks, String wave, LongAccumulator done)
      throws IOException {
    UnitTask task = new UnitTask(reader, info.id(), settings);
    JavaRDD<UnitResult> results =
        spark
            .parallelize(tasks, tasks.size())
            .flatMap(List::iterator)
            .map(
                unit -> {
                  UnitResult result = task.compute(unit);
                  done.add(result.cells().size());
                  return result;
                })
            .persist(StorageLevel.MEMORY_AND_DISK());
    results
        .count(); // one task after the other, heaviest first; the tables are then cut from memory
    stage(results, UnitResult::cells, wave, Table.CELLS);
    stage(results, UnitResult::streams, wave, Table.STREAMS);
    if (settings.measures().histograms()) {
      stage(results, UnitResult::histograms, wave, Table.HISTOGRAMS);
    }
    stage(results, UnitResult::compressed, wave, Table.COMPRESSED);
    results.unpersist();
    tables.commit(wave);
  }

  private void stage(
      JavaRDD<UnitResult> results, Function<UnitResult, List<Row>> part, String wave, Table table) {
    JavaRDD<Row> rows = results.flatMap(result -> part.call(result).iterator());
    tables.stage(
        session
            .createDataFrame(rows, table.schema())
            .coalesce(Math.max(1, spark.defaultParallelism())),
        wave,
        table);
  }
}
