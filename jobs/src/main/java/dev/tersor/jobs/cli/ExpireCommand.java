package dev.tersor.jobs.cli;

import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.table.Leftovers;
import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.RunInfo;
import dev.tersor.jobs.table.RunLock;
import dev.tersor.jobs.upkeep.Expiry;
import dev.tersor.jobs.upkeep.KeepRule;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
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
      "Takes the rows of old runs out of the tables. Rows that a newer run stands on stay. Then it"
          + " deletes what no table needs: _old, replaced files, and what dead writers left.",
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

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if ((keepRuns == null) == (olderThan == null)) {
      throw new UsageException("expire: one of --keep-runs N and --older-than AGE says what stays");
    }
    // Bad ages are told before a session starts.
    rule(Instant.now());
    Configuration hadoop = HadoopSettings.get();
    ResultsFolder folder =
        dryRun ? ResultsFolder.open(results.out, hadoop) : Runs.existing(results.out, hadoop);
    try (Sessions spark = Sessions.start("expire")) {
      SparkSession session = spark.session();
      if (dryRun) {
        // Without the lock: whoever is writing may take files away meanwhile.
        return folder.reading(
            () -> {
              Expiry expiry = Expiry.of(session, folder, rule(Instant.now()));
              Leftovers leftovers = folder.leftovers(expiry.surviving());
              say("would expire", expiry);
              say("would be deleted beside files of these rows", leftovers);
              return Main.OK;
            });
      }
      RunInfo info = Runs.start(spec, folder);
      try (RunLock lock = RunLock.take(folder, info.id())) {
        folder.recover();
        Expiry expiry = Expiry.of(session, folder, rule(folder.now()));
        expiry.commit(info);
        say("expired", expiry);
        Leftovers leftovers = folder.leftovers(expiry.surviving());
        leftovers.delete();
        say("deleted", leftovers);
      }
      return Main.OK;
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

  private static void say(String what, Leftovers leftovers) {
    System.out.printf(
        Locale.ROOT,
        "%s: %,d files and folders, %,d bytes%n",
        what,
        leftovers.items().size(),
        leftovers.bytes());
    Map<String, List<Leftovers.Item>> byFolder =
        leftovers.items().stream()
            .collect(
                Collectors.groupingBy(
                    item -> item.path().split("/", 2)[0], TreeMap::new, Collectors.toList()));
    byFolder.forEach(
        (folder, items) ->
            System.out.printf(
                Locale.ROOT,
                "  %s: %,d, %,d bytes%n",
                folder,
                items.size(),
                items.stream().mapToLong(Leftovers.Item::bytes).sum()));
  }
}
