package dev.tersor.jobs.table;

import dev.tersor.jobs.plan.CellKeys;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.spark.sql.Row;

/**
 * The rows that a run stands on, by table and key, whichever run computed them. Runs of the same
 * grid have the same, under one id, so that the keys of a sweep that is run every night are stored
 * once.
 */
public final class Coverage {
  /** The grid of a run whose keys expired, which stands on nothing more. */
  public static final String EXPIRED = "expired";

  private final Map<Table, TreeSet<String>> keys = new EnumMap<>(Table.class);

  public Coverage add(Table table, Collection<String> some) {
    if (!some.isEmpty()) {
      keys.computeIfAbsent(table, key -> new TreeSet<>()).addAll(some);
    }
    return this;
  }

  /** A hash of all keys. */
  public String id() {
    List<String> parts = new ArrayList<>();
    keys.forEach(
        (table, some) -> {
          parts.add(table.label());
          parts.addAll(some);
        });
    return CellKeys.ofParts(parts);
  }

  /** Rows of the grids table. */
  List<Row> rows() {
    String id = id();
    List<Row> rows = new ArrayList<>();
    keys.forEach(
        (table, some) ->
            some.forEach(
                key ->
                    rows.add(
                        new RowBuilder(Table.GRIDS)
                            .set("grid", id)
                            .set("held_in", table.label())
                            .set("key", key)
                            .build())));
    return rows;
  }
}
