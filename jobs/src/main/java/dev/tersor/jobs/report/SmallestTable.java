package dev.tersor.jobs.report;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.ColumnData;
import dev.tersor.core.index.Access;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.apache.spark.sql.Row;

/**
 * The table at the end of a sweep: for each model and setting the smallest container in each kind
 * of access, everything counted, beside order-0 entropy, the best context model and the error of
 * what it decodes to.
 */
public final class SmallestTable {
  /**
   * One line of it.
   *
   * @param byAccess the smallest verified row of each kind of access
   * @param failed encodings with a failed cell
   */
  private record Line(SettingRows rows, Map<Access, Row> byAccess, long failed) {
    static Line of(SettingRows rows) {
      Map<Access, Row> smallest = new EnumMap<>(Access.class);
      long failed = 0;
      for (Row row : rows.byEncoding().values()) {
        if (row.<Boolean>getAs("verified")) {
          Access access = Access.valueOf(row.<String>getAs("access").toUpperCase(Locale.ROOT));
          smallest.merge(access, row, (one, other) -> bytes(one) <= bytes(other) ? one : other);
        } else {
          failed++;
        }
      }
      return new Line(rows, smallest, failed);
    }

    String sparsity() {
      return best() == null ? rows.setting().target() : rows.reached(best());
    }

    /** The smallest of all, or null where all failed. */
    Row best() {
      return byAccess.values().stream()
          .min(Comparator.comparingLong(SmallestTable::bytes))
          .orElse(null);
    }
  }

  private SmallestTable() {}

  /**
   * @param models rows of the models table
   */
  public static String of(List<Row> models) {
    List<Line> lines = SettingRows.of(models).stream().map(Line::of).toList();
    List<ColumnData<Line>> columns = new ArrayList<>();
    columns.add(PlanText.left("model").with(line -> line.rows().model()));
    columns.add(PlanText.left("weights").with(line -> line.rows().source()));
    columns.add(PlanText.right("sparsity").with(line -> line.sparsity()));
    columns.add(PlanText.right("bits").with(line -> line.rows().setting().codes()));
    // The weakest first: mostly the smallest.
    add(columns, lines, Access.SEQUENTIAL, "read in sequence");
    add(columns, lines, Access.PARALLEL, "read in parallel");
    add(columns, lines, Access.RANDOM, "read at random");
    columns.add(
        PlanText.right("order-0")
            .with(line -> of(line, row -> Figures.size(row.<Double>getAs("floor_bytes")))));
    columns.add(PlanText.left("context model").with(SmallestTable::context));
    columns.add(
        PlanText.right("of fp32")
            .with(line -> of(line, row -> "1/" + times(row.<Double>getAs("ratio_fp32")))));
    columns.add(PlanText.right("SQNR").with(line -> of(line, SmallestTable::noise)));
    if (has(lines, "top1_accuracy")) {
      columns.add(
          PlanText.right("top-1")
              .with(line -> of(line, row -> Figures.share(row.<Double>getAs("top1_accuracy")))));
      columns.add(
          PlanText.right("dense")
              .with(
                  line ->
                      of(line, row -> Figures.share(row.<Double>getAs("dense_top1_accuracy")))));
    }
    if (lines.stream().anyMatch(line -> line.failed() > 0)) {
      columns.add(PlanText.right("failed").with(line -> Long.toString(line.failed())));
    }
    return "Smallest recipe in each kind of access and its bytes, everything counted; * smallest of"
        + " the row; order-0: entropy of mask and values; context model: the smallest of "
        + ContextModels.names()
        + "\n"
        + AsciiTable.getTable(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, lines, columns)
        + "\n";
  }

  /** A column for a kind of access, where any line has one. */
  private static void add(
      List<ColumnData<Line>> columns, List<Line> lines, Access access, String header) {
    int width =
        lines.stream()
            .map(line -> line.byAccess().get(access))
            .mapToInt(row -> row == null ? 0 : row.<String>getAs("encoding").length())
            .max()
            .orElse(0);
    if (width > 0) {
      columns.add(PlanText.left(header).with(line -> smallest(line, access, width)));
    }
  }

  private static String smallest(Line line, Access access, int width) {
    Row row = line.byAccess().get(access);
    if (row == null) {
      return line.byAccess().isEmpty() ? "failed" : "";
    }
    return String.format(
        Locale.ROOT,
        "%-" + width + "s %8s%s",
        row.<String>getAs("encoding"),
        Figures.size((double) bytes(row)),
        bytes(row) == bytes(line.best()) ? "*" : "");
  }

  /** The smallest container of a coder that knows the place, whatever is smaller. */
  private static String context(Line line) {
    if (line.byAccess().isEmpty()) {
      return "";
    }
    return ContextModels.best(line.rows().byEncoding().values(), "total_bytes")
        .map(row -> row.<String>getAs("encoding") + " " + Figures.size((double) bytes(row)))
        .orElse(ContextModels.ABSENT);
  }

  private static String noise(Row row) {
    Double decibels = row.getAs("sqnr_db");
    return decibels == null ? "exact" : String.format(Locale.ROOT, "%.1f dB", decibels);
  }

  private static String times(double ratio) {
    return String.format(Locale.ROOT, "%.1f", ratio);
  }

  private static boolean has(List<Line> lines, String column) {
    return lines.stream().anyMatch(line -> !of(line, row -> text(row, column)).isEmpty());
  }

  private static String text(Row row, String column) {
    Object value = row.getAs(column);
    return value == null ? "" : value.toString();
  }

  /** What the smallest row of a line says; nothing where all failed. */
  private static String of(Line line, Function<Row, String> what) {
    Row best = line.best();
    return best == null ? "" : what.apply(best);
  }

  private static long bytes(Row row) {
    return row.<Long>getAs("total_bytes");
  }
}
