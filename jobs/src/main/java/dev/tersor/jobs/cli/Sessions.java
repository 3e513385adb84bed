package dev.tersor.jobs.cli;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;
import org.apache.spark.sql.SparkSession;

/** Spark sessions with what the tables need. */
final class Sessions {
  private static final DateTimeFormatter RUN_ID =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  private Sessions() {}

  /** An identity for a run: unique, and sorting by time. */
  static String runId(Instant started) {
    return RUN_ID.format(started) + "-" + UUID.randomUUID().toString().substring(0, 6);
  }

  static SparkSession start(String command) {
    return SparkSession.builder()
        .appName("tersor " + command)
        .config("spark.sql.session.timeZone", "UTC")
        // A model that is called 18 is still called by a string.
        .config("spark.sql.sources.partitionColumnTypeInference.enabled", "false")
        .config("spark.sql.debug.maxToStringFields", "200")
        .config("spark.sql.parquet.compression.codec", "zstd")
        .getOrCreate();
  }
}
