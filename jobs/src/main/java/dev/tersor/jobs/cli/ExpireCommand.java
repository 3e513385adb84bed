package dev.tersor.jobs.cli;

import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.RunInfo;
import dev.tersor.jobs.table.TableWriter;
import dev.tersor.jobs.upkeep.Expiry;
import dev.tersor.jobs.upkeep.KeepRule;
import dev.tersor.jobs.upkeep.Upkeep;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Old runs out of the tables. */
@Command(
    name = "expire",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Takes the rows of old runs out of the tables. Rows that a newer run stands on stay. Files"
          + " that hold none any more are deleted when nobody reads them.",
      "The last run always stays, and so do runs that trained networks."
    })
final class ExpireCommand implements Callable<Integer> {
  @Option(names = "--keep-runs", paramLabel = "N", description = "the last N runs stay")
  Integer keepRuns;

  @Option(
      names = "--older-than",
      paramLabel = "AGE",
      description = "runs that ended longer ago expire: 12h, 30d, 8w")
  String olderThan;

  @Mixin OutOption results;

  @Option(names = "--dry-run", description = "say what would go, change nothing")
  boolean dryRun;

  @Mixin GraceOption grace;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if ((keepRuns == null) == (olderThan == null)) {
      throw new UsageException("expire: one of --keep-runs N and --older-than AGE says what stays");
    }
    // Bad ages are told before a session starts.
    rule(Instant.now());
    Duration unread = grace.age();
    ResultsFolder folder = Runs.existing(results.out, HadoopSettings.get());
    try (Sessions spark = Sessions.start("expire")) {
      SparkSession session = spark.session();
      RunInfo info = Runs.start(spec, folder);
      return folder.reading(
          () -> {
            Upkeep upkeep = new Upkeep(session, folder, unread);
            if (!dryRun) {
              upkeep.restore(new TableWriter(session, folder, info.id()));
            }
            Expiry expiry = Expiry.of(session, folder, upkeep, rule(upkeep.now()));
            if (dryRun) {
              say("would expire", expiry);
              return Main.OK;
            }
            expiry.commit(info);
            say("expired", expiry);
            grace.say(upkeep.clean());
            return Main.OK;
          });
    }
  }

  private KeepRule rule(Instant now) {
    return keepRuns != null ? KeepRule.last(keepRuns) : KeepRule.youngerThan(olderThan, now);
  }

  private static void say(String what, Expiry expiry) {
    System.out.printf(Locale.ROOT, "%s: %,d runs%n", what, expiry.expired().size());
    expiry
        .rows()
        .forEach(
            (table, rows) ->
                System.out.printf(Locale.ROOT, "  %,d rows of %s%n", rows, table.label()));
  }
}
