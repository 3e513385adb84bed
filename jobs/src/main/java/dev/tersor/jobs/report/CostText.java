package dev.tersor.jobs.report;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.ColumnData;
import dev.tersor.jobs.cost.CostFit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How far off estimated times are. */
public final class CostText {
  private CostText() {}

  /** A row for each stage and one for whole units. */
  public static String of(CostFit.Result fit) {
    List<ColumnData<CostFit.Deviation>> columns = new ArrayList<>();
    columns.add(PlanText.left("time to").with(CostFit.Deviation::what));
    columns.add(
        PlanText.right("held out")
            .with(error -> String.format(Locale.ROOT, "%,d", error.ratios().size())));
    columns.add(PlanText.right("10 %").with(error -> Figures.ratio(error.quantile(0.1))));
    columns.add(PlanText.right("median").with(error -> Figures.ratio(error.quantile(0.5))));
    columns.add(PlanText.right("90 %").with(error -> Figures.ratio(error.quantile(0.9))));
    columns.add(PlanText.right("sums").with(error -> Figures.ratio(error.total())));
    return String.format(
            Locale.ROOT,
            "fitted to %,d cells; estimated over measured times of %,d that were held out%n",
            fit.cells(),
            fit.heldOut())
        + AsciiTable.getTable(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, fit.errors(), columns)
        + "\n";
  }
}
