package dev.tersor.jobs.cli;

import dev.tersor.jobs.config.CostModel;
import dev.tersor.jobs.cost.CostFit;
import dev.tersor.jobs.source.NewFile;
import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.Table;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The rates that times are estimated by. */
@Command(
    name = "cost",
    mixinStandardHelpOptions = true,
    description = {
      "Fits the rates of a plan to the times of measured cells. A fifth of the units is held"
          + " out; it prints how far off the estimates of those are."
    })
final class CostCommand implements Callable<Integer> {
  @Mixin OutOption results;

  @Option(
      names = "--to",
      paramLabel = "FILE",
      description = "file of rates to write, for sweep --cost; must not exist")
  String to;

  @Override
  public Integer call() throws IOException {
    Configuration hadoop = HadoopSettings.get();
    ResultsFolder folder = ResultsFolder.open(results.out, hadoop);
    try (Sessions spark = Sessions.start("cost")) {
      SparkSession session = spark.session();
      CostFit.Result fit =
          folder.reading(
              () ->
                  CostFit.of(
                      folder.table(session, Table.CELLS),
                      "Java " + Runtime.version().feature() + ", " + System.getProperty("os.arch"),
                      CostModel.load("")));
      System.out.printf(
          Locale.ROOT,
          "fitted to %,d units; estimated over measured times of %,d that were held out:"
              + " median %.3f, 10 %% %.3f, 90 %% %.3f, sums %.3f%n",
          fit.fitted(),
          fit.ratios().size(),
          fit.quantile(0.5),
          fit.quantile(0.1),
          fit.quantile(0.9),
          fit.total());
      if (to != null) {
        byte[] text = fit.model().render().getBytes(StandardCharsets.UTF_8);
        NewFile.write("to", to, hadoop, out -> out.write(text));
      }
    }
    return Main.OK;
  }
}
