package dev.tersor.jobs.upkeep;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import dev.tersor.jobs.table.DataFile;
import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.RunInfo;
import dev.tersor.jobs.table.Table;
import dev.tersor.jobs.table.TableWriter;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Rows of old runs out of the tables, those left that a run which stays stands on. Rows of all
 * tables go in one commit.
 */
public final class Expiry {
  private static final Map<Table, Table> KEYS_OF = new EnumMap<>(Table.class);

  static {
    for (Table table : List.of(Table.CELLS, Table.STREAMS, Table.HISTOGRAMS, Table.COMPRESSED)) {
      KEYS_OF.put(table, Table.CELLS);
    }
    KEYS_OF.put(Table.MODELS, Table.MODELS);
    KEYS_OF.put(Table.CODEBOOKS, Table.CODEBOOKS);
  }

  /** Rows of a file that go and that stay. */
  private record Share(DataFile file, long gone, long left) {}

  private final SparkSession session;
  private final ResultsFolder folder;
  private final KeptRuns kept;
  private final Map<Table, List<Share>> shares = new EnumMap<>(Table.class);
  private final Set<String> surviving = new HashSet<>();

  /**
   * Finds what is to go; changes nothing.
   *
   * @param rule which runs stay
   */
  public static Expiry of(SparkSession session, ResultsFolder folder, KeepRule rule) {
    return new Expiry(session, folder, KeptRuns.of(session, folder, rule));
  }

  private Expiry(SparkSession session, ResultsFolder folder, KeptRuns kept) {
    this.session = session;
    this.folder = folder;
    this.kept = kept;
    surviving.addAll(kept.ids());
    for (Table table : KEYS_OF.keySet()) {
      look(table);
    }
    look(Table.RUNS);
    look(Table.GRIDS);
  }

  /** The runs that expire. */
  public Set<String> expired() {
    return kept.expired();
  }

  /** The finished runs of which rows stay. */
  public Set<String> surviving() {
    return surviving;
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
      return rows.withColumn("stays", col("run_id").isin(surviving.toArray()));
    }
    if (table == Table.GRIDS) {
      return rows.withColumn("stays", col("grid").isin(kept.grids().toArray()));
    }
    Dataset<Row> keys =
        folder
            .table(session, Table.GRIDS)
            .filter(col("grid").isin(kept.grids().toArray()))
            .filter(col("held_in").equalTo(KEYS_OF.get(table).label()))
            .select("key")
            .distinct()
            .withColumn("covered", lit(true));
    return rows.join(keys, rows.col("key").equalTo(keys.col("key")), "left")
        .drop(keys.col("key"))
        .withColumn("stays", coalesce(stays(), lit(true)))
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
    folder
        .snapshot()
        .ifPresent(snapshot -> snapshot.files(table).forEach(file -> files.put(file.path(), file)));
    if (files.isEmpty()) {
      return;
    }
    Dataset<Row> rows = folder.table(session, table);
    List<String> columns = new ArrayList<>(List.of("_metadata.file_path AS file"));
    if (table == Table.GRIDS) {
      columns.add("grid");
    } else {
      columns.add("run_id");
    }
    if (KEYS_OF.containsKey(table)) {
      columns.add("key");
    }
    Dataset<Row> marked = marked(table, rows.selectExpr(columns.toArray(new String[0]))).cache();
    List<Share> own = new ArrayList<>();
    for (Row row :
        marked
            .groupBy("file")
            .agg(count(lit(1)), sum(when(col("stays"), lit(1L)).otherwise(lit(0L))))
            .collectAsList()) {
      String path = folder.relative(new Path(URI.create(row.getString(0))));
      own.add(new Share(files.get(path), row.getLong(1) - row.getLong(2), row.getLong(2)));
    }
    shares.put(table, own);
    if (KEYS_OF.containsKey(table)) {
      surviving.addAll(
          marked.filter("stays").select("run_id").distinct().as(Encoders.STRING()).collectAsList());
    }
    marked.unpersist();
  }

  /**
   * Takes the rows out of the tables, in one commit; their files go to {@code _old}.
   *
   * @throws IOException if what would stay is not what should, and nothing is changed then
   */
  public void commit(RunInfo info) throws IOException {
    TableWriter tables = new TableWriter(session, folder, info.id());
    String wave = info.wave(0);
    List<DataFile> replaced = new ArrayList<>();
    for (Map.Entry<Table, List<Share>> entry : shares.entrySet()) {
      Table table = entry.getKey();
      Map<String, List<DataFile>> mixed = new TreeMap<>();
      long left = 0;
      for (Share share : entry.getValue()) {
        if (share.gone() == 0) {
          continue;
        }
        replaced.add(share.file());
        if (share.left() > 0) {
          String path = share.file().path();
          mixed
              .computeIfAbsent(path.substring(0, path.lastIndexOf('/')), key -> new ArrayList<>())
              .add(share.file());
          left += share.left();
        }
      }
      for (List<DataFile> files : mixed.values()) {
        Dataset<Row> rows = folder.files(session, table, files);
        tables.stage(marked(table, rows).filter("stays").drop("stays").coalesce(1), wave, table);
      }
      if (left > 0) {
        long staged = folder.stagedRows(session, info.id(), wave, table).count();
        if (staged != left) {
          throw new IOException(
              "expiry would leave %d rows of %s, expected %d; nothing was changed"
                  .formatted(staged, table.label(), left));
        }
      }
    }
    if (!replaced.isEmpty()) {
      folder.replace(info.id(), wave, replaced);
    }
  }
}
