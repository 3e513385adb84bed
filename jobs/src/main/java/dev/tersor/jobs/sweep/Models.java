package dev.tersor.jobs.sweep;

import dev.tersor.jobs.config.Pruning;
import dev.tersor.jobs.evaluate.Accuracies;
import dev.tersor.jobs.evaluate.Setting;
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
  private static final List<String> GROUP =
      List.of(
          "model",
          "weights_hash",
          "pruning",
          "sparsity_target",
          "bits",
          "setting",
          "codebook",
          "encoding");

  private final Map<List<Object>, ModelTotal> totals = new LinkedHashMap<>();
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
    List<String> columns = new ArrayList<>(List.of("key", "tensor", "error"));
    columns.addAll(GROUP);
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
    Map<String, Object> group = new LinkedHashMap<>();
    GROUP.forEach(column -> group.put(column, common(cell, column)));
    totals
        .computeIfAbsent(
            new ArrayList<>(group.values()), key -> new ModelTotal(group, Setting.of(cell)))
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

  /** What all cells of a model have in common: null where each tensor has its own. */
  private static Object common(Row cell, String column) {
    boolean own =
        column.equals("bits")
            ? cell.getAs("setting") != null
            : column.equals("sparsity_target")
                && cell.getAs("pruning").equals(Pruning.Scope.PAPER.label());
    return own ? null : cell.getAs(column);
  }
}
