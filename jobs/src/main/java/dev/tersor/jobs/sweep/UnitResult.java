package dev.tersor.jobs.sweep;

import dev.tersor.jobs.fit.UnitFit;
import dev.tersor.jobs.table.Failure;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Row;

/**
 * What a unit adds to the tables.
 *
 * @param fits what its weights were pruned and quantised by; none where they were not read
 */
record UnitResult(List<Row> cells, List<Row> compressed, List<UnitFit> fits)
    implements Serializable {
  /** The keys of cells that memory did not suffice for. */
  List<String> starved() {
    return cells.stream()
        .filter(cell -> !cell.<Boolean>getAs("verified"))
        .filter(cell -> Failure.of(cell).cause() == Failure.Cause.MEMORY)
        .map(cell -> cell.<String>getAs("key"))
        .toList();
  }

  /** The rest of it: other cells than these, whatever became of them. */
  UnitResult without(Set<String> keys) {
    return new UnitResult(without(cells, keys), without(compressed, keys), fits);
  }

  private static List<Row> without(List<Row> rows, Set<String> keys) {
    return rows.stream().filter(row -> !keys.contains(row.<String>getAs("key"))).toList();
  }

  UnitResult() {
    this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
  }
}
