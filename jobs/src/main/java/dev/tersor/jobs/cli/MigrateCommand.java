package dev.tersor.jobs.cli;

import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.source.WholeFile;
import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.RunInfo;
import dev.tersor.jobs.upkeep.Migration;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Results of 0.1.0 as those of this version. */
@Command(
    name = "migrate",
    mixinStandardHelpOptions = true,
    description = {
      "Writes the results that 0.1.0 left in a folder into a new one, where sweeps go on. The old"
          + " folder stays as it is.",
      "One that was killed goes on where it was, if you start it again with the same options."
    })
final class MigrateCommand implements Callable<Integer> {
  @Mixin OutOption results;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "DIR",
      description = "results folder to write; new, or one that a migration began")
  String to;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Configuration hadoop = HadoopSettings.get();
    ResultsFolder from = ResultsFolder.open(results.out, hadoop);
    if (!from.isEarlier()) {
      throw new UsageException("out: " + results.out + " has the layout of this version already");
    }
    ResultsFolder folder = ResultsFolder.create(to, hadoop);
    try (Sessions spark = Sessions.start("migrate")) {
      SparkSession session = spark.session();
      RunInfo info = Runs.start(spec, folder);
      copyNetworks(from.root(), folder.root(), hadoop);
      new Migration(session, from, folder, info.id())
          .run()
          .forEach(
              (table, rows) ->
                  System.out.printf(Locale.ROOT, "%s: %,d rows%n", table.label(), rows));
      return Main.OK;
    }
  }

  /** The files of trained networks, which keep their names; one that is there is the same. */
  private static void copyNetworks(Path from, Path to, Configuration hadoop) throws IOException {
    Path networks = new Path(from, "networks");
    FileSystem source = networks.getFileSystem(hadoop);
    if (!source.exists(networks)) {
      return;
    }
    FileSystem target = to.getFileSystem(hadoop);
    for (var file : source.listStatus(networks)) {
      Path copy = new Path(new Path(to, "networks"), file.getPath().getName());
      if (file.isFile() && !target.exists(copy)) {
        WholeFile.write(
            target,
            copy,
            WholeFile.Existing.STAYS,
            out -> {
              try (InputStream in = source.open(file.getPath())) {
                in.transferTo(out);
              }
            });
      }
    }
  }
}
