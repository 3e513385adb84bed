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

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The columns of all tables: a name has one type in whatever table it is. */
final class Columns {
  private static final Map<String, DataType> TYPES = new HashMap<>();

  static {
    declare(
        StringType,
        """
        key run_id access error model tensor kind shape layout weights_source
        weights_hash pruning codebook rate_target error_measure encoding recipe setting dtype stream role coder
        histogram segment_shape checksum test_set evaluation data densities stage_order
        schedule scope units dense_key pruned_key file grid held_in version arguments
        spark_version java_version master cause board share_trains
        """);
    declare(
        IntegerType,
        """
        timing_runs segment bits width_bits bin bias_bits dense_epochs prune_epochs
        share_epochs clusters empty_clusters cores
        """);
    declare(
        LongType,
        """
        kept bytes
        payload_bytes total_bytes value_bytes index_bytes codebook_bytes table_bytes
        padding_bytes header_bytes padding_elements positions params macs symbols
        padding_symbols alphabet raw_bits coded_bits table_bits count offset tensors
        segments block_wise failed test_images seed weights kept_weights file_bytes fp32_bytes
        flash_bytes device_instructions plain_instructions stack_bytes plain_stack_bytes
        code_bytes vector_code_bytes
        held_out_images survivors cells_done cells_skipped cells_failed
        """);
    declare(
        DoubleType,
        """
        floor_bytes floor_packed_bytes bits_per_weight ratio_fp32 ratio_packed
        mean_square mse sqnr_db encode_ns_per_weight decode_ns_per_weight
        copy_ns_per_weight place_ns element_ns_per_weight block_ns_per_weight product_ns dense_product_ns prune_ns_per_weight
        fit_ns_per_weight unit_ns_per_weight sparsity_target sparsity entropy_bits
        top1_accuracy dense_top1_accuracy distillation_weight distillation_temperature
        dense_held_out_error pruned_held_out_error shared_held_out_error held_out_error
        dense_test_error pruned_test_error test_error dense_seconds prune_seconds
        share_seconds bit_price wcss wcss_optimum saliency_wcss ratio fit_ms
        device_instructions_per_weight plain_instructions_per_weight lanes_per_weight
        """);
    declare(BooleanType, "verified binned stored");
    declare(TimestampType, "started finished");
    declare(BinaryType, "container");
    TYPES.put("groups", createMapType(IntegerType, LongType));
    TYPES.put("layers", createArrayType(schema("tensor params kept bits recipe bytes")));
    TYPES.put("streams", createArrayType(schema(Table.STREAM)));
    TYPES.put("histograms", createArrayType(schema(Table.BIN)));
  }

  private Columns() {}

  private static void declare(DataType type, String names) {
    for (String name : names.strip().split("\\s+", -1)) {
      TYPES.put(name, type);
    }
  }

  /** A schema of columns, in that order. */
  static StructType schema(String names) {
    return with(new StructType(), names);
  }

  /** A schema with more columns at its end. */
  static StructType with(StructType head, String names) {
    StructType schema = head;
    for (String name : names.strip().split("\\s+", -1)) {
      if (!TYPES.containsKey(name)) {
        throw new IllegalArgumentException("no column " + name);
      }
      schema = schema.add(name, TYPES.get(name));
    }
    return schema;
  }

  /** A column that was found and is not known, or a field of one: its name, with dots. */
  static Optional<String> unknown(StructType known, StructType found) {
    for (StructField field : found.fields()) {
      if (!known.getFieldIndex(field.name()).isDefined()) {
        return Optional.of(field.name());
      }
      DataType own = known.apply(field.name()).dataType();
      Optional<String> within =
          own instanceof ArrayType ours
                  && ours.elementType() instanceof StructType of
                  && field.dataType() instanceof ArrayType theirs
                  && theirs.elementType() instanceof StructType is
              ? unknown(of, is)
              : Optional.empty();
      if (within.isPresent()) {
        return within.map(name -> field.name() + "." + name);
      }
    }
    return Optional.empty();
  }
}
