package dev.tersor.jobs.cli;

import dev.tersor.jobs.comparison.Comparison;
import dev.tersor.jobs.comparison.Run;
import dev.tersor.jobs.comparison.RunHistory;
import dev.tersor.jobs.comparison.RunState;
import dev.tersor.jobs.comparison.Tolerances;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.report.ComparisonJson;
import dev.tersor.jobs.report.ComparisonText;
import dev.tersor.jobs.source.NewFile;
import dev.tersor.jobs.table.ResultsFolder;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Two runs, or two results folders, cell by cell. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Compares two runs, or two results folders, cell by cell. Lists cells that fail now, cells"
          + " that vanished, and cells that are larger, less accurate or slower by more than a"
          + " tolerance.",
      "Exit status 0: nothing is worse; 1: something is; 2: bad input, or nothing in common."
    })
final class CompareCommand implements Callable<Integer> {
  @Mixin OutOption results;

  @Option(
      names = "--run",
      paramLabel = "ID",
      description = "results as of this run (default: the newest that ended)")
  String run;

  @Option(
      names = "--with",
      paramLabel = "ID",
      description = {
        "what they are compared with: results as of this run (default: the newest earlier run",
        "without failed cells; with --with-out the newest run)"
      })
  String with;

  @Option(
      names = "--with-out",
      paramLabel = "DIR",
      description = "results folder that they are compared with (default: the same)")
  String withOut;

  @Option(
      names = "--models",
      split = ",",
      paramLabel = "NAME",
      description = "models to compare (default: all)")
  List<String> models = List.of();

  @Option(
      names = "--tolerance-size",
      paramLabel = "PERCENT",
      defaultValue = "0%",
      description = "of bytes (default: ${DEFAULT-VALUE})")
  String toleranceSize;

  @Option(
      names = "--tolerance-error",
      paramLabel = "PERCENT",
      defaultValue = "0.1%",
      description = "of the mean squared error (default: ${DEFAULT-VALUE})")
  String toleranceError;

  @Option(
      names = "--tolerance-accuracy",
      paramLabel = "POINTS",
      defaultValue = "0.1",
      description = "percentage points of top-1 accuracy (default: ${DEFAULT-VALUE})")
  double toleranceAccuracy;

  @Option(
      names = "--tolerance-speed",
      paramLabel = "PERCENT",
      defaultValue = "20%",
      description = {
        "of encode and decode time in copies, and of products in dense products, where they were",
        "timed several times (default: ${DEFAULT-VALUE})"
      })
  String toleranceSpeed;

  @Option(
      names = "--same-weights",
      description = "leave out cells whose model has other weights than before")
  boolean sameWeights;

  @Option(
      names = "--ignore-vanished",
      description = "count cells that vanished, but not as regressions")
  boolean ignoreVanished;

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "20",
      description = "rows of each table to print (default: ${DEFAULT-VALUE})")
  int rows;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "write all of it as JSON; the file must not exist")
  String json;

  @Override
  public Integer call() throws IOException {
    if (rows < 0) {
      throw new UsageException("rows: " + rows + ", expected a number of at least 0");
    }
    Comparison.Options options =
        new Comparison.Options(
            models,
            new Tolerances(
                Tolerances.parse("tolerance-size", toleranceSize),
                Tolerances.parse("tolerance-error", toleranceError),
                toleranceAccuracy,
                Tolerances.parse("tolerance-speed", toleranceSpeed)),
            sameWeights,
            ignoreVanished);
    Configuration hadoop = HadoopSettings.get();
    ResultsFolder folder = ResultsFolder.open(results.out, hadoop);
    ResultsFolder others = withOut == null ? folder : ResultsFolder.open(withOut, hadoop);
    try (Sessions spark = Sessions.start("compare")) {
      SparkSession session = spark.session();
      if (withOut == null) {
        return folder.reading(() -> compare(session, folder, folder, options));
      }
      return folder.reading(() -> others.reading(() -> compare(session, folder, others, options)));
    }
  }

  private int compare(
      SparkSession session, ResultsFolder folder, ResultsFolder others, Comparison.Options options)
      throws IOException {
    RunHistory runs = new RunHistory(session, folder, models);
    Run newer = run == null ? runs.newest() : runs.get("run", run);
    RunState before;
    if (others == folder) {
      before = runs.at(with == null ? runs.lastGoodBefore(newer) : runs.get("with", with));
      if (before.run().id().compareTo(newer.id()) >= 0) {
        throw new UsageException(
            "with: run " + before.run().id() + " is not before run " + newer.id());
      }
    } else {
      RunHistory earlier = new RunHistory(session, others, models);
      before = earlier.at(with == null ? earlier.newest() : earlier.get("with", with));
    }
    try (Comparison comparison = Comparison.of(session, before, runs.at(newer), options)) {
      String text = ComparisonText.of(comparison, rows);
      if (json != null) {
        Configuration hadoop = session.sparkContext().hadoopConfiguration();
        NewFile.write("json", json, hadoop, out -> ComparisonJson.write(comparison, out));
      }
      System.out.print(text);
      return comparison.regressionCounts().isEmpty() ? Main.OK : Main.FAILED;
    }
  }
}
