package dev.tersor.jobs.cli;

import picocli.CommandLine.Option;

/** The option of every command that reads results. */
final class OutOption {
  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "results",
      description = "results folder (default: ${DEFAULT-VALUE})")
  String out;
}
