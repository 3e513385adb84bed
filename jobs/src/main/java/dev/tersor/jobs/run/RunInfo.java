package dev.tersor.jobs.run;

import java.sql.Timestamp;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Facts of a run that its row in the runs table has.
 *
 * @param id unique, and sorting by time
 */
public record RunInfo(String id, Instant started, String version, String arguments) {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  /** Facts of a run that starts now. */
  public static RunInfo start(String version, String arguments) {
    Instant now = Instant.now();
    String id = TIME.format(now) + "-" + UUID.randomUUID().toString().substring(0, 6);
    return new RunInfo(id, now, version, arguments);
  }

  /** The name of a wave of the run. */
  public String wave(int number) {
    return "%s-%05d".formatted(id, number);
  }

  /** The run's row, at its end. */
  public Row row(long done, long skipped, long failed, JavaSparkContext spark) {
    return RowFactory.create(
        id,
        Timestamp.from(started),
        Timestamp.from(Instant.now()),
        version,
        arguments,
        spark.version(),
        Runtime.version().toString(),
        spark.master(),
        spark.defaultParallelism(),
        done,
        skipped,
        failed);
  }
}
