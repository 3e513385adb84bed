package dev.tersor.jobs.sql;

import static org.apache.spark.sql.types.DataTypes.BinaryType;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.createArrayType;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.encode.Content;
import dev.tersor.core.encode.Parts;
import dev.tersor.jobs.config.UsageException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.connector.catalog.functions.ScalarFunction;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/** {@code tensor_stats(container)}: what a container holds, and what its bytes are for. */
record TensorStats() implements ScalarFunction<Object> {
  private static final StructType RESULT =
      new StructType()
          .add("shape", createArrayType(LongType, false), false)
          .add("weights", LongType, false)
          .add("non_zeros", LongType, false)
          .add("sparsity", DoubleType, false)
          .add("bits", IntegerType, false)
          .add("recipe", StringType, false)
          .add("value_bytes", LongType, false)
          .add("index_bytes", LongType, false)
          .add("table_bytes", LongType, false)
          .add("codebook_bytes", LongType, false)
          .add("header_bytes", LongType, false)
          .add("total_bytes", LongType, false);

  @Override
  public DataType[] inputTypes() {
    return new DataType[] {BinaryType};
  }

  @Override
  public DataType resultType() {
    return RESULT;
  }

  @Override
  public String name() {
    return "tensor_stats";
  }

  @Override
  public String canonicalName() {
    return "dev.tersor." + name();
  }

  @Override
  public Object produceResult(InternalRow input) {
    if (input.isNullAt(0)) {
      return null;
    }
    try {
      byte[] container = input.getBinary(0);
      Content content = Content.decode(container);
      return new GenericInternalRow(
          Stream.concat(
                  Stream.of(
                      content.shape().dims(),
                      content.shape().size(),
                      (long) content.nonZeros(),
                      content.sparsity(),
                      content.bits(),
                      Content.recipe(container).name()),
                  bytes(Content.parts(container)))
              .map(Catalyst::of)
              .toArray());
    } catch (MalformedInputException e) {
      throw new UsageException(name() + ": " + e.getMessage(), e);
    }
  }

  private static Stream<Object> bytes(Parts parts) {
    return Arrays.stream(
            new int[] {
              parts.valueBytes(),
              parts.indexBytes(),
              parts.tableBytes(),
              parts.codebookBytes(),
              parts.headerBytes(),
              parts.totalBytes()
            })
        .mapToObj(Long::valueOf);
  }
}
