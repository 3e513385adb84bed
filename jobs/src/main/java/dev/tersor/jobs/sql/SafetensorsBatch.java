package dev.tersor.jobs.sql;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.tensor.Segment;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.source.HadoopSource;
import dev.tersor.jobs.source.HeldFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Reads the headers of safetensors files on the driver, and their weights in tasks, each a run of
 * segments of about 16 MiB.
 */
record SafetensorsBatch(List<String> files, StructType wanted, RowFilter filter) implements Batch {

  /** Segments that one task reads. */
  record Partition(List<SafetensorsRow> rows) implements InputPartition {}

  @Override
  public InputPartition[] planInputPartitions() {
    boolean reads = wantsValues();
    List<InputPartition> partitions = new ArrayList<>();
    List<SafetensorsRow> rows = new ArrayList<>();
    long weights = 0;
    for (SafetensorsRow row : rows()) {
      if (reads && weights > 0 && weights + row.segment().length() > Segment.MAX_WEIGHTS) {
        partitions.add(new Partition(List.copyOf(rows)));
        rows.clear();
        weights = 0;
      }
      rows.add(row);
      weights += row.segment().length();
    }
    if (!rows.isEmpty()) {
      partitions.add(new Partition(List.copyOf(rows)));
    }
    return partitions.toArray(new InputPartition[0]);
  }

  private boolean wantsValues() {
    return Arrays.asList(wanted.fieldNames()).contains(TensorSource.VALUES);
  }

  private List<SafetensorsRow> rows() {
    Configuration configuration = SparkSession.active().sparkContext().hadoopConfiguration();
    List<SafetensorsRow> rows = new ArrayList<>();
    for (String file : files) {
      try (HadoopSource source = new HadoopSource(file, configuration)) {
        Checkpoint checkpoint = Checkpoint.open(HeldFile.within(source));
        if (checkpoint.format() != Checkpoint.Format.SAFETENSORS) {
          throw new UsageException(
              "safetensors: %s is a file of %s".formatted(file, checkpoint.format()));
        }
        for (StoredTensor tensor : checkpoint.tensors()) {
          for (Segment segment : Segment.cut(tensor.shape())) {
            SafetensorsRow row =
                new SafetensorsRow(source.length(), source.modified(), tensor, segment);
            if (filter.test(row.withoutValues())) {
              rows.add(row);
            }
          }
        }
      } catch (MalformedInputException | IllegalArgumentException e) {
        throw new UsageException("safetensors: " + e.getMessage(), e);
      } catch (IOException e) {
        throw new UsageException("safetensors: cannot read " + file + ": " + e.getMessage(), e);
      }
    }
    return rows;
  }

  @Override
  public PartitionReaderFactory createReaderFactory() {
    return readerFactory(wanted.fieldNames(), TaskConfiguration.broadcast());
  }

  // Static, so that tasks get no more than they need.
  private static PartitionReaderFactory readerFactory(
      String[] wanted, Broadcast<SerializableConfiguration> configuration) {
    return partition ->
        new RowReader(
            new SafetensorsRows(((Partition) partition).rows(), configuration.value().value()),
            wanted,
            RowFilter.NONE);
  }
}
