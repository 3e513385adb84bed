package dev.tersor.jobs.sql;

import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.types.StructType;

/**
 * A reading of files by tasks.
 *
 * @param label what a plan calls the files
 */
record FileScan(String label, StructType readSchema, RowFilter filter, Batch toBatch)
    implements Scan {
  @Override
  public String description() {
    return label
        + ", columns ["
        + String.join(", ", readSchema.fieldNames())
        + "], filters "
        + filter.filters();
  }
}
