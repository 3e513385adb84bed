package dev.tersor.jobs.table;

import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructType;

/** Fills a row of a table by column name; columns that are not set are null. */
public final class RowBuilder {
  private final StructType schema;
  private final Object[] values;

  public RowBuilder(Table table) {
    this(table.schema());
  }

  private RowBuilder(StructType schema) {
    this.schema = schema;
    this.values = new Object[schema.length()];
  }

  /** A builder of a row that is nested in those of a table, in an array. */
  public static RowBuilder nested(Table table, String column) {
    ArrayType type = (ArrayType) table.schema().apply(column).dataType();
    return new RowBuilder((StructType) type.elementType());
  }

  /** A builder that starts with the values of a row of the table. */
  public static RowBuilder of(Table table, Row row) {
    RowBuilder builder = new RowBuilder(table);
    for (int i = 0; i < builder.values.length; i++) {
      builder.values[i] = row.get(i);
    }
    return builder;
  }

  /** A builder that starts with the values set so far, for rows that share most columns. */
  public RowBuilder copy(Table table) {
    RowBuilder copy = new RowBuilder(table);
    for (String column : copy.schema.fieldNames()) {
      if (schema.getFieldIndex(column).isDefined()) {
        copy.set(column, values[schema.fieldIndex(column)]);
      }
    }
    return copy;
  }

  /**
   * @throws IllegalArgumentException if the table has no such column
   */
  public RowBuilder set(String column, Object value) {
    values[schema.fieldIndex(column)] = value;
    return this;
  }

  /**
   * Sets several columns.
   *
   * @throws IllegalArgumentException if the table lacks one
   */
  public RowBuilder setAll(Map<String, ?> columns) {
    columns.forEach(this::set);
    return this;
  }

  public Row build() {
    return new GenericRowWithSchema(values.clone(), schema);
  }
}
