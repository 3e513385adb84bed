package dev.tersor.jobs.train;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * What finished networks have to say for the tables.
 *
 * @param trained rows of the trained table
 * @param models rows of the models table, of networks whose accuracy was measured
 */
record Finished(ArrayList<Row> trained, ArrayList<Row> models) implements Serializable {
  Finished() {
    this(new ArrayList<>(), new ArrayList<>());
  }

  void add(Finished other) {
    trained.addAll(other.trained);
    models.addAll(other.models);
  }

  /** Adds rows of networks that could not be finished. */
  void fail(List<Row> rows) {
    trained.addAll(rows);
  }
}
