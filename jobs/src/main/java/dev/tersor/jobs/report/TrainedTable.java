package dev.tersor.jobs.report;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.apache.spark.sql.Row;

/** Trained networks as a table that a person can read. */
public final class TrainedTable {
  private TrainedTable() {}

  /**
   * @param rows of the trained table
   */
  public static String of(List<Row> rows) {
    return AsciiTable.getTable(
            rows,
            List.of(
                text("network", row -> row.getAs("model")),
                text("seed", row -> row.getAs("seed").toString()),
                text("densities", row -> row.getAs("densities")),
                text("bits", row -> codes(row)),
                text("encoding", row -> row.getAs("encoding")),
                number("other bits", row -> row.getAs("bias_bits").toString()),
                number("kept", row -> kept(row)),
                number("file bytes", row -> plain(row.getAs("file_bytes"))),
                number("times smaller", row -> rounded(row.getAs("ratio_fp32"), 1)),
                number("held-out: dense", row -> percent(row.getAs("dense_held_out_error"))),
                number("pruned", row -> percent(row.getAs("pruned_held_out_error"))),
                number("shared", row -> percent(row.getAs("shared_held_out_error"))),
                number("file", row -> percent(row.getAs("held_out_error"))),
                number("test: dense", row -> percent(row.getAs("dense_test_error"))),
                number("pruned", row -> percent(row.getAs("pruned_test_error"))),
                number("file", row -> percent(row.getAs("test_error"))),
                text(
                    "failure",
                    row -> row.isNullAt(row.fieldIndex("error")) ? "" : row.getAs("error"))))
        + "\n";
  }

  private static com.github.freva.asciitable.ColumnData<Row> text(
      String header, Function<Row, String> value) {
    return new Column().header(header).dataAlign(HorizontalAlign.LEFT).maxWidth(60).with(value);
  }

  private static com.github.freva.asciitable.ColumnData<Row> number(
      String header, Function<Row, String> value) {
    return new Column().header(header).dataAlign(HorizontalAlign.RIGHT).with(value);
  }

  /** Bits and codebook, and how weights were trained behind them where they were. */
  private static String codes(Row row) {
    Double price = row.getAs("bit_price");
    String how =
        price != null && price > 0
            ? ", a bit costs " + price
            : "weights".equals(row.getAs("share_trains")) ? ", straight through" : "";
    return row.getAs("bits") + " " + row.getAs("codebook") + how;
  }

  private static String kept(Row row) {
    Long kept = row.getAs("kept_weights");
    return kept == null ? "" : percent((double) kept / row.<Long>getAs("weights"));
  }

  private static String plain(Long value) {
    return value == null ? "" : String.format(Locale.ROOT, "%,d", value);
  }

  private static String rounded(Double value, int digits) {
    return value == null ? "" : String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  private static String percent(Double share) {
    return share == null ? "" : rounded(100 * share, 2) + " %";
  }
}
