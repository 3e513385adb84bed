package dev.tersor.jobs.cli;

import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.RunInfo;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Model.CommandSpec;

/** Runs of commands that write. */
final class Runs {
  private Runs() {}

  /**
   * A run that starts now, with the command line that was given.
   *
   * @param folder where it writes, or null
   */
  static RunInfo start(CommandSpec spec, ResultsFolder folder) {
    String arguments = String.join(" ", spec.commandLine().getParseResult().originalArgs());
    return RunInfo.start(Version.get(), arguments, folder == null ? null : folder.newestRun());
  }

  /**
   * A folder of results that is there, for writing.
   *
   * @throws dev.tersor.jobs.config.UsageException if there are no results, or they cannot be
   *     written
   */
  static ResultsFolder existing(String out, Configuration configuration) {
    ResultsFolder.open(out, configuration);
    return ResultsFolder.create(out, configuration);
  }
}
