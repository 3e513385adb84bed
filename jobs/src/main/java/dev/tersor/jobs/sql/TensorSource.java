package dev.tersor.jobs.sql;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.types.StructType;

/** What a table of tensors is read from. */
interface TensorSource {
  /** What the weights of a row are called in every table. */
  String VALUES = "values";

  /** What a plan calls it. */
  String label();

  StructType schema();

  /** The columns that a row has before anything of it is read or decoded. */
  default Set<String> known() {
    Set<String> known = new LinkedHashSet<>(List.of(schema().fieldNames()));
    known.remove(VALUES);
    return known;
  }

  /**
   * A reading of it.
   *
   * @param wanted columns
   * @param filter on known columns; rows that it does not let through need not be given
   */
  Scan scan(StructType wanted, RowFilter filter);
}
