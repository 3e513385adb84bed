package dev.tersor.jobs.cli;

import java.util.Properties;
import org.apache.hadoop.conf.Configuration;

/** What Hadoop is told before there is a Spark session: bad input is told before Spark starts. */
final class HadoopSettings {
  private static final String PREFIX = "spark.hadoop.";

  private HadoopSettings() {}

  /**
   * Hadoop's own files, and over them what Spark's settings (system properties) say after {@code
   * spark.hadoop.}; loads nothing of Spark.
   */
  static Configuration get() {
    Configuration configuration = new Configuration();
    Properties properties = System.getProperties();
    for (String name : properties.stringPropertyNames()) {
      if (name.startsWith(PREFIX)) {
        configuration.set(name.substring(PREFIX.length()), properties.getProperty(name));
      }
    }
    return configuration;
  }
}
