package dev.tersor.jobs.report;

import dev.tersor.jobs.config.Nearest;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.Table;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * What a page says of a results folder, counted and summed up by Spark: a few hundred rows, however
 * large the tables are.
 *
 * @param source the folder, as it was named
 * @param run the one that the report is of; null for all
 * @param runs rows of the runs table, the newest first
 * @param allRuns how many there are
 * @param unfinished runs that wrote rows and have none of their own
 * @param models in order of their names
 * @param allModels how many there are
 * @param failures errors with the number of cells that have them and one of those
 * @param allFailures how many errors there are
 * @param cells of all models, failed ones included
 * @param failed those without a verified result
 * @param device counts on a board
 */
record Report(
    String source,
    String run,
    List<Row> runs,
    long allRuns,
    List<String> unfinished,
    List<ModelReport> models,
    long allModels,
    List<Row> failures,
    long allFailures,
    long cells,
    long failed,
    DeviceReport device) {
  static final int MAX_MODELS = 8;
  static final int MAX_RUNS = 20;
  static final int MAX_FAILURES = 60;

  private static final String RUNS =
      """
      WITH asked AS (SELECT * FROM report_runs WHERE %s)
      SELECT *, (SELECT count(*) FROM asked) AS total FROM asked ORDER BY run_id DESC LIMIT :most""";

  private static final String UNFINISHED =
      """
      SELECT DISTINCT run_id FROM report_scope_cells c
      WHERE run_id NOT IN (SELECT run_id FROM report_runs WHERE run_id IS NOT NULL) ORDER BY run_id""";

  private static final String FACTS =
      "SELECT *, model IN (SELECT model FROM report_shown) AS shown FROM report_facts ORDER BY model";

  private static final String FAILURES =
      """
      WITH errors AS (
        SELECT model, substring(error, 1, 600) AS error, count(*) AS cells, count(DISTINCT tensor) AS tensors,
               min_by(struct(tensor, segment, setting_key, encoding, pruning, sparsity_target, bits, setting, codebook, weights_hash),
                      concat(tensor, ' ', encoding)) AS one
        FROM report_cells WHERE NOT verified GROUP BY model, substring(error, 1, 600))
      SELECT *, (SELECT count(*) FROM errors) AS total FROM errors ORDER BY cells DESC, model, error LIMIT :most""";

  /**
   * Asks the tables.
   *
   * @param models names; empty for all
   * @param run null for all
   * @throws UsageException if there are no such models or no such run, or nothing to report
   */
  static Report of(
      SparkSession session, ResultsFolder folder, String source, List<String> models, String run) {
    check(session, folder, source, models, run);
    try (ReportViews views =
        new ReportViews(session, folder, models, run, MAX_MODELS, ModelReport.MAX_SETTINGS)) {
      Map<String, Object> values = new TreeMap<>(Map.of("most", MAX_RUNS));
      if (run != null) {
        values.put("run", run);
      }
      List<Row> runs = views.ask(RUNS.formatted(run == null ? "true" : "run_id = :run"), values);
      List<Row> facts = views.ask(FACTS, Map.of());
      List<Row> failures = views.ask(FAILURES, Map.of("most", MAX_FAILURES));
      return new Report(
          source,
          run,
          runs,
          total(runs),
          views.ask(UNFINISHED, Map.of()).stream().map(row -> row.getString(0)).toList(),
          ModelReport.of(views, facts.stream().filter(row -> row.<Boolean>getAs("shown")).toList()),
          facts.size(),
          failures,
          total(failures),
          facts.stream().mapToLong(row -> row.<Long>getAs("cells")).sum(),
          facts.stream().mapToLong(row -> row.<Long>getAs("failed")).sum(),
          DeviceReport.of(session, folder, models, run));
    }
  }

  private static long total(List<Row> rows) {
    return rows.isEmpty() ? 0 : rows.get(0).<Long>getAs("total");
  }

  /** Before anything is counted: which models and runs there are is quickly known. */
  private static void check(
      SparkSession session, ResultsFolder folder, String source, List<String> models, String run) {
    List<Row> pairs =
        ReportViews.of(session, folder, Table.CELLS, run)
            .select("model", "run_id")
            .union(ReportViews.of(session, folder, Table.MODELS, run).select("model", "run_id"))
            .union(ReportViews.of(session, folder, Table.DEVICE, run).select("model", "run_id"))
            .distinct()
            .collectAsList();
    if (pairs.isEmpty()) {
      throw new UsageException("report: " + source + " holds no results yet");
    }
    TreeSet<String> known = new TreeSet<>();
    pairs.forEach(pair -> known.add(pair.getString(0)));
    for (String model : models) {
      if (!known.contains(model)) {
        throw unknown("models: no results of model", model, source, known);
      }
    }
    if (run == null) {
      return;
    }
    TreeSet<String> wrote = new TreeSet<>();
    pairs.stream()
        .filter(pair -> models.isEmpty() || models.contains(pair.getString(0)))
        .forEach(pair -> wrote.add(pair.getString(1)));
    if (!wrote.contains(run)) {
      TreeSet<String> runs = new TreeSet<>(wrote);
      pairs.forEach(pair -> runs.add(pair.getString(1)));
      runs.addAll(
          folder.rows(session, Table.RUNS).select("run_id").as(Encoders.STRING()).collectAsList());
      if (!runs.contains(run)) {
        throw unknown("run: no run", run, source, runs);
      }
      throw new UsageException(
          "report: run '"
              + run
              + "' computed nothing"
              + (models.isEmpty() ? "" : " of " + String.join(", ", models))
              + "; what it was asked for was there");
    }
  }

  private static UsageException unknown(
      String what, String name, String source, TreeSet<String> known) {
    return new UsageException(
        what
            + " '"
            + name
            + "' in "
            + source
            + (known.isEmpty() ? "" : ", nearest: " + Nearest.to(name, known)));
  }
}
