package dev.tersor.jobs.sql;

import static org.apache.spark.sql.types.DataTypes.BinaryType;
import static org.apache.spark.sql.types.DataTypes.FloatType;
import static org.apache.spark.sql.types.DataTypes.createArrayType;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.encode.Content;
import dev.tersor.jobs.config.UsageException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.catalog.functions.ScalarFunction;
import org.apache.spark.sql.types.DataType;

/** {@code tensor_decode(container)}: the weights of a container, in row-major order. */
record TensorDecode() implements ScalarFunction<Object> {
  @Override
  public DataType[] inputTypes() {
    return new DataType[] {BinaryType};
  }

  @Override
  public DataType resultType() {
    return createArrayType(FloatType, false);
  }

  @Override
  public String name() {
    return "tensor_decode";
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
      return Catalyst.of(Content.decode(input.getBinary(0)).weights());
    } catch (MalformedInputException e) {
      throw new UsageException(name() + ": " + e.getMessage(), e);
    }
  }
}
