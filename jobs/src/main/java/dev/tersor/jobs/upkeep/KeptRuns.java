package dev.tersor.jobs.upkeep;

import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.Table;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Which runs stay, and with them what they stand on.
 *
 * @param ids of the runs that stay
 * @param expired of those that do not
 * @param grids of the runs that stay: the rows of these keys stay, whoever computed them
 * @param oldest of the ids that stay: a run without a row, since it was killed, stays if it sorts
 *     after it
 */
record KeptRuns(Set<String> ids, Set<String> expired, Set<String> grids, String oldest) {
  /** Numbers of snapshots first: clocks go back. */
  private static final Comparator<Row> ORDER =
      Comparator.<Row, Long>comparing(
              row -> row.<Long>getAs("after_snapshot"), Comparator.nullsFirst(Long::compare))
          .thenComparing(row -> row.<String>getAs("run_id"));

  static KeptRuns of(SparkSession session, ResultsFolder folder, KeepRule rule) {
    Map<String, Row> runs = new LinkedHashMap<>();
    folder.table(session, Table.RUNS).collectAsList().stream()
        .sorted(ORDER)
        .forEach(row -> runs.put(row.getAs("run_id"), row));
    Set<String> trained =
        new TreeSet<>(
            folder
                .table(session, Table.TRAINED)
                .select("run_id")
                .distinct()
                .as(Encoders.STRING())
                .collectAsList());
    return of(new ArrayList<>(runs.values()), trained, rule);
  }

  /**
   * @param runs rows of the runs table, in order
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
    Set<String> all =
        runs.stream().map(row -> row.<String>getAs("run_id")).collect(Collectors.toSet());
    all.removeAll(ids);
    Set<String> grids =
        runs.stream()
            .filter(row -> ids.contains(row.<String>getAs("run_id")))
            .map(row -> row.<String>getAs("grid"))
            .filter(grid -> grid != null)
            .collect(Collectors.toCollection(TreeSet::new));
    String oldest =
        unknown || ids.isEmpty() ? "" : ids.stream().min(Comparator.naturalOrder()).orElseThrow();
    return new KeptRuns(ids, all, grids, oldest);
  }
}
