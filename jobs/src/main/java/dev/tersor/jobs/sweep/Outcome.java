package dev.tersor.jobs.sweep;

import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;

/**
 * How a sweep ended.
 *
 * @param models rows of the models table for this sweep's grid
 * @param sequences rows of the sequences table for this sweep's grid
 * @param done cells computed now
 * @param skipped cells that the results held already
 * @param failed cells of the grid without a verified result
 * @param failures those of them that have a row, by error
 * @param seconds of the whole run
 * @param waves of its waves
 */
public record Outcome(
    List<Row> models,
    List<Row> sequences,
    long done,
    long skipped,
    long failed,
    List<Map<String, Object>> failures,
    double seconds,
    WaveTimes waves) {
  /** Sequences without a verified result. */
  public long sequencesFailed() {
    return sequences.stream().filter(row -> !row.<Boolean>getAs("verified")).count();
  }
}
