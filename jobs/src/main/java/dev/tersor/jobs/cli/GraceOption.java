package dev.tersor.jobs.cli;

import dev.tersor.jobs.upkeep.KeepRule;
import java.time.Duration;
import java.util.Locale;
import picocli.CommandLine.Option;

/** How long replaced files stay for those who read them. */
final class GraceOption {
  @Option(
      names = "--grace",
      paramLabel = "AGE",
      defaultValue = "24h",
      description =
          "replaced files are deleted after it; longer than any run (default: ${DEFAULT-VALUE})")
  private String text;

  Duration age() {
    return KeepRule.age("grace", text);
  }

  void say(int deleted) {
    System.out.printf(
        Locale.ROOT, "deleted: %,d files that others replaced more than %s ago%n", deleted, text);
  }
}
