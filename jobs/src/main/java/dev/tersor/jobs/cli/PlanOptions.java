package dev.tersor.jobs.cli;

import dev.tersor.jobs.config.SweepSettings;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.plan.Forecast;
import dev.tersor.jobs.report.PlanText;
import dev.tersor.jobs.source.ResolvedModel;
import java.util.List;
import picocli.CommandLine.Option;

/** What a sweep would come to, instead of a sweep. */
final class PlanOptions {
  private static final int MOST_CORES = 10_000;

  @Option(names = "--dry-run", description = "print the grid and its estimated cost, write nothing")
  boolean dryRun;

  @Option(
      names = "--executors",
      paramLabel = "N",
      description = "with --dry-run: plan for N executors, which need not be there")
  Integer executors;

  @Option(
      names = "--cores-per-executor",
      paramLabel = "N",
      defaultValue = "1",
      description = "cores of each of them (default: ${DEFAULT-VALUE})")
  int coresPerExecutor;

  /**
   * @throws UsageException if there are executors without a dry run, or numbers that cannot be
   */
  void check() {
    if (executors != null && !dryRun) {
      throw new UsageException("executors: only --dry-run plans for executors that are not there");
    }
    if (executors != null && (executors < 1 || executors > MOST_CORES)) {
      throw new UsageException("executors: " + executors + ", expected 1.." + MOST_CORES);
    }
    if (coresPerExecutor < 1 || coresPerExecutor > MOST_CORES) {
      throw new UsageException(
          "cores-per-executor: " + coresPerExecutor + ", expected 1.." + MOST_CORES);
    }
  }

  /**
   * The plan, as text.
   *
   * @param present cores of this Spark, which count where no executors are named
   */
  String of(SweepSettings settings, List<ResolvedModel> models, int present) {
    int cores = executors == null ? present : Math.multiplyExact(executors, coresPerExecutor);
    String where =
        executors == null
            ? "those of this Spark"
            : executors + " executors of " + coresPerExecutor + ", simulated";
    return PlanText.grid(settings.grid(), models, Forecast.of(settings, models, cores), where);
  }
}
