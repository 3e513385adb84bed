package dev.tersor.jobs.sql;

import java.io.IOException;
import org.apache.spark.sql.SparkSession;

/**
 * For bin/startup: starts Spark and ends, which is what commands are compared with; with the name
 * of a folder, also writes a table of 30,000 cells there.
 */
public final class BareSession {
  private BareSession() {}

  public static void main(String[] args) throws IOException {
    try (SparkSession session =
        SparkSession.builder().master("local[*]").appName("bare").getOrCreate()) {
      if (args.length > 0) {
        GeneratedCells.write(session, args[0]);
      }
    }
  }
}
