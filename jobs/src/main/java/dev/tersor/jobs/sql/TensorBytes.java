package dev.tersor.jobs.sql;

import static org.apache.spark.sql.types.DataTypes.BinaryType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.encode.Content;
import dev.tersor.core.encode.Parts;
import dev.tersor.jobs.config.UsageException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.catalog.functions.ScalarFunction;
import org.apache.spark.sql.types.DataType;

/**
 * {@code tensor_bytes(container)} and {@code tensor_bytes(container, part)}: the bytes of a
 * container, or those that it has for one purpose, by its header alone.
 *
 * @param hasPart whether there is a second argument
 */
record TensorBytes(boolean hasPart) implements ScalarFunction<Object> {
  @Override
  public DataType[] inputTypes() {
    return hasPart ? new DataType[] {BinaryType, StringType} : new DataType[] {BinaryType};
  }

  @Override
  public DataType resultType() {
    return LongType;
  }

  @Override
  public String name() {
    return "tensor_bytes";
  }

  @Override
  public String canonicalName() {
    return "dev.tersor." + name() + (hasPart ? "_of_part" : "");
  }

  @Override
  public Object produceResult(InternalRow input) {
    if (input.isNullAt(0) || (hasPart && input.isNullAt(1))) {
      return null;
    }
    try {
      Parts parts = Content.parts(input.getBinary(0));
      return (long)
          (hasPart ? bytes(parts, input.getUTF8String(1).toString()) : parts.totalBytes());
    } catch (MalformedInputException e) {
      throw new UsageException(name() + ": " + e.getMessage(), e);
    }
  }

  private int bytes(Parts parts, String part) {
    return switch (part) {
      case "value" -> parts.valueBytes();
      case "index" -> parts.indexBytes();
      case "table" -> parts.tableBytes();
      case "codebook" -> parts.codebookBytes();
      case "header" -> parts.headerBytes();
      case "payload" -> parts.payloadBytes();
      case "total" -> parts.totalBytes();
      default ->
          throw new UsageException(
              name()
                  + ": no part '"
                  + part
                  + "', expected value, index, table, codebook, header, payload or total");
    };
  }
}
