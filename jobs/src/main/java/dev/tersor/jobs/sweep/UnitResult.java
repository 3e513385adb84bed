package dev.tersor.jobs.sweep;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;

/** What a unit adds to the tables. */
record UnitResult(List<Row> cells, List<Row> streams, List<Row> histograms, List<Row> compressed)
    implements Serializable {
  UnitResult() {
    this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
  }
}
