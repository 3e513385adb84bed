package dev.tersor.jobs.report;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import dev.tersor.jobs.evaluate.FileEvaluation.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The accuracy of networks in files. */
public final class AccuracyTable {
  private AccuracyTable() {}

  /** A row for each file. */
  public static String of(List<Result> results) {
    List<ColumnData<Result>> columns = new ArrayList<>();
    columns.add(left("file").with(Result::file));
    columns.add(right("bytes").with(r -> r.error() != null ? "" : count(r.bytes())));
    columns.add(right("images").with(r -> r.error() != null ? "" : count(r.accuracy().images())));
    columns.add(
        right("top-1").with(r -> r.error() != null ? "" : Figures.share(r.accuracy().top1())));
    columns.add(
        right("error").with(r -> r.error() != null ? "" : Figures.share(1 - r.accuracy().top1())));
    columns.add(
        right("times smaller than fp32")
            .with(
                r ->
                    r.isNetworkFile()
                        ? Figures.ratio((double) Float.BYTES * r.weights() / r.bytes())
                        : ""));
    if (results.stream().anyMatch(result -> result.error() != null)) {
      columns.add(left("failed").maxWidth(80).with(r -> r.error() == null ? "" : r.error()));
    }
    return AsciiTable.getTable(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, results, columns) + "\n";
  }

  private static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static Column left(String header) {
    return new Column().header(header).dataAlign(HorizontalAlign.LEFT);
  }

  private static Column right(String header) {
    return new Column().header(header).dataAlign(HorizontalAlign.RIGHT);
  }
}
