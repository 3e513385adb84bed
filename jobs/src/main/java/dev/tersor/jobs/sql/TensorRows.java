package dev.tersor.jobs.sql;

import java.io.Closeable;
import java.io.IOException;

/** The rows of one partition, one after the other. */
interface TensorRows extends Closeable {
  /** The next row, or null after the last. */
  TensorRow next() throws IOException;
}
