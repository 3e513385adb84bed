package dev.tersor.jobs.report;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.ColumnData;
import dev.tersor.jobs.comparison.Comparison;
import dev.tersor.jobs.comparison.Run;
import dev.tersor.jobs.comparison.RunState;
import dev.tersor.jobs.comparison.Tolerances;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;

/** A comparison for people: what was compared, what is worse, and where. */
public final class ComparisonText {
  private ComparisonText() {}

  /**
   * @param most rows of each table
   */
  public static String of(Comparison comparison, int most) {
    Map<String, Long> counts = comparison.regressionCounts();
    StringBuilder text = new StringBuilder(head(comparison));
    if (!counts.isEmpty()) {
      List<Row> worst = comparison.regressions().takeAsList(most);
      long all = counts.values().stream().mapToLong(Long::longValue).sum();
      text.append("\nRegressions, worst first\n").append(RegressionTable.of(worst)).append('\n');
      text.append(more(all - worst.size(), "--rows shows more, --json FILE has all"));
    }
    List<Row> changed =
        comparison.summary().stream()
            .filter(row -> any(row, "worse", "better", "new", "vanished"))
            .toList();
    if (!changed.isEmpty()) {
      List<Row> shown = changed.subList(0, Math.min(most, changed.size()));
      text.append("\nBy model and encoding, most regressions first\n").append(summary(shown));
      text.append('\n').append(more(changed.size() - shown.size(), "--rows shows more"));
    }
    return text.append('\n').append(end(comparison, counts)).toString();
  }

  private static String more(long left, String how) {
    return left <= 0 ? "" : String.format(Locale.ROOT, "and %,d more; %s%n", left, how);
  }

  private static boolean any(Row row, String... counts) {
    for (String count : counts) {
      if (row.<Long>getAs(count) > 0) {
        return true;
      }
    }
    return false;
  }

  private static String head(Comparison comparison) {
    Tolerances tolerances = comparison.options().tolerances();
    StringBuilder text = new StringBuilder();
    text.append("before: ").append(side(comparison.before()));
    text.append("after:  ").append(side(comparison.after()));
    text.append(
        String.format(
            Locale.ROOT,
            "%,d cells in both, of which %,d are the same rows; %,d only after, %,d only before;"
                + " %,d failed on both sides%n",
            comparison.count("common"),
            comparison.count("held"),
            comparison.count("new"),
            comparison.count("vanished"),
            comparison.count("failing")));
    line(text, "other weights than before", changed(comparison, "changed_weights"));
    line(text, "computed by another version of Tersor", changed(comparison, "changed_version"));
    line(text, "left out, with other weights", changed(comparison, "left_out"));
    line(text, "speed not compared, timed once or not equally often", untimed(comparison));
    line(text, "accuracy on one side only", settings(comparison, "new", "lost"));
    line(text, "accuracy on other test images", settings(comparison, "other-test"));
    return text.append(
            String.format(
                Locale.ROOT,
                "tolerances: bytes %s %%, mean squared error %s %%, accuracy %s points,"
                    + " times %s %%%n",
                Figures.plain(tolerances.size()),
                Figures.plain(tolerances.error()),
                Figures.plain(tolerances.accuracy()),
                Figures.plain(tolerances.speed())))
        .toString();
  }

  private static void line(StringBuilder text, String what, String of) {
    if (!of.isEmpty()) {
      text.append(what).append(": ").append(of).append('\n');
    }
  }

  private static String side(RunState state) {
    Run run = state.run();
    return state.path()
        + " as of run "
        + run.id()
        + (run.ended() ? ", Tersor " + run.version() : ", which has not ended")
        + "\n";
  }

  /** The models that have such cells, and how many. */
  private static String changed(Comparison comparison, String count) {
    return comparison.byModel(count).entrySet().stream()
        .map(each -> String.format(Locale.ROOT, "%s (%,d cells)", each.getKey(), each.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static String untimed(Comparison comparison) {
    long cells = comparison.count("untimed");
    return cells == 0 ? "" : String.format(Locale.ROOT, "%,d cells", cells);
  }

  private static String settings(Comparison comparison, String... statuses) {
    long count = 0;
    for (String status : statuses) {
      count += comparison.accuracies(status);
    }
    return count == 0 ? "" : String.format(Locale.ROOT, "%,d settings", count);
  }

  private static String summary(List<Row> rows) {
    List<ColumnData<Row>> columns = new ArrayList<>();
    columns.add(PlanText.left("model").with(row -> row.getAs("model")));
    columns.add(PlanText.left("encoding").with(row -> row.getAs("encoding")));
    columns.add(PlanText.right("cells").with(row -> count(row, "common")));
    for (String count : List.of("worse", "better", "failed", "mended", "new", "vanished")) {
      columns.add(PlanText.right(count).with(row -> count(row, count)));
    }
    columns.add(PlanText.right("bytes before").with(row -> bytes(row.getAs("before_bytes"))));
    columns.add(PlanText.right("after").with(row -> bytes(row.getAs("after_bytes"))));
    columns.add(PlanText.right("change").with(ComparisonText::totalChange));
    columns.add(
        PlanText.right("decode, copies").with(row -> copies(row.getAs("before_decode_copies"))));
    columns.add(PlanText.right("after").with(row -> copies(row.getAs("after_decode_copies"))));
    return AsciiTable.getTable(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, rows, columns);
  }

  private static String count(Row row, String column) {
    long count = row.<Long>getAs(column);
    return count == 0 ? "" : String.format(Locale.ROOT, "%,d", count);
  }

  private static String bytes(Long bytes) {
    return bytes == null ? "" : Figures.size(bytes.doubleValue());
  }

  private static String copies(Double copies) {
    return copies == null ? "" : String.format(Locale.ROOT, "%.1f", copies);
  }

  private static String totalChange(Row row) {
    Long before = row.getAs("before_bytes");
    Long after = row.getAs("after_bytes");
    return before == null || after == null || before == 0
        ? ""
        : String.format(Locale.ROOT, "%+.2f %%", 100.0 * (after - before) / before);
  }

  private static String end(Comparison comparison, Map<String, Long> counts) {
    String better =
        String.format(
            Locale.ROOT,
            "; %,d cells and %,d accuracies are better%n",
            comparison.count("better"),
            comparison.betterAccuracies());
    if (counts.isEmpty()) {
      return "no regression" + better;
    }
    long all = counts.values().stream().mapToLong(Long::longValue).sum();
    return counts.entrySet().stream()
        .map(each -> String.format(Locale.ROOT, "%,d %s", each.getValue(), each.getKey()))
        .collect(
            Collectors.joining(", ", String.format(Locale.ROOT, "%,d regressions: ", all), better));
  }
}
