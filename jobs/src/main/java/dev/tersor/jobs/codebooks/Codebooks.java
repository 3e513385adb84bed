package dev.tersor.jobs.codebooks;

import dev.tersor.core.prune.PruningMask;
import dev.tersor.core.quantize.ErrorMeasure;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.jobs.config.BitWidth;
import dev.tersor.jobs.config.GridSettings;
import dev.tersor.jobs.config.Pruning;
import dev.tersor.jobs.config.SettingsLoader;
import dev.tersor.jobs.fit.CodebookFit;
import dev.tersor.jobs.fit.Fitted;
import dev.tersor.jobs.fit.MaskFit;
import dev.tersor.jobs.fit.Scan;
import dev.tersor.jobs.fit.SegmentWeights;
import dev.tersor.jobs.fit.SlopeFit;
import dev.tersor.jobs.plan.CellKeys;
import dev.tersor.jobs.plan.CodebookId;
import dev.tersor.jobs.plan.Grid;
import dev.tersor.jobs.plan.SegmentRef;
import dev.tersor.jobs.plan.TensorSettings;
import dev.tersor.jobs.plan.WeightHashes;
import dev.tersor.jobs.source.ResolvedModel;
import dev.tersor.jobs.source.TensorRef;
import dev.tersor.jobs.table.Coverage;
import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.RunInfo;
import dev.tersor.jobs.table.Table;
import dev.tersor.jobs.table.TableWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.util.SerializableConfiguration;

/** Compares codebooks tensor by tensor, a task each, and writes the codebooks table. */
public final class Codebooks {
  private static final int ATTEMPTS = 3;

  private final SparkSession session;
  private final JavaSparkContext spark;
  private final GridSettings settings;
  private final ResultsFolder folder;
  private final RunInfo info;
  private final SegmentWeights reader;
  private final TableWriter tables;

  public Codebooks(
      SparkSession session, GridSettings settings, ResultsFolder folder, RunInfo info) {
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
   * Computes and publishes the rows that the results do not hold verified yet, and that of the run.
   *
   * @return the keys of all that was asked for, those held before among them
   * @throws IOException if something takes rows away as fast as they are written
   */
  public Set<String> run(List<ResolvedModel> models) throws IOException {
    List<SegmentRef> segments = Grid.segments(models);
    WeightHashes hashes = Scan.all(spark, reader, segments);
    Map<String, List<SegmentRef>> byTensor =
        segments.stream()
            .collect(
                Collectors.groupingBy(
                    SegmentRef::tensorId, LinkedHashMap::new, Collectors.toList()));
    Set<String> asked = new LinkedHashSet<>();
    long done = 0;
    long failed = 0;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Set<String> held = held();
      List<CodebookUnit> units = new ArrayList<>();
      for (Pruning pruning : settings.prunings()) {
        units.addAll(units(byTensor, pruning, hashes, held, asked));
      }
      done += units.stream().mapToLong(unit -> unit.keys().size()).sum();
      failed += units.isEmpty() ? 0 : write(units);
      tables.finish(
          List.of(),
          info.row(done, Math.max(0, asked.size() - done), failed, spark),
          new Coverage().add(Table.CODEBOOKS, asked));
      // Expiry beside this run may have taken what it found held; it keeps this run's from now on.
      if (tables.keys(Table.CODEBOOKS).containsAll(asked)) {
        return asked;
      }
    }
    throw new IOException(
        "codebooks are gone from "
            + folder.root()
            + " after they were written: something deletes its files");
  }

  /** The rows of keys, each once. */
  public Dataset<Row> rows(Set<String> keys) {
    return folder.table(session, Table.CODEBOOKS).filter(functions.col("key").isin(keys.toArray()));
  }

  private Set<String> held() throws IOException {
    return folder.reading(
        () ->
            new LinkedHashSet<>(
                folder
                    .ofGeneration(session, Table.CODEBOOKS)
                    .filter("verified")
                    .select("key")
                    .as(Encoders.STRING())
                    .collectAsList()));
  }

  private List<CodebookUnit> units(
      Map<String, List<SegmentRef>> byTensor,
      Pruning asking,
      WeightHashes hashes,
      Set<String> held,
      Set<String> asked) {
    Map<Pruning, Map<String, Map<CodebookId, String>>> left = new LinkedHashMap<>();
    byTensor.forEach(
        (tensor, segments) -> {
          Pruning pruning = TensorSettings.pruning(asking, segments.get(0).tensor());
          String hash = hash(hashes, segments.get(0), pruning);
          Map<CodebookId, String> keys = keys(segments.get(0), pruning, hash);
          asked.addAll(keys.values());
          keys.values().removeAll(held);
          if (!keys.isEmpty()) {
            left.computeIfAbsent(pruning, key -> new LinkedHashMap<>()).put(tensor, keys);
          }
        });
    List<CodebookUnit> units = new ArrayList<>();
    Fitted fitted = new Fitted();
    targets(byTensor, asking, left, fitted);
    left.forEach(
        (pruning, tensors) -> {
          fit(byTensor, pruning, tensors, fitted);
          tensors.forEach(
              (tensor, keys) -> {
                List<SegmentRef> segments = byTensor.get(tensor);
                String hash = hash(hashes, segments.get(0), pruning);
                units.add(unit(segments, pruning, hash, fitted, keys));
              });
        });
    return units;
  }

  private String hash(WeightHashes hashes, SegmentRef first, Pruning pruning) {
    return hashes.tensor(first, WeightHashes.Beside.of(pruning, settings));
  }

  private Map<CodebookId, String> keys(SegmentRef first, Pruning pruning, String hash) {
    Map<CodebookId, String> keys = new LinkedHashMap<>();
    for (BitWidth width : settings.bits()) {
      for (String fitter : settings.codebooks(width)) {
        CodebookId id = new CodebookId(TensorSettings.bits(width, first.tensor()), fitter);
        keys.put(
            id,
            CellKeys.ofCodebook(
                first.tensor(),
                hash,
                pruning,
                id,
                settings.seed(),
                settings.measures().timingRuns()));
      }
    }
    return keys;
  }

  /** Lambdas of the targets of which rows are left: all tensors of a model reach one together. */
  private void targets(
      Map<String, List<SegmentRef>> byTensor,
      Pruning asking,
      Map<Pruning, Map<String, Map<CodebookId, String>>> left,
      Fitted fitted) {
    Set<String> models = new LinkedHashSet<>();
    left.values()
        .forEach(
            tensors ->
                tensors.forEach(
                    (tensor, keys) -> {
                      if (keys.keySet().stream().anyMatch(SlopeFit::isAsked)) {
                        models.add(byTensor.get(tensor).get(0).tensor().model());
                      }
                    }));
    Set<SlopeFit.Sought> sought = new LinkedHashSet<>();
    Map<Pruning, List<SegmentRef>> large = new LinkedHashMap<>();
    for (List<SegmentRef> segments : byTensor.values()) {
      TensorRef tensor = segments.get(0).tensor();
      if (models.contains(tensor.model())) {
        Pruning pruning = TensorSettings.pruning(asking, tensor);
        sought.addAll(sought(segments, asking, pruning));
        if (segments.size() > 1) {
          large.computeIfAbsent(pruning, key -> new ArrayList<>()).addAll(segments);
        }
      }
    }
    if (!sought.isEmpty()) {
      large.forEach((pruning, refs) -> new MaskFit(spark, reader).fit(refs, refs, pruning, fitted));
      new SlopeFit(spark, reader, settings.seed()).fit(List.copyOf(sought), fitted);
    }
  }

  private List<SlopeFit.Sought> sought(List<SegmentRef> segments, Pruning asking, Pruning pruning) {
    List<SlopeFit.Sought> sought = new ArrayList<>();
    for (BitWidth width : settings.bits()) {
      for (String fitter : settings.codebooks(width)) {
        CodebookId id =
            new CodebookId(TensorSettings.bits(width, segments.get(0).tensor()), fitter);
        if (SlopeFit.isAsked(id)) {
          String setting = asking.label() + ", " + width + " " + fitter;
          segments.forEach(ref -> sought.add(new SlopeFit.Sought(ref, pruning, id, setting)));
        }
      }
    }
    return sought;
  }

  /** Masks over several segments, and the codebooks of MLlib, which is a driver's work. */
  private void fit(
      Map<String, List<SegmentRef>> byTensor,
      Pruning pruning,
      Map<String, Map<CodebookId, String>> tensors,
      Fitted fitted) {
    List<SegmentRef> large = new ArrayList<>();
    List<SegmentRef> clustered = new ArrayList<>();
    Map<String, Set<CodebookId>> mllib = new HashMap<>();
    tensors.forEach(
        (tensor, keys) -> {
          Set<CodebookId> ids =
              keys.keySet().stream()
                  .filter(id -> id.fitter().equals(SettingsLoader.MLLIB))
                  .collect(Collectors.toCollection(LinkedHashSet::new));
          if (!ids.isEmpty()) {
            mllib.put(tensor, ids);
            clustered.addAll(byTensor.get(tensor));
          }
          if (byTensor.get(tensor).size() > 1) {
            large.addAll(byTensor.get(tensor));
          }
        });
    new MaskFit(spark, reader).fit(large, large, pruning, fitted);
    new CodebookFit(session, reader, settings.seed())
        .fit(clustered, pruning, Map.of(), mllib, fitted);
  }

  private CodebookUnit unit(
      List<SegmentRef> segments,
      Pruning pruning,
      String hash,
      Fitted fitted,
      Map<CodebookId, String> keys) {
    List<PruningMask> masks = new ArrayList<>();
    segments.forEach(segment -> masks.add(fitted.mask(segment, pruning)));
    Map<CodebookId, CodebookUnit.Timed> timed = new LinkedHashMap<>();
    String tensor = segments.get(0).tensorId();
    for (Map.Entry<CodebookId, Codebook> entry :
        fitted.codebooks(segments.get(0), pruning).entrySet()) {
      CodebookId id = entry.getKey();
      long nanos = fitted.nanos(tensor, pruning, id);
      timed.put(id, new CodebookUnit.Timed(entry.getValue(), nanos));
    }
    return new CodebookUnit(
        segments,
        pruning,
        hash,
        settings.isFittedBy(ErrorMeasure.SALIENCY),
        masks,
        timed,
        fitted.fitters(segments.get(0), pruning),
        keys);
  }

  /** Computes and publishes rows; returns how many failed. */
  private long write(List<CodebookUnit> units) {
    CodebookTask task =
        new CodebookTask(reader, info.id(), settings.seed(), settings.measures().timingRuns());
    JavaRDD<Row> rows =
        spark
            .parallelize(units, units.size())
            .flatMap(unit -> task.compute(unit).iterator())
            .cache();
    long failed = rows.filter(row -> !row.<Boolean>getAs("verified")).count();
    tables.write(
        session.createDataFrame(rows, Table.CODEBOOKS.schema()).coalesce(1), Table.CODEBOOKS);
    rows.unpersist();
    return failed;
  }
}
