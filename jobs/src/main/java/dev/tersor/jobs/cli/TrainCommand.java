package dev.tersor.jobs.cli;

import dev.tersor.jobs.config.TrainingLoader;
import dev.tersor.jobs.config.TrainingSettings;
import dev.tersor.jobs.report.ShellWord;
import dev.tersor.jobs.report.TrainedTable;
import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.RunInfo;
import dev.tersor.jobs.train.Training;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains networks through the stages of Deep Compression. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Trains a network, prunes and retrains it, shares its weights and trains the centroids."
          + " Stores each result as a .tersor file and evaluates the decoded file.",
      "A training that was killed goes on where it was, if you start it again with the same"
          + " options. 'fetch' brings the data."
    })
final class TrainCommand implements Callable<Integer> {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "HOCON file, or name of a built-in training; flags go before it")
  String config;

  @Option(names = "--network", paramLabel = "NAME", description = "a model with a graph")
  String network;

  @Option(names = "--data", paramLabel = "NAME", description = "labelled set to train with")
  String data;

  @Option(names = "--seeds", split = ",", paramLabel = "N", description = "one training each")
  List<Long> seeds;

  @Option(
      names = "--densities",
      split = ",",
      paramLabel = "D",
      description = "shares of weights that stay, in (0, 1], or paper")
  List<String> densities;

  @Option(
      names = "--bits",
      split = ",",
      paramLabel = "B",
      description = "bits of a code, 1..8, 32 for no sharing, or paper")
  List<String> bits;

  @Option(
      names = "--codebooks",
      split = ",",
      paramLabel = "NAME",
      description = "uniform, lsq, linear, density, random, kmeans++, exact")
  List<String> codebooks;

  @Option(names = "--images", paramLabel = "N", description = "training images at most; 0: all")
  Integer images;

  @Option(names = "--dense-epochs", paramLabel = "N", description = "of the dense network")
  Integer denseEpochs;

  @Option(names = "--prune-epochs", paramLabel = "N", description = "of retraining")
  Integer pruneEpochs;

  @Option(names = "--share-epochs", paramLabel = "N", description = "of fine-tuning centroids")
  Integer shareEpochs;

  @Option(names = "--out", paramLabel = "DIR", description = "results folder (default: results)")
  String out;

  @Option(names = "--cache", paramLabel = "DIR", description = "cache folder that fetch wrote to")
  String cache;

  @Option(names = "--retry-failed", description = "try failed rows again")
  boolean retryFailed;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    TrainingSettings settings = TrainingLoader.load(config, flags());
    PrintStream console = System.err;
    ResultsFolder folder = ResultsFolder.create(settings.out(), HadoopSettings.get());
    try (Sessions spark = Sessions.start("train")) {
      SparkSession session = spark.session();
      RunInfo info = Runs.start(spec, folder);
      List<Row> rows = Training.of(session, settings, folder, info).run(retryFailed, console);
      System.out.print(TrainedTable.of(rows));
      long failed = rows.stream().filter(row -> !row.<Boolean>getAs("verified")).count();
      System.out.printf(
          "%d networks, %d failed; go on with%n  bin/sweep sql --out %s \"SELECT * FROM"
              + " trained\"%n",
          rows.size(), failed, ShellWord.of(settings.out()));
      return failed == 0 ? Main.OK : Main.FAILED;
    }
  }

  private java.util.Map<String, Object> flags() {
    return new Flags()
        .put("network", network)
        .put("data", data)
        .put("seeds", seeds)
        .put("densities", densities)
        .put("bits", bits)
        .put("codebooks", codebooks)
        .put("images", images)
        .put("dense.epochs", denseEpochs)
        .put("prune.epochs", pruneEpochs)
        .put("share.epochs", shareEpochs)
        .put("out", out)
        .put("cache", cache)
        .values();
  }
}
