package dev.tersor.jobs.comparison;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.desc;
import static org.apache.spark.sql.functions.expr;

import dev.tersor.jobs.comparison.Metric.Kind;
import dev.tersor.jobs.config.UsageException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/** Two states cell by cell. */
public final class Comparison implements AutoCloseable {
  /**
   * What is compared, and what counts.
   *
   * @param models those that are looked at; all where there are none
   * @param sameWeights leave out what has other weights than before
   * @param ignoreVanished count cells that are no more, but as no regression
   */
  public record Options(
      List<String> models, Tolerances tolerances, boolean sameWeights, boolean ignoreVanished) {}

  private final RunState before;
  private final RunState after;
  private final Options options;
  private final Dataset<Row> cells;
  private final List<Row> accuracies;
  private final List<Row> summary;
  private final Dataset<Row> regressions;

  private Comparison(SparkSession session, RunState before, RunState after, Options options) {
    this.before = before;
    this.after = after;
    this.options = options;
    this.cells = Cells.of(session, before, after, options).persist(StorageLevel.MEMORY_AND_DISK());
    this.summary = summarise(cells);
    Dataset<Row> settings = Accuracies.of(session, before, after, options);
    this.accuracies = settings.collectAsList();
    this.regressions = regressions(session, cells, accuracies, settings);
  }

  /**
   * @throws UsageException if the states have no cell in common
   */
  public static Comparison of(
      SparkSession session, RunState before, RunState after, Options options) {
    Comparison comparison = new Comparison(session, before, after, options);
    if (comparison.count("common") == 0) {
      long one = comparison.count("vanished");
      long other = comparison.count("new");
      comparison.close();
      throw new UsageException(
          "compare: no cell in common: %,d of %s as of %s, %,d of %s as of %s"
              .formatted(
                  one, before.path(), before.run().id(), other, after.path(), after.run().id()));
    }
    return comparison;
  }

  public RunState before() {
    return before;
  }

  public RunState after() {
    return after;
  }

  public Options options() {
    return options;
  }

  /**
   * A row for each model and encoding, those with most regressions first: {@code model, encoding},
   * counts of cells by what became of them, and totals of those that were compared.
   */
  public List<Row> summary() {
    return summary;
  }

  /** The sum of a count over all cells; the counts are columns of {@link #summary}. */
  public long count(String column) {
    return summary.stream().mapToLong(row -> row.<Long>getAs(column)).sum();
  }

  /** A count for each model that has any such cells. */
  public Map<String, Long> byModel(String column) {
    Map<String, Long> counts = new TreeMap<>();
    summary.forEach(row -> counts.merge(row.getAs("model"), row.<Long>getAs(column), Long::sum));
    counts.values().removeIf(count -> count == 0);
    return counts;
  }

  /** Settings of models whose accuracy has a status, of {@code compared, new, lost, other-test}. */
  public long accuracies(String status) {
    return accuracies.stream().filter(row -> row.getAs("status").equals(status)).count();
  }

  /** Settings of models whose accuracy got better by more than the tolerance. */
  public long betterAccuracies() {
    return accuracies.stream().filter(Accuracies::isBetter).count();
  }

  /** How many regressions there are of each kind that has any, in the order of the list. */
  public Map<String, Long> regressionCounts() {
    Map<String, Long> counts = new LinkedHashMap<>();
    for (Kind kind : Kind.values()) {
      long count =
          kind == Kind.ACCURACY
              ? accuracies.stream().filter(Accuracies::isWorse).count()
              : count(kind.count());
      if (count > 0) {
        counts.put(kind.label(), count);
      }
    }
    return counts;
  }

  /**
   * Regressions, worst first: the columns of a cell (tensor and segment are null of an accuracy),
   * kind, metric, before, after, worse, tolerance, and the figures of both sides.
   */
  public Dataset<Row> regressions() {
    return regressions.orderBy(
        col("rank"),
        desc("worse"),
        col("model"),
        col("tensor"),
        col("segment"),
        col("encoding"),
        col("pruning"),
        col("sparsity_target"),
        col("bits"),
        col("codebook"));
  }

  private static List<Row> summarise(Dataset<Row> cells) {
    List<Column> columns = new ArrayList<>();
    for (String status :
        List.of("compared", "held", "new", "vanished", "failed", "mended", "failing")) {
      columns.add(expr("count_if(status = '" + status + "')").as(status));
    }
    columns.add(expr("count_if(status = 'other-weights')").as("left_out"));
    columns.add(expr("count_if(status NOT IN ('new', 'vanished', 'other-weights'))").as("common"));
    columns.add(countIf("before.weights_hash <> after.weights_hash").as("changed_weights"));
    columns.add(countIf("before.version <> after.version").as("changed_version"));
    columns.add(expr("count_if(is_better)").as("better"));
    columns.add(expr("count_if(size(regressions) > 0)").as("worse"));
    columns.add(
        countIf("status = 'compared' AND NOT coalesce(" + Metric.IS_TIMED + ", false)")
            .as("untimed"));
    for (Kind kind : Kind.values()) {
      if (kind != Kind.ACCURACY) {
        String of = "size(filter(regressions, r -> r.kind = '" + kind.label() + "'))";
        columns.add(expr("CAST(sum(" + of + ") AS LONG)").as(kind.count()));
      }
    }
    String both = "FILTER (WHERE status IN ('compared', 'held') AND after.verified)";
    for (String side : List.of("before", "after")) {
      columns.add(expr("sum(" + side + ".total_bytes) " + both).as(side + "_bytes"));
      columns.add(
          expr("try_divide(sum(%1$s.decode_ns_per_weight * %1$s.params) %2$s, sum(%1$s.copy_ns_per_weight * %1$s.params) %2$s)"
                  .formatted(
                      side, "FILTER (WHERE status = 'compared' AND " + Metric.IS_TIMED + ")"))
              .as(side + "_decode_copies"));
    }
    return cells
        .groupBy("model", "encoding")
        .agg(columns.get(0), columns.subList(1, columns.size()).toArray(Column[]::new))
        .orderBy(desc("worse"), desc("better"), col("model"), col("encoding"))
        .collectAsList();
  }

  /** Count of cells of both sides for which a condition, maybe null, is true. */
  private static Column countIf(String condition) {
    return expr("count_if(coalesce(" + condition + ", false))");
  }

  private static Dataset<Row> regressions(
      SparkSession session, Dataset<Row> cells, List<Row> accuracies, Dataset<Row> settings) {
    List<Row> worse = accuracies.stream().filter(Accuracies::isWorse).toList();
    Dataset<Row> ofModels = session.createDataFrame(worse, settings.schema());
    Dataset<Row> ofCells = cells.withColumn("change", expr("explode(regressions)"));
    String kinds =
        Arrays.stream(Kind.values())
            .map(kind -> "'" + kind.label() + "'")
            .collect(Collectors.joining(", "));
    return ofCells
        .select(
            RunState.columns(
                Stream.concat(RunState.CELL.stream(), Stream.of("change", "before", "after"))
                    .toList()))
        .unionByName(ofModels.drop("status"), true)
        .withColumnRenamed("before", "cell_before")
        .withColumnRenamed("after", "cell_after")
        .select(
            col("*"),
            col("change.*"),
            expr("array_position(array(" + kinds + "), change.kind)").as("rank"))
        .drop("change");
  }

  @Override
  public void close() {
    cells.unpersist();
  }
}
