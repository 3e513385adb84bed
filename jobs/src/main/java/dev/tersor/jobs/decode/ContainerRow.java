package dev.tersor.jobs.decode;

import dev.tersor.jobs.plan.Setting;
import org.apache.hadoop.fs.Path;

/**
 * A row of the table of containers, without its container.
 *
 * @param file the Parquet file that it lies in
 * @param index its number there
 */
record ContainerRow(
    Path file,
    long index,
    String runId,
    String key,
    String model,
    String tensor,
    int segment,
    String shape,
    long params,
    String weightsHash,
    Setting setting) {}
