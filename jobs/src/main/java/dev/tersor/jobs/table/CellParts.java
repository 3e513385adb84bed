package dev.tersor.jobs.table;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What is nested in cells, as a table: a row for each stream, or value of a distribution. */
final class CellParts {
  private CellParts() {}

  /**
   * @param table streams or histograms, whose label is the nested column
   */
  static Dataset<Row> of(Table table, Dataset<Row> cells) {
    String[] columns = table.schema().fieldNames();
    List<String> own = new ArrayList<>(Arrays.stream(columns).filter(Table.CELLS::has).toList());
    own.add("explode(" + table.label() + ") AS part");
    return cells
        .selectExpr(own.toArray(String[]::new))
        .selectExpr(
            Arrays.stream(columns)
                .map(name -> Table.CELLS.has(name) ? name : "part." + name)
                .toArray(String[]::new));
  }
}
