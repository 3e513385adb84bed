package dev.tersor.jobs.train;

import dev.tersor.core.model.Architecture;
import dev.tersor.core.model.Graph;
import dev.tersor.jobs.config.CacheFolder;
import dev.tersor.jobs.config.TrainingSettings;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.data.DataCatalog;
import dev.tersor.jobs.source.Descriptions;
import dev.tersor.jobs.source.ModelCatalog;
import dev.tersor.jobs.table.Coverage;
import dev.tersor.jobs.table.Failure;
import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.RunInfo;
import dev.tersor.jobs.table.Table;
import dev.tersor.jobs.table.TableWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.util.SerializableConfiguration;
import scala.Tuple2;

/**
 * A training on a Spark session. Stages that rows of the grid share are trained once, each by one
 * task: first all dense networks, then all pruned ones, then sharing, storing and evaluating.
 */
public final class Training {
  private final SparkSession session;
  private final JavaSparkContext spark;
  private final TaskSetting setting;
  private final ResultsFolder folder;
  private final RunInfo info;
  private final TableWriter tables;

  /**
   * A training of settings.
   *
   * @throws UsageException if the model has no graph, or none whose units can go, or the data is
   *     not there
   */
  public static Training of(
      SparkSession session, TrainingSettings settings, ResultsFolder folder, RunInfo info) {
    ModelCatalog models = new ModelCatalog(settings.modelsDir());
    Architecture architecture = models.get(settings.network());
    Graph graph =
        architecture
            .graph()
            .orElseThrow(
                () ->
                    new UsageException(
                        "network: "
                            + settings.network()
                            + " has no graph to train; those of lenet300, lenet5 and resnet8 show"
                            + " how one is described"));
    if (!settings.prune().units().isEmpty()) {
      Units.of(graph, architecture.parameters());
    }
    String data = settings.data().isEmpty() ? graph.data() : settings.data();
    Descriptions.Text text = models.text(settings.network()).orElseThrow();
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    TaskSetting setting =
        new TaskSetting(
            settings,
            text.hocon(),
            text.origin(),
            data,
            CacheFolder.of(settings.cache()),
            spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration())));
    setting.images(graph);
    return new Training(session, setting, folder, info);
  }

  private Training(SparkSession session, TaskSetting setting, ResultsFolder folder, RunInfo info) {
    this.session = session;
    this.spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    this.setting = setting;
    this.folder = folder;
    this.info = info;
    this.tables = new TableWriter(session, folder, info.id());
  }

  /** The rows of cells that the results hold, by key, without those that are to be tried again. */
  Map<String, Row> held(List<Plan.Cell> cells) throws IOException {
    Set<String> asked = cells.stream().map(Plan.Cell::key).collect(Collectors.toSet());
    Map<String, Row> held = new HashMap<>();
    for (Row row :
        folder.reading(
            () ->
                folder
                    .ofGeneration(session, Table.TRAINED)
                    .filter(functions.col("model").equalTo(setting.settings().network()))
                    .collectAsList())) {
      String key = row.getAs("key");
      if (asked.contains(key) && isLasting(row)) {
        held.merge(key, row, (a, b) -> a.<Boolean>getAs("verified") ? a : b);
      }
    }
    return held;
  }

  private static boolean isLasting(Row row) {
    return row.<Boolean>getAs("verified") || !Failure.of(row).isPassing();
  }

  /**
   * Trains what the results do not hold.
   *
   * @return the rows of all cells, in their order
   */
  public List<Row> run(boolean retryFailed, PrintStream console) throws IOException {
    Architecture architecture = setting.architecture();
    String hash =
        new DataCatalog(setting.settings().dataDir()).get(setting.data()).train().toString();
    List<Plan.Cell> cells = new Plan(setting.settings(), architecture, hash).cells();
    Map<String, Row> held = held(cells);
    if (retryFailed) {
      held.values().removeIf(row -> !row.<Boolean>getAs("verified"));
    }
    List<Plan.Cell> todo = cells.stream().filter(cell -> !held.containsKey(cell.key())).toList();
    Map<String, Failure> failures = new HashMap<>();
    List<Row> models = new ArrayList<>();
    try (StageProgress progress = new StageProgress(setting.files(), console)) {
      Map<String, Stage> dense = new LinkedHashMap<>();
      Map<String, Stage> pruned = new LinkedHashMap<>();
      Map<String, List<Plan.Cell>> shared = new LinkedHashMap<>();
      for (Plan.Cell cell : todo) {
        dense.put(cell.dense().key(), cell.dense());
        if (cell.isPruned()) {
          pruned.put(cell.pruned().key(), cell.pruned());
        }
        shared.computeIfAbsent(cell.shared().key(), key -> new ArrayList<>()).add(cell);
      }
      train(new ArrayList<>(dense.values()), failures, progress);
      train(new ArrayList<>(pruned.values()), failures, progress);
      List<List<Plan.Cell>> groups = new ArrayList<>(shared.values());
      int most = Math.max(1, 2 * spark.defaultParallelism());
      for (int from = 0; from < groups.size(); from += most) {
        List<List<Plan.Cell>> part =
            new ArrayList<>(groups.subList(from, Math.min(groups.size(), from + most)));
        Finished finished = finish(part, failures, progress);
        finished.trained().forEach(row -> held.put(row.getAs("key"), row));
        models.addAll(finished.models());
      }
    }
    List<Row> rows = cells.stream().map(cell -> held.get(cell.key())).toList();
    long failed = rows.stream().filter(row -> !row.<Boolean>getAs("verified")).count();
    tables.finish(
        models,
        info.row(todo.size(), cells.size() - todo.size(), failed, spark),
        new Coverage().add(Table.TRAINED, cells.stream().map(Plan.Cell::key).toList()));
    return rows;
  }

  /** Trains stages side by side; those that fail are told by key. */
  private void train(List<Stage> stages, Map<String, Failure> failures, StageProgress progress) {
    List<Stage> possible = stages.stream().filter(stage -> !inherits(stage, failures)).toList();
    if (possible.isEmpty()) {
      return;
    }
    progress.watch(possible);
    TaskSetting with = setting;
    spark
        .parallelize(possible, possible.size())
        .flatMap(
            stage -> {
              try {
                with.task().train(stage);
                return Collections.<Tuple2<String, Failure>>emptyIterator();
              } catch (RuntimeException | VirtualMachineError | LinkageError e) {
                return List.of(new Tuple2<>(stage.key(), failure(e).at(stage.label()))).iterator();
              }
            })
        .collect()
        .forEach(failure -> failures.put(failure._1, failure._2));
  }

  private static boolean inherits(Stage stage, Map<String, Failure> failures) {
    for (String key : new String[] {stage.parent(), stage.teacher()}) {
      if (key != null && failures.containsKey(key)) {
        failures.put(stage.key(), failures.get(key));
        return true;
      }
    }
    return false;
  }

  static Failure failure(Throwable error) {
    if (error instanceof LinkageError) {
      return new Failure(Failure.Cause.FAULT, MissingEngine.message(error));
    }
    Failure failure = Failure.of(error);
    return error instanceof DivergedException || error instanceof UsageException
        ? new Failure(failure.cause(), error.getMessage())
        : failure;
  }

  private Finished finish(
      List<List<Plan.Cell>> groups, Map<String, Failure> failures, StageProgress progress) {
    progress.watch(groups.stream().map(group -> (Stage) group.get(0).shared()).toList());
    TaskSetting with = setting;
    String run = info.id();
    Map<String, Failure> failed = new TreeMap<>(failures);
    Finished finished = new Finished();
    spark
        .parallelize(groups, groups.size())
        .map(group -> new FinishTask(with, run).compute(group, failed))
        .collect()
        .forEach(finished::add);
    tables.write(finished.trained(), Table.TRAINED);
    return finished;
  }
}
