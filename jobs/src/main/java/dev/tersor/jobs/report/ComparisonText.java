package dev.tersor.jobs.report;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import com.github.freva.asciitable.OverflowBehaviour;
import dev.tersor.jobs.comparison.Comparison;
import dev.tersor.jobs.comparison.Run;
import dev.tersor.jobs.comparison.Snapshot;
import dev.tersor.jobs.comparison.Tolerances;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;

/** A comparison for people: what was compared, what is worse, and where. */
public final class ComparisonText {
  private static final int WIDEST = 60;
  private static final List<String> PARTS =
      List.of("index_bytes", "value_bytes", "table_bytes", "codebook_bytes", "header_bytes");

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
      text.append("\nRegressions, worst first\n").append(worst(worst)).append('\n');
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
                plain(tolerances.size()),
                plain(tolerances.error()),
                plain(tolerances.accuracy()),
                plain(tolerances.speed())))
        .toString();
  }

  private static void line(StringBuilder text, String what, String of) {
    if (!of.isEmpty()) {
      text.append(what).append(": ").append(of).append('\n');
    }
  }

  private static String side(Snapshot snapshot) {
    Run run = snapshot.run();
    return snapshot.path()
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

  private static String worst(List<Row> rows) {
    List<ColumnData<Row>> columns = new ArrayList<>();
    columns.add(left("worse").with(ComparisonText::what));
    columns.add(left("model").with(row -> row.getAs("model")));
    columns.add(left("tensor").with(ComparisonText::tensor));
    columns.add(right("sparsity").with(ComparisonText::sparsity));
    columns.add(right("bits").with(ComparisonText::bits));
    columns.add(left("encoding").with(row -> row.getAs("encoding")));
    columns.add(right("before").with(row -> figure(row, row.getAs("before"))));
    columns.add(right("after").with(row -> figure(row, row.getAs("after"))));
    columns.add(right("change").with(ComparisonText::change));
    columns.add(
        left("because").maxWidth(WIDEST, OverflowBehaviour.NEWLINE).with(ComparisonText::because));
    return AsciiTable.getTable(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, rows, columns);
  }

  private static String what(Row row) {
    String metric = row.getAs("metric");
    return switch (row.<String>getAs("kind")) {
      case "failed" -> "fails";
      case "vanished" -> "vanished";
      default -> metric.replace('_', ' ');
    };
  }

  private static String tensor(Row row) {
    String tensor = row.getAs("tensor");
    Integer segment = row.getAs("segment");
    return tensor == null ? "" : segment == 0 ? tensor : tensor + " #" + segment;
  }

  private static String sparsity(Row row) {
    Double target = row.getAs("sparsity_target");
    String pruning = row.getAs("pruning");
    if (target == null) {
      return pruning;
    }
    String percent = plain(Math.round(1000 * target) / 10.0) + " %";
    return pruning.equals("tensor") ? percent : percent + " " + pruning;
  }

  private static String bits(Row row) {
    Integer bits = row.getAs("bits");
    String setting = row.getAs("setting");
    String codebook = row.getAs("codebook");
    return String.join(
            " ",
            bits == null ? "" : bits.toString(),
            setting == null ? "" : setting,
            codebook == null ? "" : codebook)
        .replace("  ", " ")
        .strip();
  }

  private static String figure(Row row, Double value) {
    if (value == null) {
      return "";
    }
    String metric = row.getAs("metric");
    return metric.endsWith("_bytes")
        ? String.format(Locale.ROOT, "%,.0f", value)
        : metric.equals("top1_accuracy")
            ? Figures.share(value)
            : metric.equals("mse")
                ? String.format(Locale.ROOT, "%.4g", value)
                : Figures.ratio(value);
  }

  private static String change(Row row) {
    double worse = row.<Double>getAs("worse");
    if (row.getAs("before") == null || Double.isInfinite(worse)) {
      return "";
    }
    return row.getAs("kind").equals("accuracy")
        ? String.format(Locale.ROOT, "-%.2f points", worse)
        : String.format(Locale.ROOT, "+%.2f %%", worse);
  }

  /** The error of a cell that fails; the parts of one that is larger; what else changed. */
  private static String because(Row row) {
    Row before = row.getAs("cell_before");
    Row after = row.getAs("cell_after");
    List<String> reasons = new ArrayList<>();
    if (after != null && after.getAs("error") != null) {
      reasons.add(after.getAs("error"));
    }
    if (before != null && after != null) {
      if (row.getAs("kind").equals("size")) {
        PARTS.forEach(part -> part(part, before, after, reasons));
      }
      changed("weights_hash", before, after, value -> "other weights", reasons);
      changed("recipe", before, after, value -> "recipe " + value, reasons);
      changed("version", before, after, value -> "version " + value, reasons);
    }
    return String.join(", ", reasons);
  }

  private static void part(String part, Row before, Row after, List<String> reasons) {
    Long one = before.getAs(part);
    Long other = after.getAs(part);
    if (one != null && other != null && !one.equals(other)) {
      reasons.add(
          String.format(Locale.ROOT, "%s %+,d", part.substring(0, part.indexOf('_')), other - one));
    }
  }

  private static void changed(
      String column,
      Row before,
      Row after,
      Function<String, String> say,
      List<String> reasons) {
    String one = before.getAs(column);
    String other = after.getAs(column);
    if (one != null && other != null && !one.equals(other)) {
      reasons.add(say.apply(column.equals("weights_hash") ? other : one + " -> " + other));
    }
  }

  private static String summary(List<Row> rows) {
    List<ColumnData<Row>> columns = new ArrayList<>();
    columns.add(left("model").with(row -> row.getAs("model")));
    columns.add(left("encoding").with(row -> row.getAs("encoding")));
    columns.add(right("cells").with(row -> count(row, "common")));
    for (String count : List.of("worse", "better", "failed", "mended", "new", "vanished")) {
      columns.add(right(count).with(row -> count(row, count)));
    }
    columns.add(right("bytes before").with(row -> bytes(row.getAs("before_bytes"))));
    columns.add(right("after").with(row -> bytes(row.getAs("after_bytes"))));
    columns.add(right("change").with(ComparisonText::totalChange));
    columns.add(
        right("decode, copies").with(row -> copies(row.getAs("before_decode_copies"))));
    columns.add(right("after").with(row -> copies(row.getAs("after_decode_copies"))));
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
            Collectors.joining(
                ", ", String.format(Locale.ROOT, "%,d regressions: ", all), better));
  }

  private static String plain(double number) {
    return java.math.BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
  }

  private static Column left(String header) {
    return new Column()
        .header(header)
        .headerAlign(HorizontalAlign.LEFT)
        .dataAlign(HorizontalAlign.LEFT);
  }

  private static Column right(String header) {
    return new Column().header(header).dataAlign(HorizontalAlign.RIGHT);
  }
}
