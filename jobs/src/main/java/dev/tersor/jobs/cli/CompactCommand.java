package dev.tersor.jobs.cli;

import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.RunInfo;
import dev.tersor.jobs.upkeep.Compaction;
import dev.tersor.jobs.upkeep.Upkeep;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Few files for many. */
@Command(
    name = "compact",
    mixinStandardHelpOptions = true,
    description = {
      "Puts the small files of each table together, each fact once, and checks that all of them"
          + " are in the new files. The old ones are deleted when nobody reads them any more."
    })
final class CompactCommand implements Callable<Integer> {
  private static final long MEGABYTE = 1L << 20;

  @Mixin OutOption results;

  @Option(
      names = "--target-mb",
      paramLabel = "N",
      defaultValue = "128",
      description = "size of a file; smaller than half of it is small (default: ${DEFAULT-VALUE})")
  long targetMegabytes;

  @Mixin GraceOption grace;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (targetMegabytes < 1 || targetMegabytes > MEGABYTE) {
      throw new UsageException("target-mb: " + targetMegabytes + " is not a number in 1..1048576");
    }
    Duration unread = grace.age();
    ResultsFolder folder = Runs.existing(results.out, HadoopSettings.get());
    try (Sessions spark = Sessions.start("compact")) {
      SparkSession session = spark.session();
      RunInfo info = Runs.start(spec, folder);
      Upkeep upkeep = folder.reading(() -> new Upkeep(session, folder, unread));
      List<Compaction.Result> done =
          folder.reading(
              () -> new Compaction(session, folder, info, upkeep).run(targetMegabytes * MEGABYTE));
      for (Compaction.Result result : done) {
        System.out.printf(
            Locale.ROOT,
            "%s: %,d files of %,d bytes are %,d of %,d bytes%n",
            result.table().label(),
            result.files(),
            result.bytes(),
            result.into(),
            result.intoBytes());
      }
      if (done.isEmpty()) {
        System.out.println("nothing to put together");
      }
      grace.say(upkeep.clean());
      return Main.OK;
    }
  }
}
