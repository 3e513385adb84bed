package dev.tersor.jobs.cli;

import dev.tersor.jobs.config.Encodings;
import dev.tersor.jobs.config.SettingsLoader;
import dev.tersor.jobs.config.SweepSettings;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.inference.TestNetworks;
import dev.tersor.jobs.inference.TestNetworks.Subject;
import dev.tersor.jobs.plan.Grid;
import dev.tersor.jobs.plan.TensorSettings;
import dev.tersor.jobs.report.PlanText;
import dev.tersor.jobs.report.SequenceTable;
import dev.tersor.jobs.report.SizeTable;
import dev.tersor.jobs.report.SmallestTable;
import dev.tersor.jobs.source.CalibrationResolver;
import dev.tersor.jobs.source.ResolvedModel;
import dev.tersor.jobs.source.WeightResolver;
import dev.tersor.jobs.sweep.Outcome;
import dev.tersor.jobs.sweep.RunReport;
import dev.tersor.jobs.sweep.StageLog;
import dev.tersor.jobs.sweep.Sweep;
import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.RunInfo;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The sweep itself. */
@Command(
    name = "sweep",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    customSynopsis = "sweep [OPTIONS]",
    description = {
      "Prunes, quantises and encodes the weights of models over a grid, decodes every result again"
          + " and compares it, and writes the tables.",
      "A run that was killed goes on where it was, if you start it again with the same options."
    })
final class SweepCommand implements Callable<Integer> {
  @Mixin WeightOptions from;

  @Option(
      names = "--sparsities",
      split = ",",
      paramLabel = "S",
      description =
          "shares of weights to prune, in [0, 1); asis; paper: what the model's paper says;"
              + " 2:4: n of each m weights stay")
  List<String> sparsities;

  @Option(
      names = "--pruning",
      paramLabel = "SCOPE",
      description = {
        "tensor: each tensor to the sparsity; global: the model as a whole;",
        "filter: whole filters (rows) of each tensor; layer: whole tensors of the model;",
        "block(size=4x4): blocks of each tensor; head(heads=12): heads of attentions"
      })
  String pruning;

  @Option(
      names = "--bits",
      split = ",",
      paramLabel = "B",
      description =
          "bits of a code, 1..8, or paper; 32: not quantised, stored without loss; file: the codes"
              + " of a file that is quantised already")
  List<String> bits;

  @Option(
      names = "--codebooks",
      paramLabel = "NAME[,NAME...]",
      description = {
        "uniform, lsq, uniform-channel, lsq-channel, uniform-group(n=64), linear, density,",
        "random, kmeans++, near-exact, exact, mllib; binary, ternary, affine-group(n=128), nf4,",
        "fp8-e4m3, fp8-e5m2, mxfp4, nvfp4, q4_0, q8_0, q4_k, q6_k; some with -channel for rows;",
        "trellis, rate: codes of least error plus lambda times bits, see --rates"
      })
  List<String> codebooks;

  @Option(
      names = "--rates",
      split = ",",
      paramLabel = "R",
      description = {
        "bits a weight over the whole network, one slope for all tensors: 2,3,4;",
        "codebooks that count bits take them, without --codebooks trellis(states=8)"
      })
  List<String> rates;

  @Option(
      names = "--sqnr",
      split = ",",
      paramLabel = "DB",
      description = "the same by signal to noise in decibels, such as 20")
  List<String> sqnr;

  @Option(
      names = "--lambda",
      split = ",",
      paramLabel = "L",
      description = "the same by the slope itself: the squared error that a bit is worth")
  List<String> lambda;

  @Option(names = "--each", description = "--rates or --sqnr in every tensor by itself")
  Boolean each;

  @Option(
      names = "--encodings",
      paramLabel = "RECIPE[,RECIPE...]",
      description = {
        "recipes index/coder, or globs: 'relative5/huffman', '*/packed', '*';",
        "with parameters: 'hybrid(theta=0.7,remainder=bitmap)/*';",
        "auto, auto(access=parallel), auto(speed=0.05): the smallest of all for each tensor;",
        "ras/*, ras-sparse/*: runtime-accessible sequences, block- or element-wise by FPr"
      })
  List<String> encodings;

  @Option(
      names = "--sequences",
      split = ",",
      paramLabel = "CODER",
      description = {
        "wavelet trees that hold a whole network each, at every setting that quantises:",
        "wavelet-quad, wavelet-fast, ...; a row of the table sequences"
      })
  List<String> sequences;

  @Option(
      names = "--fpr-threshold",
      paramLabel = "X",
      description = "above so many multiply-accumulates a weight ras and ras-sparse are block-wise")
  Double fprThreshold;

  @Option(names = "--seed", paramLabel = "N", description = "for codebooks that draw")
  Long seed;

  @Option(names = "--out", paramLabel = "DIR", description = "results folder (default: results)")
  String out;

  @Option(
      names = "--keep",
      paramLabel = "RECIPE[,RECIPE...]",
      description = "containers of computed cells to store: best, none, or encodings")
  List<String> keep;

  @Option(
      names = "--timing-runs",
      paramLabel = "N",
      description = "how often encode, decode and copy are timed; the fastest counts")
  Integer timingRuns;

  @Option(names = "--histograms", description = "count the residuals of dcsr encodings")
  Boolean histograms;

  @Option(
      names = "--products",
      description = "time products of what is stored, beside those of the dense weights")
  Boolean products;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "HOCON file, or name of a built-in sweep; flags go before it")
  String config;

  @Option(names = "--no-accuracy", description = "evaluate no model")
  boolean noAccuracy;

  @Option(
      names = "--graph",
      converter = NamedValue.Converter.class,
      paramLabel = "NAME=PATH",
      description = "ONNX file that says how a model computes; repeatable")
  List<NamedValue> graph;

  @Mixin DataOption data;

  @Option(
      names = "--cost",
      paramLabel = "FILE",
      description = "rates for estimates of time, as 'cost' writes them")
  String cost;

  @Option(
      names = "--wave-seconds",
      paramLabel = "S",
      description = "seconds of work after which rows are published, the most that a kill loses")
  Double waveSeconds;

  @Option(names = "--resume", description = "skip what the results hold (the default)")
  boolean resume;

  @Option(
      names = "--fresh",
      description = "compute everything anew; what is there stays, as an earlier generation")
  boolean fresh;

  @Option(names = "--retry-failed", description = "try failed cells again")
  boolean retryFailed;

  @Option(names = "--skip-missing", description = "leave out models whose weights are not there")
  Boolean skipMissing;

  @Option(names = "--log-stages", description = "log a line of JSON for each stage")
  Boolean logStages;

  @Option(
      names = "--tables",
      description =
          "print every size as well: a table for each symbol coder, a column for each encoding")
  boolean tables;

  @Mixin PlanOptions plan;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    plan.check();
    if (resume && fresh) {
      throw new UsageException("--resume and --fresh exclude each other");
    }
    SweepSettings settings = SettingsLoader.load(config, flags());
    PrintStream console = System.err;
    Sessions.startFirstInCluster("sweep");
    long started = System.nanoTime();
    Configuration hadoop = HadoopSettings.get();
    WeightResolver weights = new WeightResolver(settings.from(), hadoop);
    List<ResolvedModel> models =
        new CalibrationResolver(settings.from(), hadoop).resolve(weights.resolve());
    TensorSettings.check(settings.grid(), models);
    console.print(PlanText.sources(models));
    weights.leftOut().forEach((model, why) -> console.println(model + " IS LEFT OUT: " + why));
    if (plan.dryRun) {
      try (Sessions spark = Sessions.start("sweep")) {
        SparkSession session = spark.session();
        System.out.print(plan.of(settings, models, session.sparkContext().defaultParallelism()));
        return Main.OK;
      }
    }
    List<Subject> evaluated =
        new TestNetworks(
                settings.evaluation(), settings.from().modelsDir(), settings.from().cache(), hadoop)
            .of(models, settings.from().files(), console::println);
    ResultsFolder folder = ResultsFolder.create(settings.run().out(), hadoop);
    long planned = System.nanoTime() - started;
    try (Sessions spark = Sessions.start("sweep")) {
      SparkSession session = spark.session();
      return sweep(session, settings, models, evaluated, weights.leftOut(), folder, planned);
    }
  }

  private int sweep(
      SparkSession session,
      SweepSettings settings,
      List<ResolvedModel> models,
      List<Subject> evaluated,
      Map<String, String> leftOut,
      ResultsFolder folder,
      long planned)
      throws IOException {
    RunInfo info = Runs.start(spec, folder);
    StageLog log = new StageLog(info.id(), settings.run().logStages());
    log.start("plan")
        .put("models", models.size())
        .put("models_left_out", leftOut.size())
        .end(planned / 1e9);
    RunReport report =
        new RunReport(info, folder, log)
            .put("models", models.stream().map(ResolvedModel::name).toList())
            .put("models_left_out", leftOut);
    Outcome outcome;
    try {
      Sweep sweep = new Sweep(session, settings, folder, info, log);
      Grid grid = sweep.plan(models);
      if (fresh) {
        folder.begin();
      }
      outcome = sweep.run(grid, evaluated, retryFailed, System.err);
    } catch (Exception e) { // Spark throws checked exceptions that it does not declare
      report.ended(Main.status(e), e);
      throw e;
    }
    int status =
        outcome.failed() == 0 && outcome.sequencesFailed() == 0 && leftOut.isEmpty()
            ? Main.OK
            : Main.FAILED;
    report.put(outcome).write(status);
    System.out.println();
    if (tables) {
      System.out.println(SizeTable.of(outcome.models(), settings.grid().allEncodings()));
    }
    System.out.print(SmallestTable.of(outcome.models()));
    System.out.print(SequenceTable.of(outcome.sequences()));
    System.out.println(PlanText.end(outcome, settings.run().out(), models));
    return status;
  }

  private Map<String, Object> flags() {
    List<String> kept = split("keep", keep);
    Flags flags = new Flags();
    from.put(flags);
    return flags
        .put("sparsities", sparsities)
        .put("pruning", pruning)
        .put("bits", bits)
        .put("codebooks", split("codebooks", codebooks))
        .put("rates", rates)
        .put("sqnr", sqnr)
        .put("lambda", lambda)
        .put("each", each)
        .put("encodings", split("encodings", encodings))
        .put("sequences", sequences)
        .put("fpr-threshold", fprThreshold)
        .put("seed", seed)
        .put("out", out)
        .put("keep", List.of("none").equals(kept) ? List.of() : kept)
        .put("timing-runs", timingRuns)
        .put("histograms", histograms)
        .put("products", products)
        .put("accuracy", noAccuracy ? Boolean.FALSE : null)
        .put("graph", NamedValue.byName("graph", graph))
        .put("data", data.name)
        .put("data-mean", data.mean)
        .put("data-deviation", data.deviation)
        .put("data-dir", data.folder)
        .put("cost", cost)
        .put("wave-seconds", waveSeconds)
        .put("skip-missing", skipMissing)
        .put("log-stages", logStages)
        .values();
  }

  private static List<String> split(String key, List<String> lists) {
    return lists == null ? null : Encodings.split(key, lists);
  }
}
