package dev.tersor.jobs.sql;

import static org.apache.spark.sql.types.DataTypes.FloatType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.createArrayType;

import java.util.List;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.types.StructType;

/** Files of safetensors, a row for each segment of a tensor. */
record SafetensorsSource(List<String> files) implements TensorSource {
  private static final StructType SCHEMA =
      new StructType()
          .add("file", StringType, false)
          .add("name", StringType, false)
          .add("dtype", StringType, false)
          .add("shape", createArrayType(LongType, false), false)
          .add("segment", IntegerType, false)
          .add("offset", LongType, false)
          .add("params", LongType, false)
          .add(VALUES, createArrayType(FloatType, false), true);

  @Override
  public String label() {
    return TensorFiles.label("safetensors", files);
  }

  @Override
  public StructType schema() {
    return SCHEMA;
  }

  @Override
  public Scan scan(StructType wanted, RowFilter filter) {
    return new FileScan(label(), wanted, filter, new SafetensorsBatch(files, wanted, filter));
  }
}
