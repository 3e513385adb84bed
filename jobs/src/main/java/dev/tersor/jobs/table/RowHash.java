package dev.tersor.jobs.table;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_sort;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.map_entries;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.xxhash64;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;

/**
 * How many rows there are and what is in them, in whatever order: the sum of a 64-bit hash of each
 * row. The same rows have the same; other rows, by accident, in one of 2^64 cases.
 */
public record RowHash(long rows, BigDecimal hash) {
  public static RowHash of(Dataset<Row> rows) {
    List<Column> parts = new ArrayList<>();
    // Sorted by name: a partition column is the last one where a table is read.
    StructField[] fields =
        Stream.of(rows.schema().fields())
            .sorted((a, b) -> a.name().compareTo(b.name()))
            .toArray(StructField[]::new);
    for (StructField field : fields) {
      Column column = col("`" + field.name() + "`");
      parts.add(field.dataType() instanceof MapType ? array_sort(map_entries(column)) : column);
    }
    // The hash passes over nulls, so where they are is a part of its own.
    parts.add(
        array(
            Arrays.stream(fields)
                .map(field -> col("`" + field.name() + "`").isNull())
                .toArray(Column[]::new)));
    Row found =
        rows.select(
                xxhash64(parts.toArray(Column[]::new))
                    .cast(DataTypes.createDecimalType(20, 0))
                    .as("hash"))
            .agg(count(lit(1)), sum("hash"))
            .head();
    return new RowHash(found.getLong(0), found.isNullAt(1) ? BigDecimal.ZERO : found.getDecimal(1));
  }
}
