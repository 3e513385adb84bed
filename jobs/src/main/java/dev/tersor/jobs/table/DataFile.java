package dev.tersor.jobs.table;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Objects;

/**
 * A Parquet file of a table, as a snapshot lists it. Paths are relative to the results folder.
 *
 * @param table label of the table
 * @param path where it lies, or will
 * @param bytes its length
 * @param staged where it lies until it is moved to its path; null where it is there already
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DataFile(String table, String path, long bytes, String staged) {
  public DataFile {
    Objects.requireNonNull(table, "table");
    Objects.requireNonNull(path, "path");
  }

  static DataFile of(String path, long bytes, String staged) {
    return new DataFile(path.substring(0, path.indexOf('/')), path, bytes, staged);
  }
}
