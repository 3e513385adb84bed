package dev.tersor.jobs.cli;

import dev.tersor.jobs.config.UsageException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/** What spark-submit tells a driver on this machine, for {@code bin/sweep}, which runs without. */
final class SparkDefaults {
  private static final String MASTER = "spark.master";

  private SparkDefaults() {}

  /**
   * Sets what {@code spark-defaults.conf} in {@code SPARK_CONF_DIR} says and nobody else did, as
   * system properties, where spark-submit named no master; all cores are the master then.
   *
   * @throws UsageException if the file cannot be read
   */
  static void set(Properties system, Map<String, String> environment) {
    if (system.getProperty(MASTER) != null) {
      return;
    }
    String folder = environment.get("SPARK_CONF_DIR");
    Path file = folder == null ? null : Path.of(folder, "spark-defaults.conf");
    if (file != null && Files.exists(file)) {
      Properties defaults = new Properties();
      try (Reader in = Files.newBufferedReader(file)) {
        defaults.load(in);
      } catch (IOException | IllegalArgumentException e) {
        throw new UsageException("spark: cannot read " + file + ": " + e.getMessage(), e);
      }
      defaults.forEach((name, value) -> system.putIfAbsent(name, ((String) value).strip()));
    }
    system.putIfAbsent(MASTER, "local[*]");
  }
}
