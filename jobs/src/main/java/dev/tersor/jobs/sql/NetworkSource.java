package dev.tersor.jobs.sql;

import static org.apache.spark.sql.types.DataTypes.FloatType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.createArrayType;

import java.util.List;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Network files, a row for each segment of a tensor. A file is the work of one task, since its
 * checksum is over all of it.
 */
record NetworkSource(List<String> files) implements TensorSource {
  private static final StructType SCHEMA =
      new StructType()
          .add("file", StringType, false)
          .add("name", StringType, false)
          .add("dtype", StringType, true)
          .add("shape", createArrayType(LongType, false), false)
          .add("segment", IntegerType, false)
          .add("offset", LongType, false)
          .add("params", LongType, false)
          .add("recipe", StringType, true)
          .add("bits", IntegerType, false)
          .add("bytes", LongType, false)
          .add(VALUES, createArrayType(FloatType, false), false);

  /** A file that one task reads. */
  record Partition(String file) implements InputPartition {}

  @Override
  public String label() {
    return TensorFiles.label("tersor", files);
  }

  @Override
  public StructType schema() {
    return SCHEMA;
  }

  @Override
  public Scan scan(StructType wanted, RowFilter filter) {
    InputPartition[] partitions = files.stream().map(Partition::new).toArray(InputPartition[]::new);
    Batch batch =
        new Batch() {
          @Override
          public InputPartition[] planInputPartitions() {
            return partitions;
          }

          @Override
          public PartitionReaderFactory createReaderFactory() {
            return readerFactory(wanted.fieldNames(), filter, TaskConfiguration.broadcast());
          }
        };
    return new FileScan(label(), wanted, filter, batch);
  }

  // Static, so that tasks get no more than they need.
  private static PartitionReaderFactory readerFactory(
      String[] wanted, RowFilter filter, Broadcast<SerializableConfiguration> configuration) {
    return partition ->
        new RowReader(
            NetworkRows.open(((Partition) partition).file(), configuration.value().value()),
            wanted,
            filter);
  }
}
