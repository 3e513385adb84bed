package dev.tersor.jobs.decode;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.encode.Content;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.plan.Setting;
import dev.tersor.jobs.sweep.CellRows;
import org.apache.spark.sql.Row;

/** A row of the table of containers, held against the container that it has. */
public final class StoredContainer {
  private StoredContainer() {}

  /** What messages call a row. */
  public static String label(Row row) {
    return "model "
        + row.getAs("model")
        + ", tensor "
        + row.getAs("tensor")
        + ", segment "
        + row.getAs("segment")
        + ", "
        + Setting.of(row).label()
        + ", "
        + row.getAs("encoding");
  }

  /**
   * Decodes the container of a row.
   *
   * @throws UsageException saying what is wrong, if it is damaged or is not that of its row
   */
  public static Content decode(Row row) {
    byte[] container = row.getAs("container");
    if (container == null) {
      throw new UsageException("no container");
    }
    String checksum = CellRows.checksum(container);
    if (!checksum.equals(row.getAs("checksum"))) {
      throw new UsageException("checksum " + checksum + ", stored " + row.getAs("checksum"));
    }
    try {
      Content content = Content.decode(container);
      if (!content.shape().toString().equals(row.getAs("segment_shape"))) {
        throw new UsageException(
            "shape " + content.shape() + ", stored " + row.getAs("segment_shape"));
      }
      String recipe = Content.recipe(container).name();
      // A choice stores one of many recipes; rows of versions without choices do not say which.
      String stored = row.getAs("recipe") == null ? row.getAs("encoding") : row.getAs("recipe");
      if (!recipe.equals(stored)) {
        throw new UsageException("recipe " + recipe + ", stored " + stored);
      }
      if (!Double.valueOf(content.sparsity()).equals(row.getAs("sparsity"))) {
        throw new UsageException(
            "sparsity " + content.sparsity() + ", stored " + row.getAs("sparsity"));
      }
      return content;
    } catch (MalformedInputException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }
}
