package dev.tersor.jobs.sql;

import java.io.IOException;

/**
 * A row whose columns are asked for one by one: what nobody asks for is neither read nor decoded.
 */
@FunctionalInterface
interface TensorRow {
  /**
   * The value of a column.
   *
   * @return a string, a number, an array of them, or null
   * @throws IOException if it cannot be read
   * @throws dev.tersor.jobs.config.UsageException if what it comes from is damaged
   */
  Object column(String name) throws IOException;
}
