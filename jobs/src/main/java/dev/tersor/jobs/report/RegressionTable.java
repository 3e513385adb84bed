package dev.tersor.jobs.report;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.OverflowBehaviour;
import dev.tersor.jobs.plan.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.apache.spark.sql.Row;

/** What is worse in one result than in another. */
final class RegressionTable {
  private static final int WIDEST = 60;
  private static final List<String> PARTS =
      List.of("index_bytes", "value_bytes", "table_bytes", "codebook_bytes", "header_bytes");

  private RegressionTable() {}

  /** A row for each regression, with what is known of its cause. */
  static String of(List<Row> rows) {
    List<ColumnData<Row>> columns = new ArrayList<>();
    columns.add(PlanText.left("worse").with(RegressionTable::what));
    columns.add(PlanText.left("model").with(row -> row.getAs("model")));
    columns.add(PlanText.left("tensor").with(RegressionTable::tensor));
    columns.add(PlanText.right("sparsity").with(row -> Setting.of(row).target()));
    columns.add(PlanText.right("bits").with(row -> Setting.of(row).codes()));
    columns.add(PlanText.left("encoding").with(row -> row.getAs("encoding")));
    columns.add(PlanText.right("before").with(row -> figure(row, row.getAs("before"))));
    columns.add(PlanText.right("after").with(row -> figure(row, row.getAs("after"))));
    columns.add(PlanText.right("change").with(RegressionTable::change));
    columns.add(
        PlanText.left("because")
            .maxWidth(WIDEST, OverflowBehaviour.NEWLINE)
            .with(RegressionTable::because));
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
      String column, Row before, Row after, Function<String, String> say, List<String> reasons) {
    String one = before.getAs(column);
    String other = after.getAs(column);
    if (one != null && other != null && !one.equals(other)) {
      reasons.add(say.apply(column.equals("weights_hash") ? other : one + " -> " + other));
    }
  }
}
