package dev.tersor.jobs.run;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.encode.Container;
import dev.tersor.core.tensor.Codes;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Stored containers that decoded and agreed with their rows, and those that did not.
 *
 * @param containers how many were read
 * @param damaged a row each: which one, and what is wrong
 */
public record Verification(long containers, List<Row> damaged) {
  private static final StructType FINDING =
      new StructType()
          .add("what", DataTypes.StringType)
          .add("error", DataTypes.StringType)
          .add("read", DataTypes.LongType);

  /** Reads and decodes every container, in tasks. */
  public static Verification of(Dataset<Row> compressed) {
    long read = 0;
    List<Row> damaged = new ArrayList<>();
    for (Row row :
        compressed
            .mapPartitions(
                (MapPartitionsFunction<Row, Row>) Verification::check, Encoders.row(FINDING))
            .collectAsList()) {
      read += row.getLong(2);
      if (row.getString(1) != null) {
        damaged.add(row);
      }
    }
    return new Verification(read, damaged);
  }

  private static Iterator<Row> check(Iterator<Row> rows) {
    List<Row> findings = new ArrayList<>();
    long read = 0;
    while (rows.hasNext()) {
      Row row = rows.next();
      read++;
      String error = error(row);
      if (error != null) {
        findings.add(RowFactory.create(label(row), error, 0L));
      }
    }
    findings.add(RowFactory.create("", null, read));
    return findings.iterator();
  }

  private static String label(Row row) {
    return "model "
        + row.getAs("model")
        + ", tensor "
        + row.getAs("tensor")
        + ", segment "
        + row.getAs("segment")
        + ", sparsity "
        + row.getAs("sparsity_target")
        + ", "
        + row.getAs("bits")
        + " bits, "
        + row.getAs("encoding");
  }

  private static String error(Row row) {
    byte[] container = row.getAs("container");
    if (container == null) {
      return "no container";
    }
    String checksum = CellRows.checksum(container);
    if (!checksum.equals(row.getAs("checksum"))) {
      return "checksum " + checksum + ", stored " + row.getAs("checksum");
    }
    try {
      Codes codes = Container.decode(container);
      if (!codes.shape().toString().equals(row.getAs("segment_shape"))) {
        return "shape " + codes.shape() + ", stored " + row.getAs("segment_shape");
      }
      String recipe = Container.recipe(container).name();
      if (!recipe.equals(row.getAs("encoding"))) {
        return "recipe " + recipe;
      }
      double sparsity = 1 - codes.nonZeroPositions().length / (double) codes.size();
      return sparsity == row.<Double>getAs("sparsity")
          ? null
          : "sparsity " + sparsity + ", stored " + row.getAs("sparsity");
    } catch (MalformedInputException e) {
      return e.getMessage();
    }
  }
}
