package dev.tersor.jobs.cli;

import dev.tersor.jobs.codebooks.Codebooks;
import dev.tersor.jobs.config.BitWidth;
import dev.tersor.jobs.config.Encodings;
import dev.tersor.jobs.config.Nearest;
import dev.tersor.jobs.config.Pruning;
import dev.tersor.jobs.config.SettingsLoader;
import dev.tersor.jobs.config.SweepSettings;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.plan.TensorSettings;
import dev.tersor.jobs.report.AnswerTable;
import dev.tersor.jobs.report.PlanText;
import dev.tersor.jobs.source.CalibrationResolver;
import dev.tersor.jobs.source.ResolvedModel;
import dev.tersor.jobs.source.TensorRef;
import dev.tersor.jobs.source.WeightResolver;
import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.RunInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Codebooks beside the optimum. */
@Command(
    name = "codebooks",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Fits codebooks to pruned tensors. Compares their squared error with the optimum, and their"
          + " times, sorting included.",
      "What the results hold is not computed again."
    },
    footer = {
      "",
      "Without --models it takes the largest convolution of resnet34, half of it pruned."
    })
final class CodebooksCommand implements Callable<Integer> {
  private static final String DEFAULT_CONFIG = "codebooks";
  private static final String DEFAULT_TENSOR = "layer4.2.conv2.weight";
  private static final int MAX_ROWS = 500;

  @Mixin WeightOptions from;

  @Option(
      names = "--tensors",
      split = ",",
      paramLabel = "NAME",
      description = "only these tensors (default: all of the models')")
  List<String> tensors;

  @Option(
      names = "--sparsities",
      split = ",",
      paramLabel = "S",
      description = "shares of weights to prune, in [0, 1); asis; paper")
  List<String> sparsities;

  @Option(
      names = "--bits",
      split = ",",
      paramLabel = "B",
      description = "bits of a code, 1..8, or paper (default: 4,5,6,8)")
  List<String> bits;

  @Option(
      names = "--codebooks",
      paramLabel = "NAME[,NAME...]",
      description = "codebooks to compare (default: all but mllib, which is slow)")
  List<String> codebooks;

  @Option(names = "--seed", paramLabel = "N", description = "for codebooks that draw")
  Long seed;

  @Option(
      names = "--timing-runs",
      paramLabel = "N",
      description = "how often each is fitted; the fastest counts (default: 3)")
  Integer timingRuns;

  @Option(names = "--config", paramLabel = "FILE", description = "as of sweep")
  String config;

  @Option(names = "--out", paramLabel = "DIR", description = "results folder (default: results)")
  String out;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    SweepSettings settings = SettingsLoader.load(config == null ? DEFAULT_CONFIG : config, flags());
    for (Pruning pruning : settings.grid().prunings()) {
      if (pruning.scope().isModelWide()) {
        throw new UsageException(
            "pruning: codebooks compares tensors by themselves, not " + pruning.scope().label());
      }
    }
    if (settings.grid().bits().stream().anyMatch(BitWidth::isLossless)) {
      throw new UsageException("bits: 32 has no codebook to compare");
    }
    Sessions.startFirstInCluster("codebooks");
    Configuration hadoop = HadoopSettings.get();
    List<ResolvedModel> resolved =
        chosen(
            new CalibrationResolver(settings.from(), hadoop)
                .resolve(new WeightResolver(settings.from(), hadoop).resolve()),
            tensors());
    TensorSettings.check(settings.grid(), resolved);
    System.err.print(PlanText.sources(resolved));
    ResultsFolder folder = ResultsFolder.create(settings.run().out(), hadoop);
    try (Sessions spark = Sessions.start("codebooks")) {
      SparkSession session = spark.session();
      RunInfo info = Runs.start(spec, folder);
      Codebooks codebooks = new Codebooks(session, settings.grid(), folder, info);
      Set<String> keys = codebooks.run(resolved);
      System.out.print(
          folder.reading(() -> AnswerTable.of(readable(codebooks.rows(keys)), MAX_ROWS)));
      return folder.reading(() -> codebooks.rows(keys).filter("NOT verified").isEmpty())
          ? Main.OK
          : Main.FAILED;
    }
  }

  private static Dataset<Row> readable(Dataset<Row> rows) {
    return rows.selectExpr(
            "model",
            "tensor",
            "weights_source AS weights",
            "sparsity_target AS sparsity",
            "bits",
            "codebook",
            "format_number(wcss, 6) AS wcss",
            "round(100 * (ratio - 1), 4) AS above_optimum_percent",
            "empty_clusters AS empty",
            "round(entropy_bits, 3) AS entropy_bits",
            "round(fit_ms, 1) AS fit_ms",
            "error")
        .orderBy("model", "tensor", "sparsity", "bits", "wcss", "codebook");
  }

  private List<String> tensors() {
    boolean byDefault =
        tensors == null && from.models == null && from.weights == null && config == null;
    return byDefault ? List.of(DEFAULT_TENSOR) : tensors;
  }

  /**
   * @param names of tensors, or null for all
   */
  private static List<ResolvedModel> chosen(List<ResolvedModel> models, List<String> names) {
    if (names == null) {
      return models;
    }
    Set<String> known = new LinkedHashSet<>();
    List<ResolvedModel> chosen = new ArrayList<>();
    for (ResolvedModel model : models) {
      model.tensors().forEach(tensor -> known.add(tensor.name()));
      List<TensorRef> kept =
          model.tensors().stream().filter(tensor -> names.contains(tensor.name())).toList();
      if (!kept.isEmpty()) {
        chosen.add(
            new ResolvedModel(model.name(), model.title(), kept, model.others(), model.notes()));
      }
    }
    for (String name : names) {
      if (!known.contains(name)) {
        throw new UsageException(
            "tensors: no model has a tensor '" + name + "', nearest: " + Nearest.to(name, known));
      }
    }
    return chosen;
  }

  private Map<String, Object> flags() {
    Flags flags = new Flags();
    from.put(flags);
    return flags
        .put("sparsities", sparsities)
        .put("bits", bits)
        .put("codebooks", codebooks == null ? null : Encodings.split("codebooks", codebooks))
        .put("seed", seed)
        .put("timing-runs", timingRuns)
        .put("out", out)
        .values();
  }
}
