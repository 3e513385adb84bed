package dev.tersor.jobs.run;

import java.util.List;
import org.apache.spark.sql.Row;

/**
 * How a sweep ended.
 *
 * @param models rows of the models table for this sweep's grid
 * @param done cells computed now
 * @param skipped cells that the results held already
 * @param failed cells of the grid without a verified result
 * @param seconds of the whole run
 * @param waves of its waves
 */
public record Outcome(
    List<Row> models, long done, long skipped, long failed, double seconds, WaveTimes waves) {}
