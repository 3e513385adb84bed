package dev.tersor.jobs.upkeep;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import dev.tersor.jobs.table.Coverage;
import dev.tersor.jobs.table.DataFile;
import dev.tersor.jobs.table.KeyOnce;
import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.RunInfo;
import dev.tersor.jobs.table.Table;
import dev.tersor.jobs.table.TableWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Rows of old runs out of the tables, those left that a run which stays stands on. */
public final class Expiry {
  private static final long FILE_BYTES = 128L << 20;

  /** The grid of a run that expired while rows that it computed stay: it stands on nothing. */

  /** Rows of a file that go, that stay, and that stay as they are. */
  private record Share(DataFile file, long gone, long left, long same) {
    boolean isReplaced() {
      return gone > 0 || same < left;
    }
  }

  private final SparkSession session;
  private final ResultsFolder folder;
  private final Upkeep upkeep;
  private final KeptRuns kept;
  private final Map<Table, List<Share>> shares = new EnumMap<>(Table.class);
  private final Set<String> surviving = new HashSet<>();

  /**
   * Finds what is to go; changes nothing.
   *
   * @param rule which runs stay
   */
  public static Expiry of(
      SparkSession session, ResultsFolder folder, Upkeep upkeep, KeepRule rule) {
    return new Expiry(session, folder, upkeep, KeptRuns.of(session, folder, rule));
  }

  private Expiry(SparkSession session, ResultsFolder folder, Upkeep upkeep, KeptRuns kept) {
    this.session = session;
    this.folder = folder;
    this.upkeep = upkeep;
    this.kept = kept;
    surviving.addAll(kept.ids());
    for (Table table : Upkeep.KEYS_OF.keySet()) {
      look(table);
    }
    look(Table.RUNS);
    look(Table.GRIDS);
  }

  /** The runs that expire. */
  public Set<String> expired() {
    return kept.expired();
  }

  /** Rows that go, by table. */
  public Map<Table, Long> rows() {
    Map<Table, Long> rows = new EnumMap<>(Table.class);
    shares.forEach((table, all) -> rows.put(table, all.stream().mapToLong(Share::gone).sum()));
    rows.values().removeIf(gone -> gone == 0);
    return rows;
  }

  /** Whether a row stays, as a column {@code stays}. */
  private Dataset<Row> marked(Table table, Dataset<Row> rows) {
    if (table == Table.RUNS) {
      return rows.withColumn("stays", col("run_id").isin(surviving.toArray()))
          .withColumn(
              "same",
              col("run_id").isin(kept.ids().toArray()).or(col("grid").equalTo(Coverage.EXPIRED)));
    }
    if (table == Table.GRIDS) {
      return rows.withColumn("stays", col("grid").isin(kept.grids().keySet().toArray()))
          .withColumn("same", lit(true));
    }
    Dataset<Row> keys =
        folder
            .rows(session, Table.GRIDS)
            .drop("generation")
            .filter(col("held_in").equalTo(Upkeep.KEYS_OF.get(table).label()))
            .join(broadcast(kept.grids(session)), "grid")
            .select("key", "generation")
            .distinct()
            .withColumn("covered", lit(true));
    return rows.join(keys, new String[] {"key", "generation"}, "left")
        .withColumn("stays", coalesce(stays(), lit(true)))
        .withColumn("same", lit(true))
        .drop("covered");
  }

  private Column stays() {
    Column run = col("run_id");
    return coalesce(col("covered"), lit(false))
        .or(run.isin(kept.ids().toArray()))
        .or(not(run.isin(kept.expired().toArray())).and(run.geq(kept.oldest())));
  }

  private void look(Table table) {
    Map<String, DataFile> files = new HashMap<>();
    for (DataFile file : upkeep.settled(table)) {
      files.put(name(file.path()), file);
    }
    if (Upkeep.KEYS_OF.containsKey(table)) {
      Set<DataFile> settled = Set.copyOf(files.values());
      List<DataFile> others =
          folder.files(table).stream().filter(file -> !settled.contains(file)).toList();
      surviving.addAll(runs(folder.rows(session, table, others)));
    }
    if (files.isEmpty()) {
      return;
    }
    List<String> columns = new ArrayList<>(List.of("_metadata.file_name AS file", "generation"));
    if (table == Table.GRIDS || table == Table.RUNS) {
      columns.add("grid");
    }
    if (table != Table.GRIDS) {
      columns.add("run_id");
    }
    if (Upkeep.KEYS_OF.containsKey(table)) {
      columns.add("key");
    }
    Dataset<Row> rows = folder.rows(session, table, List.copyOf(files.values()));
    Dataset<Row> marked = marked(table, rows.selectExpr(columns.toArray(String[]::new))).cache();
    List<Share> own = new ArrayList<>();
    for (Row row :
        marked
            .groupBy("file")
            .agg(count(lit(1)), number(col("stays")), number(col("stays").and(col("same"))))
            .collectAsList()) {
      DataFile file = files.get(row.getString(0));
      own.add(new Share(file, row.getLong(1) - row.getLong(2), row.getLong(2), row.getLong(3)));
    }
    shares.put(table, own);
    if (Upkeep.KEYS_OF.containsKey(table)) {
      surviving.addAll(runs(marked.filter("stays")));
    }
    marked.unpersist();
  }

  private static List<String> runs(Dataset<Row> rows) {
    return rows.select("run_id").distinct().as(Encoders.STRING()).collectAsList();
  }

  private static Column number(Column condition) {
    return sum(when(condition, lit(1L)).otherwise(lit(0L)));
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /**
   * Takes the rows out of the tables, and puts those back that a run which ended meanwhile stands
   * on.
   *
   * @throws IOException if what would stay is not what should, and nothing is changed then
   */
  public void commit(RunInfo info) throws IOException {
    TableWriter tables = new TableWriter(session, folder, info.id());
    List<DataFile> replaced = new ArrayList<>();
    for (Map.Entry<Table, List<Share>> entry : shares.entrySet()) {
      Map<Integer, List<DataFile>> mixed = new TreeMap<>();
      for (Share share : entry.getValue()) {
        if (share.isReplaced()) {
          replaced.add(share.file());
        }
        if (share.isReplaced() && share.left() > 0) {
          mixed
              .computeIfAbsent(share.file().generation(), key -> new ArrayList<>())
              .add(share.file());
        }
      }
      for (Map.Entry<Integer, List<DataFile>> some : mixed.entrySet()) {
        leave(tables, entry.getKey(), some.getKey(), some.getValue());
      }
    }
    if (!replaced.isEmpty()) {
      folder.replace(info.id(), replaced);
      upkeep.restore(tables);
    }
    Set<String> gone = new HashSet<>(kept.expired());
    gone.removeAll(surviving);
    folder.deleteReports(gone);
  }

  private void leave(TableWriter tables, Table table, int generation, List<DataFile> files)
      throws IOException {
    long bytes = files.stream().mapToLong(DataFile::bytes).sum();
    Dataset<Row> all = KeyOnce.traced(folder.known(session, table, files));
    Dataset<Row> rows;
    if (table == Table.COMPRESSED) {
      // Containers are not moved to be marked.
      Dataset<Row> stay =
          marked(table, all.select("key", "run_id", "generation", KeyOnce.FILE, KeyOnce.ROW))
              .filter("stays")
              .select(KeyOnce.FILE, KeyOnce.ROW);
      rows = all.join(broadcast(stay), new String[] {KeyOnce.FILE, KeyOnce.ROW}, "left_semi");
    } else {
      rows = marked(table, all).filter("stays");
    }
    if (table == Table.RUNS) {
      rows =
          rows.withColumn("grid", when(col("same"), col("grid")).otherwise(lit(Coverage.EXPIRED)));
    }
    tables.rewrite(
        table,
        generation,
        KeyOnce.once(table, rows).coalesce((int) Math.max(1, bytes / FILE_BYTES)));
  }
}
