package dev.tersor.jobs.cli;

import dev.tersor.jobs.config.EvaluationSettings;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.evaluate.FileEvaluation;
import dev.tersor.jobs.inference.Engine;
import dev.tersor.jobs.inference.TestNetwork;
import dev.tersor.jobs.inference.TestNetworks;
import dev.tersor.jobs.report.AccuracyTable;
import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.RunInfo;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The accuracy of networks in files. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs networks on the test images of a data set and prints their top-1 accuracy. Each file"
          + " is a Spark task.",
      "A model description (--model), an ONNX file (--graph and --data), or the file itself if it"
          + " is an ONNX model (--data alone) says how the layers compute.",
      "Exit status 1 if a file failed."
    })
final class EvaluateCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "FILE",
      arity = "1..*",
      description = "checkpoints (safetensors, PyTorch, ONNX, Keras, npz) and .tersor files")
  List<String> files;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "the described model whose weights these files hold")
  String model;

  @Option(
      names = "--graph",
      paramLabel = "PATH",
      description = "ONNX file that says how the layers compute")
  String graph;

  @Mixin DataOption data;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "results folder whose table models gets a row for each .tersor file")
  String out;

  @Option(
      names = "--models-dir",
      paramLabel = "DIR",
      defaultValue = "conf/models",
      description = "folder of NAME.conf models (default: ${DEFAULT-VALUE})")
  String modelsDir;

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      defaultValue = "",
      description = "folder of fetched data sets")
  String cache;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (model != null && (graph != null || data.name != null)) {
      throw new UsageException(
          "model: "
              + model
              + " says how it computes and on what it is tested: leave out "
              + (graph != null ? "--graph" : "--data"));
    }
    if (model == null && data.name == null) {
      throw new UsageException(
          "evaluate: --model NAME, or --data NAME for files that are ONNX models, or --graph"
              + " NET.onnx --data NAME says what to run on what");
    }
    EvaluationSettings settings =
        new EvaluationSettings(
            true,
            Map.of(),
            data.name == null ? "" : data.name,
            data.mean == null ? List.of() : data.mean,
            data.deviation == null ? List.of() : data.deviation,
            data.folder == null ? "conf/data" : data.folder);
    Engine.check();
    Sessions.startFirstInCluster("evaluate");
    Configuration hadoop = HadoopSettings.get();
    TestNetworks networks = new TestNetworks(settings, modelsDir, cache, hadoop);
    TestNetwork network =
        model != null ? networks.described(model) : graph != null ? networks.onnx(graph) : null;
    String set = network == null ? settings.data() : network.data();
    FileEvaluation.Test test =
        new FileEvaluation.Test(
            network,
            set,
            settings.mean(),
            settings.deviation(),
            networks.images(set),
            model == null ? "" : model);
    ResultsFolder folder = out == null ? null : ResultsFolder.create(out, hadoop);
    try (Sessions spark = Sessions.start("evaluate")) {
      SparkSession session = spark.session();
      return evaluate(session, test, folder);
    }
  }

  /**
   * @param folder for the rows, or null
   */
  private int evaluate(SparkSession session, FileEvaluation.Test test, ResultsFolder folder)
      throws IOException {
    FileEvaluation evaluation = new FileEvaluation(session);
    List<FileEvaluation.Result> results;
    if (folder == null) {
      results = evaluation.of(files, test, Runs.start(spec, null));
    } else {
      RunInfo info = Runs.start(spec, folder);
      results = evaluation.of(files, test, info);
      evaluation.write(results, folder, info);
    }
    System.out.print(AccuracyTable.of(results));
    boolean failed = results.stream().anyMatch(result -> result.error() != null);
    return failed ? Main.FAILED : Main.OK;
  }
}
