package dev.tersor.jobs.cli;

import dev.tersor.jobs.decode.Verification;
import dev.tersor.jobs.table.ResultsFolder;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Reads every stored tensor and decodes it. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = "Reads every stored container, decodes it and checks it against its row.")
final class VerifyCommand implements Callable<Integer> {
  @Mixin OutOption results;

  @Override
  public Integer call() throws IOException {
    ResultsFolder folder = ResultsFolder.open(results.out, HadoopSettings.get());
    try (Sessions spark = Sessions.start("verify")) {
      SparkSession session = spark.session();
      Verification verification = folder.reading(() -> Verification.of(session, folder));
      List<Row> damaged = verification.damaged();
      for (Row row : damaged) {
        System.err.println("damaged: " + row.getString(0) + ": " + row.getString(1));
      }
      System.out.println(
          String.format(
              Locale.ROOT,
              "%,d stored containers read, %,d damaged",
              verification.containers(),
              damaged.size()));
      return damaged.isEmpty() ? Main.OK : Main.FAILED;
    }
  }
}
