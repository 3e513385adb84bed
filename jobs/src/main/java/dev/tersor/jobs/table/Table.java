package dev.tersor.jobs.table;

import static org.apache.spark.sql.types.DataTypes.BinaryType;
import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.TimestampType;
import static org.apache.spark.sql.types.DataTypes.createArrayType;
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
          .add("positions", LongType)
          .add("product_ns", DoubleType)
          .add("dense_product_ns", DoubleType)
          .add("timing_runs", IntegerType)
          .add("prune_ns_per_weight", DoubleType)
          .add("fit_ns_per_weight", DoubleType)
          .add("unit_ns_per_weight", DoubleType)
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
          .add("setting", StringType)
          .add("codebook", StringType)
          .add("encoding", StringType)
          .add("dtype", StringType)
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
          .add("product_ns", DoubleType)
          .add("dense_product_ns", DoubleType)
          .add("timing_runs", IntegerType)
          .add("failed", LongType)
          .add("verified", BooleanType)
          .add("top1_accuracy", DoubleType)
          .add("dense_top1_accuracy", DoubleType)
          .add("test_set", StringType)
          .add("test_images", LongType)
          .add("evaluation", StringType)),
  TRAINED(
      true,
      new StructType()
          .add("key", StringType)
          .add("run_id", StringType)
          .add("model", StringType)
          .add("data", StringType)
          .add("seed", LongType)
          .add("densities", StringType)
          .add("stage_order", StringType)
          .add("bits", StringType)
          .add("codebook", StringType)
          .add("encoding", StringType)
          .add("bias_bits", IntegerType)
          .add("schedule", StringType)
          .add("scope", StringType)
          .add("dense_epochs", IntegerType)
          .add("prune_epochs", IntegerType)
          .add("share_epochs", IntegerType)
          .add("distillation_weight", DoubleType)
          .add("distillation_temperature", DoubleType)
          .add("params", LongType)
          .add("weights", LongType)
          .add("kept_weights", LongType)
          .add("file_bytes", LongType)
          .add("fp32_bytes", LongType)
          .add("ratio_fp32", DoubleType)
          .add("held_out_images", LongType)
          .add("dense_held_out_error", DoubleType)
          .add("pruned_held_out_error", DoubleType)
          .add("shared_held_out_error", DoubleType)
          .add("held_out_error", DoubleType)
          .add("test_images", LongType)
          .add("dense_test_error", DoubleType)
          .add("pruned_test_error", DoubleType)
          .add("test_error", DoubleType)
          .add("dense_seconds", DoubleType)
          .add("prune_seconds", DoubleType)
          .add("share_seconds", DoubleType)
          .add("dense_key", StringType)
          .add("pruned_key", StringType)
          .add("file", StringType)
          .add(
              "layers",
              createArrayType(
                  new StructType()
                      .add("tensor", StringType)
                      .add("params", LongType)
                      .add("kept", LongType)
                      .add("bits", IntegerType)
                      .add("recipe", StringType)
                      .add("bytes", LongType)))
          .add("verified", BooleanType)
          .add("error", StringType)),
  CODEBOOKS(
      true,
      new StructType()
          .add("key", StringType)
          .add("run_id", StringType)
          .add("model", StringType)
          .add("tensor", StringType)
          .add("kind", StringType)
          .add("shape", StringType)
          .add("params", LongType)
          .add("weights_source", StringType)
          .add("weights_hash", StringType)
          .add("pruning", StringType)
          .add("sparsity_target", DoubleType)
          .add("sparsity", DoubleType)
          .add("bits", IntegerType)
          .add("codebook", StringType)
          .add("seed", LongType)
          .add("binned", BooleanType)
          .add("survivors", LongType)
          .add("clusters", IntegerType)
          .add("empty_clusters", IntegerType)
          .add("wcss", DoubleType)
          .add("wcss_optimum", DoubleType)
          .add("ratio", DoubleType)
          .add("mse", DoubleType)
          .add("entropy_bits", DoubleType)
          .add("fit_ms", DoubleType)
          .add("timing_runs", IntegerType)
          .add("verified", BooleanType)
          .add("error", StringType)),
  GRIDS(
      false,
      new StructType().add("grid", StringType).add("held_in", StringType).add("key", StringType)),
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
          .add("cells_failed", LongType)
          .add("grid", StringType)
          .add("after_snapshot", LongType));

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
        .add("recipe", StringType)
        .add("setting", StringType)
        .add("dtype", StringType);
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
