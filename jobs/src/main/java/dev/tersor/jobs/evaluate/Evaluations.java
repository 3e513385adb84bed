package dev.tersor.jobs.evaluate;

import dev.tersor.core.data.LabelledImages;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.jobs.config.GridSettings;
import dev.tersor.jobs.config.Pruning;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.fit.Fitted;
import dev.tersor.jobs.fit.Scan;
import dev.tersor.jobs.fit.SegmentWeights;
import dev.tersor.jobs.inference.TestNetworks.Subject;
import dev.tersor.jobs.plan.CellKeys;
import dev.tersor.jobs.plan.CodebookId;
import dev.tersor.jobs.plan.Grid;
import dev.tersor.jobs.plan.SegmentRef;
import dev.tersor.jobs.plan.Setting;
import dev.tersor.jobs.plan.TensorSettings;
import dev.tersor.jobs.plan.Unit;
import dev.tersor.jobs.source.ResolvedModel;
import dev.tersor.jobs.source.Sha256;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * The accuracy of a sweep's models at the settings of its grid, a task each. It does not depend on
 * the encoding, since every cell is decoded and compared. What fails is said, and left out.
 */
public final class Evaluations {
  private final JavaSparkContext spark;
  private final SegmentWeights reader;
  private final GridSettings settings;
  private final Grid grid;
  private final PrintStream console;
  private final Map<String, Subject> subjects = new LinkedHashMap<>();
  private final Accuracies found = new Accuracies();

  public Evaluations(
      JavaSparkContext spark,
      SegmentWeights reader,
      GridSettings settings,
      Grid grid,
      PrintStream console) {
    this.spark = spark;
    this.reader = reader;
    this.settings = settings;
    this.grid = grid;
    this.console = console;
  }

  /**
   * Adds models, and takes what a results folder holds of their accuracies.
   *
   * @param models the models table
   */
  public void add(List<Subject> given, Dataset<Row> models) {
    Map<String, String> weights = new HashMap<>();
    // Weights as they are are hashed without the saliency that the other settings have.
    for (Grid.Block block : grid.blocks()) {
      weights.merge(
          block.segment().tensor().model(),
          block.weightsHash(),
          (known, own) -> block.pruning().bySaliency() ? own : known);
    }
    Map<String, Accuracies.Basis> bases = new TreeMap<>();
    for (Subject subject : given) {
      String model = subject.model().name();
      try {
        Accuracies.Basis basis = basis(subject, weights.get(model));
        subjects.put(model, subject);
        bases.put(model, basis);
        found.putBasis(model, basis);
      } catch (UsageException e) {
        console.println(model + " is not evaluated: " + e.getMessage());
      }
    }
    if (bases.isEmpty()) {
      return;
    }
    Object[] keys = bases.values().stream().map(Accuracies.Basis::key).toArray();
    for (Row row :
        models
            .filter(
                functions
                    .col("evaluation")
                    .isin(keys)
                    .and(functions.col("top1_accuracy").isNotNull()))
            .collectAsList()) {
      String model = row.getAs("model");
      Accuracies.Basis basis = bases.get(model);
      if (basis != null && basis.key().equals(row.getAs("evaluation"))) {
        found.put(model, Setting.of(row), row.<Double>getAs("top1_accuracy"));
        if (row.getAs("dense_top1_accuracy") != null) {
          found.putDense(model, row.<Double>getAs("dense_top1_accuracy"));
        }
      }
    }
  }

  /** With a hash of all that an accuracy depends on beside its setting. */
  private Accuracies.Basis basis(Subject subject, String weightsHash) {
    ResolvedModel model = subject.model();
    List<SegmentRef> others =
        Grid.segments(
            List.of(
                new ResolvedModel(
                    model.name(), model.title(), model.others(), List.of(), List.of())));
    LabelledImages images = subject.images();
    List<String> parts = new ArrayList<>();
    parts.add(weightsHash);
    new TreeMap<>(Scan.hashes(spark, reader, others))
        .forEach(
            (tensor, hash) -> {
              parts.add(tensor);
              parts.add(hash);
            });
    parts.add(Sha256.of(subject.network().graph().fingerprint()));
    parts.add(Sha256.of(images.pixels()));
    parts.add(Sha256.of(images.labels()));
    parts.add(subject.network().mean().toString());
    parts.add(subject.network().deviation().toString());
    parts.add(String.valueOf(settings.seed()));
    return new Accuracies.Basis(subject.network().data(), images.count(), CellKeys.ofParts(parts));
  }

  /** A setting of a subject that is to be evaluated. */
  private record Open(Subject subject, Setting setting) {
    String model() {
      return subject.model().name();
    }

    String label() {
      return model() + ", " + setting.label();
    }
  }

  private List<Open> open() {
    List<Open> open = new ArrayList<>();
    for (Subject subject : subjects.values()) {
      for (Pruning asked : settings.prunings()) {
        for (Setting weights : Setting.weights(settings, asked)) {
          Setting setting = weights.bySaliency(subject.model().hasSaliency());
          if (!found.has(subject.model().name(), setting)) {
            open.add(new Open(subject, setting));
          }
        }
      }
    }
    return open;
  }

  /** Ids of the tensors that need what is fitted over several segments. */
  public Set<String> tensors() {
    Set<String> models = new HashSet<>();
    open().forEach(open -> models.add(open.model()));
    Set<String> tensors = new HashSet<>();
    for (Grid.Block block : grid.blocks()) {
      if (models.contains(block.segment().tensor().model())) {
        tensors.add(block.segment().tensorId());
      }
    }
    return tensors;
  }

  /** Evaluates what is not known yet. */
  public Accuracies run(Fitted fitted) {
    Map<LabelledImages, Broadcast<LabelledImages>> images = new HashMap<>();
    List<EvaluationTask> tasks = new ArrayList<>();
    List<Open> asked = new ArrayList<>();
    List<Open> open = open();
    for (Subject subject : subjects.values()) {
      String model = subject.model().name();
      List<Open> own = open.stream().filter(o -> o.model().equals(model)).toList();
      boolean dense = !found.hasDense(model) && !own.isEmpty();
      if (own.isEmpty()) {
        continue;
      }
      console.printf(
          Locale.ROOT,
          "evaluating %s on %,d images of %s: %d settings%s%n",
          model,
          subject.images().count(),
          subject.network().data(),
          own.size(),
          dense ? " and the dense network" : "");
      Broadcast<LabelledImages> test = images.computeIfAbsent(subject.images(), spark::broadcast);
      if (dense) {
        asked.add(new Open(subject, null));
        tasks.add(task(subject, test, null, new Fitted()));
      }
      for (Open one : own) {
        asked.add(one);
        tasks.add(task(subject, test, one.setting(), fitted));
      }
    }
    if (!tasks.isEmpty()) {
      List<EvaluationTask.Found> results =
          spark.parallelize(tasks, tasks.size()).map(EvaluationTask::compute).collect();
      take(asked, results);
    }
    images.values().forEach(Broadcast::destroy);
    return found;
  }

  /**
   * @param setting null for the dense network, which is not pruned, whatever is asked for
   */
  private EvaluationTask task(
      Subject subject, Broadcast<LabelledImages> images, Setting setting, Fitted fitted) {
    ResolvedModel model = subject.model();
    List<Unit> units = new ArrayList<>();
    for (SegmentRef ref : Grid.segments(List.of(model))) {
      Pruning pruning =
          setting == null
              ? settings.prunings().get(0)
              : TensorSettings.pruning(setting.pruning(), ref.tensor());
      units.add(
          new Unit(
              ref,
              pruning,
              "",
              fitted.mask(ref, pruning),
              setting == null ? Map.of() : codebook(fitted, ref, pruning, setting),
              setting == null ? Map.of() : fitted.fitters(ref, pruning),
              List.of(),
              0L));
    }
    return new EvaluationTask(
        model.name(),
        subject.network(),
        images,
        units,
        setting,
        model.others(),
        reader,
        settings.seed());
  }

  /** The one of the setting, where it was fitted; a task carries no other. */
  private static Map<CodebookId, Codebook> codebook(
      Fitted fitted, SegmentRef ref, Pruning pruning, Setting setting) {
    Map<CodebookId, Codebook> known = fitted.codebooks(ref, pruning);
    CodebookId id = setting.codebook(ref.tensor());
    return known.containsKey(id) ? Map.of(id, known.get(id)) : Map.of();
  }

  /** Takes results; an error that several settings have is said once. */
  private void take(List<Open> asked, List<EvaluationTask.Found> results) {
    Map<List<String>, List<String>> failed = new LinkedHashMap<>();
    for (int i = 0; i < results.size(); i++) {
      Open one = asked.get(i);
      String model = one.model();
      EvaluationTask.Found result = results.get(i);
      if (result.error() != null) {
        failed
            .computeIfAbsent(List.of(model, result.error()), key -> new ArrayList<>())
            .add(one.setting() == null ? model + ", dense" : one.label());
      } else if (one.setting() == null) {
        found.putDense(model, result.top1());
      } else {
        found.put(model, one.setting(), result.top1());
      }
    }
    failed.forEach(
        (what, labels) ->
            console.println(
                labels.get(0)
                    + (labels.size() > 1 ? " and " + (labels.size() - 1) + " more settings" : "")
                    + ": not evaluated: "
                    + what.get(1)));
  }
}
