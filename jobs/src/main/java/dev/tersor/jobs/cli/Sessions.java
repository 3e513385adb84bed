package dev.tersor.jobs.cli;

import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** Spark sessions with what the tables need. */
final class Sessions {
  private Sessions() {}

  /**
   * Starts Spark before what may take minutes, where a cluster runs the driver: YARN gives it 100
   * seconds to start Spark. {@link #start} finds that session.
   */
  static void startFirstInCluster(String command) {
    if (System.getProperty("spark.submit.deployMode", "client").equals("cluster")) {
      start(command);
    }
  }

  /**
   * Starts Spark.
   *
   * @throws dev.tersor.jobs.config.UsageException saying what to set, if it cannot start on this
   *     machine
   */
  static SparkSession start(String command) {
    // Before Spark does it, and logs pages of what came of it.
    JavaCheck.require();
    new LocalMachine(new SparkConf()).check();
    return SparkSession.builder()
        .appName("tersor " + command)
        .config("spark.sql.session.timeZone", "UTC")
        // A model that is called 18 is still called by a string.
        .config("spark.sql.sources.partitionColumnTypeInference.enabled", "false")
        .config("spark.sql.debug.maxToStringFields", "200")
        .config("spark.sql.parquet.compression.codec", "zstd")
        // The files of a snapshot are looked at by a job of few tasks, not of one each.
        .config("spark.sql.sources.parallelPartitionDiscovery.parallelism", "32")
        // A file a model is open at once; else Spark sorts rows by model, containers and all.
        .config("spark.sql.maxConcurrentOutputFileWriters", "16")
        .getOrCreate();
  }
}
