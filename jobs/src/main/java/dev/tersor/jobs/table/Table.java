package dev.tersor.jobs.table;

import static org.apache.spark.sql.types.DataTypes.BinaryType;
import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.TimestampType;
import static org.apache.spark.sql.types.DataTypes.createMapType;

import java.util.Locale;
import org.apache.spark.sql.types.StructType;

/** The tables and their columns; docs/tables.md says what each column means. */
@SuppressWarnings("ImmutableEnumChecker") // a StructType is not changed by anything
public enum Table {
  CELLS(
      true,
      identity(new StructType().add("key", StringType).add("run_id", StringType))
          .add("payload_bytes", LongType)
          .add("total_bytes", LongType)
          .add("value_bytes", LongType)
          .add("index_bytes", LongType)
          .add("codebook_bytes", LongType)
          .add("table_bytes", LongType)
          .add("padding_bytes", LongType)
          .add("header_bytes", LongType)
          .add("floor_bytes", DoubleType)
          .add("floor_packed_bytes", DoubleType)
          .add("bits_per_weight", DoubleType)
          .add("ratio_fp32", DoubleType)
          .add("ratio_packed", DoubleType)
          .add("mean_square", DoubleType)
          .add("mse", DoubleType)
          .add("sqnr_db", DoubleType)
          .add("padding_elements", LongType)
          .add("groups", createMapType(IntegerType, LongType))
          .add("access", StringType)
          .add("encode_ns_per_weight", DoubleType)
          .add("decode_ns_per_weight", DoubleType)
          .add("copy_ns_per_weight", DoubleType)
          .add("timing_runs", IntegerType)
          .add("verified", BooleanType)
          .add("error", StringType)),
  STREAMS(
      true,
      new StructType()
          .add("key", StringType)
          .add("run_id", StringType)
          .add("model", StringType)
          .add("tensor", StringType)
          .add("segment", IntegerType)
          .add("encoding", StringType)
          .add("stream", StringType)
          .add("role", StringType)
          .add("coder", StringType)
          .add("width_bits", IntegerType)
          .add("symbols", LongType)
          .add("padding_symbols", LongType)
          .add("alphabet", LongType)
          .add("raw_bits", LongType)
          .add("coded_bits", LongType)
          .add("table_bits", LongType)
          .add("entropy_bits", DoubleType)),
  HISTOGRAMS(
      true,
      new StructType()
          .add("key", StringType)
          .add("run_id", StringType)
          .add("model", StringType)
          .add("tensor", StringType)
          .add("segment", IntegerType)
          .add("weights_source", StringType)
          .add("weights_hash", StringType)
          .add("pruning", StringType)
          .add("sparsity_target", DoubleType)
          .add("bits", IntegerType)
          .add("codebook", StringType)
          .add("encoding", StringType)
          .add("histogram", StringType)
          .add("bin", IntegerType)
          .add("count", LongType)),
  COMPRESSED(
      true,
      identity(new StructType().add("key", StringType).add("run_id", StringType))
          .add("offset", LongType)
          .add("segment_shape", StringType)
          .add("checksum", StringType)
          .add("container", BinaryType)),
  MODELS(
      true,
      new StructType()
          .add("key", StringType)
          .add("run_id", StringType)
          .add("model", StringType)
          .add("weights_source", StringType)
          .add("weights_hash", StringType)
          .add("pruning", StringType)
          .add("sparsity_target", DoubleType)
          .add("sparsity", DoubleType)
          .add("bits", IntegerType)
          .add("codebook", StringType)
          .add("encoding", StringType)
          .add("access", StringType)
          .add("tensors", LongType)
          .add("segments", LongType)
          .add("params", LongType)
          .add("payload_bytes", LongType)
          .add("total_bytes", LongType)
          .add("value_bytes", LongType)
          .add("index_bytes", LongType)
          .add("codebook_bytes", LongType)
          .add("table_bytes", LongType)
          .add("padding_bytes", LongType)
          .add("header_bytes", LongType)
          .add("floor_bytes", DoubleType)
          .add("floor_packed_bytes", DoubleType)
          .add("bits_per_weight", DoubleType)
          .add("ratio_fp32", DoubleType)
          .add("ratio_packed", DoubleType)
          .add("mean_square", DoubleType)
          .add("mse", DoubleType)
          .add("sqnr_db", DoubleType)
          .add("encode_ns_per_weight", DoubleType)
          .add("decode_ns_per_weight", DoubleType)
          .add("copy_ns_per_weight", DoubleType)
          .add("timing_runs", IntegerType)
          .add("failed", LongType)
          .add("verified", BooleanType)
          .add("top1_accuracy", DoubleType)
          .add("dense_top1_accuracy", DoubleType)
          .add("test_set", StringType)
          .add("test_images", LongType)
          .add("evaluation", StringType)),
  RUNS(
      false,
      new StructType()
          .add("run_id", StringType)
          .add("started", TimestampType)
          .add("finished", TimestampType)
          .add("version", StringType)
          .add("arguments", StringType)
          .add("spark_version", StringType)
          .add("java_version", StringType)
          .add("master", StringType)
          .add("cores", IntegerType)
          .add("cells_done", LongType)
          .add("cells_skipped", LongType)
          .add("cells_failed", LongType));

  private final boolean byModel;
  private final StructType schema;

  Table(boolean byModel, StructType schema) {
    this.byModel = byModel;
    this.schema = schema;
  }

  /** What a cell and a stored container are results of. */
  private static StructType identity(StructType head) {
    return head.add("model", StringType)
        .add("tensor", StringType)
        .add("segment", IntegerType)
        .add("kind", StringType)
        .add("shape", StringType)
        .add("layout", StringType)
        .add("params", LongType)
        .add("macs", LongType)
        .add("weights_source", StringType)
        .add("weights_hash", StringType)
        .add("pruning", StringType)
        .add("sparsity_target", DoubleType)
        .add("sparsity", DoubleType)
        .add("bits", IntegerType)
        .add("codebook", StringType)
        .add("encoding", StringType)
        .add("recipe", StringType);
  }

  /** Name of the folder, and of the view that the sql command makes. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether rows are partitioned by model, so that a question about one model reads only it. */
  public boolean isByModel() {
    return byModel;
  }

  public StructType schema() {
    return schema;
  }
}
