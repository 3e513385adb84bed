package dev.tersor.jobs.report;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import dev.tersor.jobs.plan.Setting;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.apache.spark.sql.Row;

/**
 * Networks in one sequence each as a table that a person can read; nothing where there are none.
 */
public final class SequenceTable {
  private SequenceTable() {}

  /**
   * @param rows of the sequences table
   */
  public static String of(List<Row> rows) {
    return rows.isEmpty()
        ? ""
        : AsciiTable.getTable(
                rows,
                List.of(
                    text("one sequence of", row -> row.getAs("model")),
                    text("setting", row -> Setting.of(row).label()),
                    text("encoding", row -> row.getAs("encoding")),
                    number("bytes", row -> plain("%,d", row.getAs("total_bytes"))),
                    number("of fp32", row -> plain("1/%.2f", row.getAs("ratio_fp32"))),
                    number("find a layer", row -> plain("%.0f ns", row.getAs("place_ns"))),
                    number("element", row -> plain("%.1f ns", row.getAs("element_ns_per_weight"))),
                    number("block", row -> plain("%.1f ns", row.getAs("block_ns_per_weight"))),
                    text(
                        "failure",
                        row -> row.getAs("error") == null ? "" : row.<String>getAs("error"))))
            + "\n";
  }

  private static ColumnData<Row> text(String header, Function<Row, String> value) {
    return new Column().header(header).dataAlign(HorizontalAlign.LEFT).maxWidth(60).with(value);
  }

  private static ColumnData<Row> number(String header, Function<Row, String> value) {
    return new Column().header(header).dataAlign(HorizontalAlign.RIGHT).with(value);
  }

  private static String plain(String format, Object value) {
    return value == null ? "" : String.format(Locale.ROOT, format, value);
  }
}
