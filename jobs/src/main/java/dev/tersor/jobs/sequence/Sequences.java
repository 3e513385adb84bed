package dev.tersor.jobs.sequence;

import dev.tersor.jobs.config.GridSettings;
import dev.tersor.jobs.config.Pruning;
import dev.tersor.jobs.fit.Fitted;
import dev.tersor.jobs.fit.SegmentWeights;
import dev.tersor.jobs.plan.Cell;
import dev.tersor.jobs.plan.CellKeys;
import dev.tersor.jobs.plan.CodebookId;
import dev.tersor.jobs.plan.Grid;
import dev.tersor.jobs.plan.Setting;
import dev.tersor.jobs.plan.TensorSettings;
import dev.tersor.jobs.plan.Unit;
import dev.tersor.jobs.table.Failure;
import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.Table;
import dev.tersor.jobs.table.TableWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * The sequences of a sweep: of each model, at each setting of its grid that quantises, one for each
 * coder that is asked for (Succinct Compression, section 5). A task each, with the codes that the
 * cells of the setting have.
 */
public final class Sequences {
  private final SparkSession session;
  private final SegmentWeights reader;
  private final GridSettings settings;
  private final ResultsFolder folder;
  private final TableWriter tables;
  private final Map<String, Asked> asked = new LinkedHashMap<>();

  /**
   * A sequence that is asked for.
   *
   * @param blocks of the swept tensors of the model, at its pruning, in order
   */
  private record Asked(String key, String model, Setting setting, List<Grid.Block> blocks) {}

  public Sequences(
      SparkSession session,
      SegmentWeights reader,
      GridSettings settings,
      Grid grid,
      ResultsFolder folder,
      TableWriter tables) {
    this.session = session;
    this.reader = reader;
    this.settings = settings;
    this.folder = folder;
    this.tables = tables;
    if (settings.sequences().isEmpty()) {
      return;
    }
    Map<String, List<Grid.Block>> byModel = new LinkedHashMap<>();
    for (Grid.Block block : grid.blocks()) {
      byModel
          .computeIfAbsent(block.segment().tensor().model(), model -> new ArrayList<>())
          .add(block);
    }
    byModel.forEach(this::ask);
  }

  private void ask(String model, List<Grid.Block> blocks) {
    for (Pruning pruning : settings.prunings()) {
      List<Grid.Block> own = of(blocks, pruning);
      boolean bySaliency = own.stream().anyMatch(block -> block.pruning().bySaliency());
      for (Setting weights : Setting.weights(settings, pruning)) {
        if (weights.bits().isLossless() || weights.bits().isFile()) {
          continue;
        }
        for (String encoding : settings.sequences()) {
          Setting setting =
              new Setting(pruning, weights.bits(), weights.codebook(), encoding)
                  .bySaliency(bySaliency);
          String key =
              CellKeys.ofSequence(
                  model,
                  own.get(0).weightsHash(),
                  own.stream().map(block -> block.segment().tensor()).distinct().toList(),
                  setting,
                  settings.seed(),
                  settings.fprThreshold(),
                  settings.measures().timingRuns());
          asked.put(key, new Asked(key, model, setting, own));
        }
      }
    }
  }

  /** The blocks of a model at one of the prunings that were asked for, each segment once. */
  private static List<Grid.Block> of(List<Grid.Block> blocks, Pruning asked) {
    Map<String, Grid.Block> own = new LinkedHashMap<>();
    for (Grid.Block block : blocks) {
      if (block.pruning().equals(TensorSettings.pruning(asked, block.segment().tensor()))) {
        own.putIfAbsent(block.segment().id(), block);
      }
    }
    return List.copyOf(own.values());
  }

  /** The keys of all of them. */
  public Set<String> keys() {
    return asked.keySet();
  }

  /** Ids of the tensors of those that are not held, which need what is fitted over segments. */
  public Set<String> tensors(Set<String> held) {
    return asked.values().stream()
        .filter(one -> !held.contains(one.key()))
        .flatMap(one -> one.blocks().stream())
        .map(block -> block.segment().tensorId())
        .collect(Collectors.toSet());
  }

  /**
   * The keys of those that the generation holds.
   *
   * @param retryFailed whether those that failed are tried again; else only those are that another
   *     run may compute
   */
  public Set<String> held(boolean retryFailed) throws IOException {
    return rows().stream()
        .filter(
            row -> row.<Boolean>getAs("verified") || !(retryFailed || Failure.of(row).isPassing()))
        .map(row -> row.<String>getAs("key"))
        .collect(Collectors.toSet());
  }

  /** The rows of all of them that the results hold. */
  public List<Row> rows() throws IOException {
    if (asked.isEmpty()) {
      return List.of();
    }
    folder.refresh();
    return folder.reading(
        () ->
            folder
                .table(session, Table.SEQUENCES)
                .filter(functions.col("key").isin(asked.keySet().toArray()))
                .orderBy("model", "pruning", "sparsity_target", "bits", "codebook", "encoding")
                .collectAsList());
  }

  /** Computes those that are not held, and writes their rows. */
  public void add(String run, Set<String> held, Fitted fitted) {
    List<SequenceTask> tasks =
        asked.values().stream()
            .filter(one -> !held.contains(one.key()))
            .map(one -> task(run, one, fitted))
            .toList();
    if (!tasks.isEmpty()) {
      JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
      List<Row> rows = spark.parallelize(tasks, tasks.size()).map(SequenceTask::compute).collect();
      tables.write(rows, Table.SEQUENCES);
    }
  }

  private SequenceTask task(String run, Asked one, Fitted fitted) {
    List<Unit> units = new ArrayList<>();
    for (Grid.Block block : one.blocks()) {
      CodebookId id = one.setting().codebook(block.segment().tensor());
      List<Cell> none = List.of();
      Unit unit =
          fitted.unit(
              new Grid.Block(block.segment(), block.pruning(), block.weightsHash(), none), 0);
      units.add(unit.withCodebook(id));
    }
    return new SequenceTask(
        one.key(),
        run,
        one.model(),
        one.blocks().get(0).weightsHash(),
        units,
        one.setting(),
        settings.fprThreshold(),
        settings.measures().timingRuns(),
        reader,
        settings.seed());
  }
}
