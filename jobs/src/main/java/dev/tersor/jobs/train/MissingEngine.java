package dev.tersor.jobs.train;

import java.util.Locale;

/** What to do where PyTorch or its natives are not there. Loads nothing of them itself. */
final class MissingEngine {
  private MissingEngine() {}

  static String message(Throwable error) {
    String system = System.getProperty("os.name");
    String machine = System.getProperty("os.arch");
    return "PyTorch cannot be used on %s %s (%s); bin/sweep train brings it, or 'mvnw -Dquick -P%s package' puts its jars"
            .formatted(system, machine, error, profile(system, machine))
        + " into jobs/target/engines, for the class path of driver and executors";
  }

  /** The profile of jobs/pom.xml that brings the natives of a platform. */
  static String profile(String system, String machine) {
    String name = system.toLowerCase(Locale.ROOT);
    String family = name.startsWith("mac") ? "osx" : name.startsWith("windows") ? "win" : "linux";
    return "engine-" + family + (machine.equals("aarch64") ? "-aarch64" : "-x86_64");
  }
}
