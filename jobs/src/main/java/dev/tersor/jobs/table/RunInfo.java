package dev.tersor.jobs.table;

import java.sql.Timestamp;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Facts of a run that its row in the runs table has.
 *
 * @param id unique, and sorting by time
 */
public record RunInfo(String id, Instant started, String version, String arguments) {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);
  private static final int TIME_LENGTH = 15;

  /**
   * Facts of a run that starts now.
   *
   * @param newest run that wrote last where this one will, or null: the id sorts after it, whatever
   *     the clock says
   */
  public static RunInfo start(String version, String arguments, String newest) {
    Instant now = Instant.now();
    return new RunInfo(id(now, newest), now, version, arguments);
  }

  static String id(Instant now, String newest) {
    Instant time = now.truncatedTo(ChronoUnit.SECONDS);
    if (newest != null && newest.matches("\\d{8}-\\d{6}-.*")) {
      Instant last = TIME.parse(newest.substring(0, TIME_LENGTH), Instant::from);
      if (!time.isAfter(last)) {
        time = last.plusSeconds(1);
      }
    }
    return TIME.format(time) + "-" + UUID.randomUUID().toString().substring(0, 6);
  }

  /** The run's row, at its end. */
  public RowBuilder row(long done, long skipped, long failed, JavaSparkContext spark) {
    return new RowBuilder(Table.RUNS)
        .set("run_id", id)
        .set("started", Timestamp.from(started))
        .set("finished", Timestamp.from(Instant.now()))
        .set("version", version)
        .set("arguments", arguments)
        .set("spark_version", spark.version())
        .set("java_version", Runtime.version().toString())
        .set("master", spark.master())
        .set("cores", spark.defaultParallelism())
        .set("cells_done", done)
        .set("cells_skipped", skipped)
        .set("cells_failed", failed);
  }
}
