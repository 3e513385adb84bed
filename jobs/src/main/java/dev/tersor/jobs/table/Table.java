package dev.tersor.jobs.table;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The tables and their columns; docs/reference/tables.md says what each column means. A row of
 * cells is whole: what belongs to a cell is nested in it, and {@code streams} and {@code
 * histograms} are views of that.
 */
@SuppressWarnings("ImmutableEnumChecker") // a StructType is not changed by anything
public enum Table {
  CELLS(
      "model key",
      Columns.schema(
          """
          key run_id model tensor segment kind shape layout params macs weights_source
          weights_hash pruning sparsity_target sparsity bits codebook encoding recipe
          setting dtype payload_bytes total_bytes value_bytes index_bytes codebook_bytes
          table_bytes padding_bytes header_bytes floor_bytes floor_packed_bytes
          bits_per_weight ratio_fp32 ratio_packed mean_square mse sqnr_db
          padding_elements groups access encode_ns_per_weight decode_ns_per_weight
          copy_ns_per_weight positions product_ns dense_product_ns timing_runs
          prune_ns_per_weight fit_ns_per_weight unit_ns_per_weight verified error cause
          stored streams histograms rate_target error_measure
          """)),
  STREAMS(
      "", Columns.with(Columns.schema("key run_id model tensor segment encoding"), Table.STREAM)),
  HISTOGRAMS(
      "",
      Columns.with(
          Columns.schema(
              """
              key run_id model tensor segment weights_source weights_hash pruning
              sparsity_target bits codebook encoding
              """),
          Table.BIN)),
  COMPRESSED(
      "model key",
      Columns.schema(
          """
          key run_id model tensor segment kind shape layout params macs weights_source
          weights_hash pruning sparsity_target sparsity bits codebook encoding recipe
          setting dtype offset segment_shape checksum container rate_target error_measure
          """)),
  MODELS(
      "model key",
      Columns.schema(
          """
          key run_id model weights_source weights_hash pruning sparsity_target sparsity
          bits setting codebook encoding dtype access tensors segments params
          payload_bytes total_bytes value_bytes index_bytes codebook_bytes table_bytes
          padding_bytes header_bytes floor_bytes floor_packed_bytes bits_per_weight
          ratio_fp32 ratio_packed mean_square mse sqnr_db encode_ns_per_weight
          decode_ns_per_weight copy_ns_per_weight product_ns dense_product_ns
          timing_runs failed verified top1_accuracy dense_top1_accuracy test_set
          test_images evaluation rate_target error_measure
          """)),
  TRAINED(
      "model key",
      Columns.with(
          Columns.schema("key run_id model data seed densities stage_order")
              // Each tensor may have its own.
              .add("bits", DataTypes.StringType),
          """
          codebook encoding bias_bits schedule scope units dense_epochs prune_epochs
          share_epochs bit_price share_trains distillation_weight distillation_temperature params weights
          kept_weights file_bytes fp32_bytes ratio_fp32 held_out_images
          dense_held_out_error pruned_held_out_error shared_held_out_error
          held_out_error test_images dense_test_error pruned_test_error test_error
          dense_seconds prune_seconds share_seconds dense_key pruned_key file layers
          verified error cause
          """)),
  CODEBOOKS(
      "model key",
      Columns.schema(
          """
          key run_id model tensor kind shape params weights_source weights_hash pruning
          sparsity_target sparsity bits codebook seed binned survivors clusters
          empty_clusters wcss wcss_optimum ratio mse saliency_wcss entropy_bits fit_ms timing_runs
          verified error cause error_measure
          """)),
  DEVICE(
      "model key",
      Columns.schema(
          """
          key run_id model tensor segment kind shape params weights_source weights_hash pruning
          sparsity_target sparsity bits setting codebook rate_target encoding flash_bytes
          device_instructions device_instructions_per_weight plain_instructions
          plain_instructions_per_weight lanes_per_weight stack_bytes plain_stack_bytes code_bytes
          vector_code_bytes board verified error cause error_measure
          """)),
  SEQUENCES(
      "model key",
      Columns.schema(
          """
          key run_id model weights_source weights_hash pruning sparsity_target sparsity bits
          setting codebook rate_target encoding tensors block_wise params symbols total_bytes
          bits_per_weight ratio_fp32 ratio_packed place_ns element_ns_per_weight
          block_ns_per_weight timing_runs verified error cause error_measure
          """)),
  GRIDS("grid held_in key", Columns.schema("grid held_in key")),
  RUNS(
      "run_id",
      Columns.schema(
          """
          run_id started finished version arguments spark_version java_version master
          cores cells_done cells_skipped cells_failed grid
          """));

  /** Columns of a stream of a cell. */
  static final String STREAM =
      """
      stream role coder width_bits symbols padding_symbols alphabet raw_bits coded_bits
      table_bits entropy_bits
      """;

  /** Columns of a value of a distribution behind a cell. */
  static final String BIN = "histogram bin count";

  private final List<String> identity;
  private final StructType schema;

  Table(String identity, StructType schema) {
    this.identity = Arrays.stream(identity.split(" ", -1)).filter(name -> !name.isEmpty()).toList();
    this.schema = schema;
  }

  /** Name of the folder, and of the view that the sql command makes. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether it has files of its own; the others are views of what is nested in cells. */
  public boolean hasFiles() {
    return !identity.isEmpty();
  }

  /**
   * The columns that name a row: rows that agree in them are the same fact. The model stands in the
   * key as well; with it here a question about one model reads little else.
   */
  public List<String> identity() {
    return identity;
  }

  public StructType schema() {
    return schema;
  }

  /** All columns, in their order. */
  public Column[] columns() {
    return Arrays.stream(schema.fieldNames()).map(functions::col).toArray(Column[]::new);
  }

  boolean has(String column) {
    return schema.getFieldIndex(column).isDefined();
  }
}
