package dev.tersor.jobs.upkeep;

import dev.tersor.jobs.table.KeyOnce;
import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.Table;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Which runs stay, and with them what they stand on.
 *
 * @param ids of the runs that stay
 * @param expired of those that do not
 * @param grids of the runs that stay, with their generations: the rows of these keys in those
 *     generations stay, whoever computed them
 * @param oldest of the ids that stay: a run without a row, since it was killed, stays if it sorts
 *     after it
 */
record KeptRuns(
    Set<String> ids, Set<String> expired, Map<String, Set<Integer>> grids, String oldest) {
  private static final StructType GRIDS =
      new StructType().add("grid", DataTypes.StringType).add("generation", DataTypes.IntegerType);

  static KeptRuns of(SparkSession session, ResultsFolder folder, KeepRule rule) {
    List<Row> runs =
        KeyOnce.first(Table.RUNS, folder.rows(session, Table.RUNS))
            .orderBy("run_id")
            .collectAsList();
    Set<String> trained =
        new TreeSet<>(
            folder
                .rows(session, Table.TRAINED)
                .select("run_id")
                .distinct()
                .as(Encoders.STRING())
                .collectAsList());
    return of(runs, trained, rule);
  }

  /**
   * @param runs rows of the runs table with their generation, in the order of their ids
   * @param trained ids of runs that trained networks, which always stay
   */
  static KeptRuns of(List<Row> runs, Set<String> trained, KeepRule rule) {
    Set<String> ids = new LinkedHashSet<>();
    for (int i = 0; i < runs.size(); i++) {
      Row run = runs.get(i);
      boolean last = i == runs.size() - 1;
      boolean young =
          rule.most() != null
              ? runs.size() - i <= rule.most()
              : !run.<Timestamp>getAs("finished").toInstant().isBefore(rule.since());
      if (last || young || trained.contains(run.<String>getAs("run_id"))) {
        ids.add(run.getAs("run_id"));
      }
    }
    // A run of a version that did not record its keys may stand on anything before it.
    boolean unknown = false;
    for (int i = runs.size() - 1; i >= 0; i--) {
      String id = runs.get(i).getAs("run_id");
      if (unknown) {
        ids.add(id);
      }
      unknown |= ids.contains(id) && runs.get(i).getAs("grid") == null;
    }
    Set<String> expired = new TreeSet<>();
    Map<String, Set<Integer>> grids = new TreeMap<>();
    for (Row run : runs) {
      String grid = run.getAs("grid");
      if (!ids.contains(run.<String>getAs("run_id"))) {
        expired.add(run.getAs("run_id"));
      } else if (grid != null) {
        grids.computeIfAbsent(grid, key -> new TreeSet<>()).add(run.getAs("generation"));
      }
    }
    String oldest =
        unknown || ids.isEmpty() ? "" : ids.stream().min(Comparator.naturalOrder()).orElseThrow();
    return new KeptRuns(ids, expired, grids, oldest);
  }

  /** The grids as rows: grid and generation. */
  Dataset<Row> grids(SparkSession session) {
    List<Row> rows = new ArrayList<>();
    grids.forEach(
        (grid, generations) ->
            generations.forEach(generation -> rows.add(RowFactory.create(grid, generation))));
    return session.createDataFrame(rows, GRIDS);
  }
}
