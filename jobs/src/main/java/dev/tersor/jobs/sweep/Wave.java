package dev.tersor.jobs.sweep;

import dev.tersor.jobs.config.SweepSettings;
import dev.tersor.jobs.fit.Fitted;
import dev.tersor.jobs.fit.SegmentWeights;
import dev.tersor.jobs.plan.Schedule;
import dev.tersor.jobs.plan.Unit;
import dev.tersor.jobs.table.RunInfo;
import dev.tersor.jobs.table.Table;
import dev.tersor.jobs.table.TableWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.LongAccumulator;

/** Computes the units of a wave as tasks, and publishes their rows. */
final class Wave {
  private final SparkSession session;
  private final JavaSparkContext spark;
  private final SegmentWeights reader;
  private final SweepSettings settings;
  private final RunInfo info;
  private final TableWriter tables;
  private final LongAccumulator done;
  private final Set<String> evaluated;
  private final Fitted fitted;

  /**
   * @param done counts cells
   * @param evaluated ids of the tensors that an evaluation will need as the cells have them
   * @param fitted takes what tasks fit to these
   */
  Wave(
      SparkSession session,
      SegmentWeights reader,
      SweepSettings settings,
      RunInfo info,
      TableWriter tables,
      LongAccumulator done,
      Set<String> evaluated,
      Fitted fitted) {
    this.session = session;
    this.spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    this.reader = reader;
    this.settings = settings;
    this.info = info;
    this.tables = tables;
    this.done = done;
    this.evaluated = evaluated;
    this.fitted = fitted;
  }

  WaveTimes compute(List<List<Unit>> tasks, StageLog.Stage log) {
    LongAccumulator busy = session.sparkContext().longAccumulator("busy nanoseconds");
    long started = System.nanoTime();
    JavaRDD<UnitResult> first = results(tasks, busy);
    Set<String> starved = Set.copyOf(first.flatMap(r -> r.starved().iterator()).collect());
    List<JavaRDD<UnitResult>> parts = new ArrayList<>(List.of(first));
    JavaRDD<UnitResult> results = first;
    if (!starved.isEmpty()) {
      // Side by side they had too little memory: one after the other, each has all of it.
      List<Unit> again =
          tasks.stream()
              .flatMap(List::stream)
              .map(unit -> unit.of(cell -> starved.contains(cell.key())))
              .filter(unit -> !unit.cells().isEmpty())
              .toList();
      done.add(-starved.size());
      parts.add(results(List.of(again), busy));
      // By their keys: an executor that is lost has its part computed again, with other luck.
      results = first.map(result -> result.without(starved)).union(parts.get(1));
    }
    double computed = (System.nanoTime() - started) / 1e9;
    // Containers first: a cell that says that it is stored is.
    if (!settings.run().keep().isEmpty()) {
      write(results, UnitResult::compressed, Table.COMPRESSED);
    }
    write(results, UnitResult::cells, Table.CELLS);
    Set<String> evaluated = this.evaluated;
    if (!evaluated.isEmpty()) {
      results
          .flatMap(result -> result.fits().iterator())
          .filter(fit -> evaluated.contains(fit.segment().tensorId()))
          .collect()
          .forEach(fitted::add);
    }
    parts.forEach(JavaRDD::unpersist);
    double written = (System.nanoTime() - started) / 1e9 - computed;
    log.put("cells", tasks.stream().flatMap(List::stream).mapToLong(u -> u.cells().size()).sum())
        .put("tasks", tasks.size())
        .put("write_seconds", Math.round(written * 1e3) / 1e3);
    return new WaveTimes(
        Schedule.of(tasks, spark.defaultParallelism()), computed, busy.value() / 1e9, written);
  }

  /** One task after the other, heaviest first; the tables are then cut from it. */
  private JavaRDD<UnitResult> results(List<List<Unit>> tasks, LongAccumulator busy) {
    UnitTask task = new UnitTask(reader, info.id(), settings);
    LongAccumulator cells = done;
    JavaRDD<UnitResult> results =
        spark
            .parallelize(tasks, tasks.size())
            .flatMap(List::iterator)
            .map(
                unit -> {
                  long start = System.nanoTime();
                  UnitResult result = task.compute(unit);
                  busy.add(System.nanoTime() - start);
                  cells.add(result.cells().size());
                  return result;
                })
            // On disk: the containers of a wave are the larger, the faster the cores are.
            .persist(StorageLevel.DISK_ONLY());
    results.count();
    return results;
  }

  private void write(
      JavaRDD<UnitResult> results, Function<UnitResult, List<Row>> part, Table table) {
    JavaRDD<Row> rows = results.flatMap(result -> part.call(result).iterator());
    tables.write(
        session
            .createDataFrame(rows, table.schema())
            .coalesce(Math.max(1, spark.defaultParallelism())),
        table);
  }
}
