package dev.tersor.jobs.sql;

import dev.tersor.jobs.config.UsageException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.function.Executable;

/** A session as anyone starts one, with nothing said about Tersor. */
public final class LocalSpark {
  private LocalSpark() {}

  public static SparkSession start() {
    return builder().getOrCreate();
  }

  public static SparkSession.Builder builder() {
    return SparkSession.builder()
        .master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1");
  }

  /** Bytes that an action reads of local files. */
  static long bytesRead(Executable action) throws Throwable {
    long before = bytesRead();
    action.execute();
    return bytesRead() - before;
  }

  private static long bytesRead() {
    var statistics = FileSystem.getGlobalStorageStatistics().get("file");
    return statistics == null ? 0 : statistics.getLong("bytesRead");
  }

  /** What the user is told, wherever the error comes from. */
  static String error(Executable action) {
    try {
      action.execute();
    } catch (Throwable e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof UsageException) {
          return cause.getMessage();
        }
      }
      throw new AssertionError("no word to the user in " + e, e);
    }
    throw new AssertionError("no error");
  }
}
