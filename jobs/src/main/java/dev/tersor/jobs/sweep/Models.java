package dev.tersor.jobs.sweep;

import dev.tersor.jobs.evaluate.Accuracies;
import dev.tersor.jobs.plan.Setting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * Rows of the models table: totals over the swept tensors of a model, from its cells, which come
 * one by one and are not kept. Sums run in the order of the cells' keys, so that they come out the
 * same to the last bit however the cells were computed.
 */
final class Models {
  /** What cells are added up of. */
  private record Group(String model, String weightsHash, Setting setting) {}

  private final Map<Group, ModelTotal> totals = new LinkedHashMap<>();
  private long verified;

  /**
   * Reads the cells of a grid in the order of their keys, the verified one where a key has several
   * rows. Spark sorts them; a part of the table at a time is here.
   *
   * @param cells the cells table
   * @param keys the grid's
   */
  static void read(
      Dataset<Row> cells, Set<String> keys, List<String> models, Consumer<Row> reader) {
    List<String> columns =
        new ArrayList<>(List.of("key", "model", "weights_hash", "tensor", "error"));
    columns.addAll(Setting.COLUMNS);
    columns.addAll(ModelTotal.COLUMNS);
    Iterator<Row> rows =
        cells
            .filter(functions.col("model").isin(models.toArray()))
            .selectExpr(columns.toArray(new String[0]))
            .orderBy(functions.col("key"), functions.col("verified").desc())
            .toLocalIterator();
    String last = null;
    while (rows.hasNext()) {
      Row row = rows.next();
      String key = row.getAs("key");
      if (!key.equals(last) && keys.contains(key)) {
        reader.accept(row);
      }
      last = key;
    }
  }

  /** Adds a cell to the totals of its model, sparsity, bits, codebook and encoding. */
  void add(Row cell) {
    Group group = new Group(cell.getAs("model"), cell.getAs("weights_hash"), Setting.of(cell));
    totals
        .computeIfAbsent(group, key -> new ModelTotal(key.model, key.weightsHash, key.setting))
        .add(cell);
    if (cell.<Boolean>getAs("verified")) {
      verified++;
    }
  }

  /** The verified ones of the cells that were added. */
  long verified() {
    return verified;
  }

  /** A row for each model, sparsity, bits, codebook and encoding. */
  List<Row> rows(String run, Accuracies accuracies) {
    List<Row> rows = new ArrayList<>();
    totals.values().forEach(total -> rows.add(total.row(run, accuracies)));
    rows.sort(Comparator.comparing(row -> row.getString(0)));
    return rows;
  }
}
