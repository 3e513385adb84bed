package dev.tersor.jobs.cli;

import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import scala.Option;

/**
 * The Spark session of a command, with what the tables need: one that it starts and stops, or where
 * Spark runs already, in a notebook for instance, one beside those of others.
 */
final class Sessions implements AutoCloseable {
  private static final Map<String, String> SETTINGS =
      Map.of(
          "spark.sql.session.timeZone",
          "UTC",
          // A model that is called 18 is still called by a string.
          "spark.sql.sources.partitionColumnTypeInference.enabled",
          "false",
          "spark.sql.debug.maxToStringFields",
          "200",
          "spark.sql.parquet.compression.codec",
          "zstd",
          // The files of a table are looked at by a job of few tasks, not of one each.
          "spark.sql.sources.parallelPartitionDiscovery.parallelism",
          "32");

  /** The one that {@link #startFirstInCluster} started, until a command takes it over. */
  private static Sessions startedFirst;

  private final SparkSession session;
  private final boolean isOwn;

  private Sessions(SparkSession session, boolean isOwn) {
    this.session = session;
    this.isOwn = isOwn;
  }

  /**
   * Starts Spark before what may take minutes, where a cluster runs the driver: YARN gives it 100
   * seconds to start Spark. {@link #start} finds that session.
   */
  static void startFirstInCluster(String command) {
    if (isInCluster()) {
      startedFirst = start(command);
    }
  }

  /** Whether a cluster runs the driver. */
  static boolean isInCluster() {
    return "cluster".equals(System.getProperty("spark.submit.deployMode"));
  }

  /**
   * Starts Spark, unless it runs.
   *
   * @throws dev.tersor.jobs.config.UsageException saying what to set, if it cannot start on this
   *     machine
   */
  static Sessions start(String command) {
    if (startedFirst != null) {
      Sessions first = startedFirst;
      startedFirst = null;
      return first;
    }
    if (isRunning()) {
      SparkSession beside = running().newSession();
      SETTINGS.forEach(beside.conf()::set);
      return new Sessions(beside, false);
    }
    // Before Spark does it, and logs pages of what came of it.
    JavaCheck.require();
    new LocalMachine(new SparkConf()).check();
    SparkSession.Builder builder = SparkSession.builder().appName("tersor " + command);
    SETTINGS.forEach(builder::config);
    return new Sessions(builder.getOrCreate(), true);
  }

  /** Whether Spark runs in this JVM. */
  static boolean isRunning() {
    Option<SparkSession> running = SparkSession.getDefaultSession();
    return running.isDefined() && !running.get().sparkContext().isStopped();
  }

  /** The session of whoever started Spark. */
  static SparkSession running() {
    return SparkSession.getDefaultSession().get();
  }

  SparkSession session() {
    return session;
  }

  @Override
  public void close() {
    if (isOwn) {
      session.stop();
    }
  }
}
