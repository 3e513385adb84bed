package dev.tersor.jobs.comparison;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.struct;

import dev.tersor.jobs.comparison.Metric.Kind;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The accuracies of two states side by side. All encodings of a setting have the same, so they are
 * one row: the columns of {@link RunState#SETTING} with {@code encoding} naming one or counting
 * several, {@code status} and {@code change}.
 */
public final class Accuracies {
  private static final List<String> FIGURES =
      List.of("top1_accuracy", "test_set", "test_images", "weights_hash");

  private Accuracies() {}

  static Dataset<Row> of(
      SparkSession session, RunState before, RunState after, Comparison.Options options) {
    List<Column> columns = new ArrayList<>();
    List<Column> groups = new ArrayList<>();
    for (String name : RunState.SETTING) {
      columns.add(col("one." + name));
      if (!name.equals("encoding")) {
        groups.add(col(name));
      }
    }
    columns.add(col("before"));
    columns.add(col("after"));
    groups.add(col("status"));
    groups.add(col("change"));
    String worse =
        "round(100 * (before.top1_accuracy - after.top1_accuracy), " + Metric.DECIMALS + ")";
    String change =
        Kind.ACCURACY.change(
            "top1_accuracy",
            "before.top1_accuracy",
            "after.top1_accuracy",
            worse,
            options.tolerances());
    String otherWeights =
        options.sameWeights() ? "before.weights_hash <> after.weights_hash" : "false";
    return figures(before.accuracies(session, options.models()), "before")
        .as("one")
        .join(
            figures(after.accuracies(session, options.models()), "after").as("other"),
            RunState.same(RunState.SETTING, "one", "other"))
        .select(columns.toArray(Column[]::new))
        .filter("before.top1_accuracy IS NOT NULL OR after.top1_accuracy IS NOT NULL")
        .withColumn(
            "status",
            expr(
                "CASE WHEN "
                    + otherWeights
                    + " THEN 'other-weights'"
                    + " WHEN before.top1_accuracy IS NULL THEN 'new'"
                    + " WHEN after.top1_accuracy IS NULL THEN 'lost'"
                    + " WHEN before.test_set <> after.test_set"
                    + " OR before.test_images <> after.test_images THEN 'other-test'"
                    + " ELSE 'compared' END"))
        .withColumn("change", expr(change))
        .groupBy(groups.toArray(Column[]::new))
        .agg(
            expr("if(count(*) = 1, first(encoding),"
                    + " concat(CAST(count(*) AS STRING), ' encodings'))")
                .as("encoding"));
  }

  /** Whether an accuracy that can be compared is worse by more than the tolerance. */
  static boolean isWorse(Row setting) {
    return isPast(setting, 1);
  }

  /** The other way round. */
  static boolean isBetter(Row setting) {
    return isPast(setting, -1);
  }

  private static boolean isPast(Row setting, int sign) {
    Row change = setting.getAs("change");
    return setting.getAs("status").equals("compared")
        && sign * change.<Double>getAs("worse") > change.<Double>getAs("tolerance");
  }

  private static Dataset<Row> figures(Dataset<Row> models, String side) {
    List<Column> columns = new ArrayList<>(List.of(RunState.columns(RunState.SETTING)));
    columns.add(struct(RunState.columns(FIGURES)).as(side));
    return models.select(columns.toArray(Column[]::new));
  }
}
