package dev.tersor.jobs.report;

import dev.tersor.jobs.plan.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Row;

/** Instructions that decoding takes on an emulated board, beside the cycles of the paper. */
final class DeviceSection {
  static final String HEADING = "On a Cortex-M55";

  private final Html html;
  private final DeviceReport report;
  private final List<SvgPlot> plots;

  /**
   * @param plots takes those that are drawn
   */
  DeviceSection(Html html, DeviceReport report, List<SvgPlot> plots) {
    this.html = html;
    this.report = report;
    this.plots = plots;
  }

  void write() {
    if (report.isEmpty()) {
      return;
    }
    String anchor = RunSection.anchor(HEADING);
    html.open("section", "aria-labelledby", anchor).element("h2", HEADING, "id", anchor);
    html.element(
        "p",
        "Instructions that QEMU counts while a layer is decoded into dense codes, zeros included."
            + " They are no cycles: there are no memory waits and no two instructions at once, and a"
            + " scatter of 16 lanes counts as one. The paper's cycles stand beside them for the"
            + " order of formats, not for a speed.");
    for (int i = 0; i < report.models().size(); i++) {
      model(report.models().get(i), "device-" + (i + 1));
    }
    missing();
    html.close();
  }

  private void model(String model, String id) {
    List<Row> totals = report.of(model);
    String source = totals.get(0).getAs("source");
    boolean isSynthetic = source.contains("synthetic");
    html.open("h3").text(model + " ");
    html.element(
        "span",
        isSynthetic ? "SYNTHETIC WEIGHTS" : "weights: " + source,
        "class",
        isSynthetic ? "badge bad" : "badge");
    html.close();
    List<String> recipes = DevicePlot.recipes(totals);
    if (!recipes.isEmpty()) {
      figure(
          DevicePlot.bySparsity(model, totals, id + "-sparsity"),
          "%s bits, %s: instructions with the vector unit."
              .formatted(
                  totals.get(0).<Integer>getAs("bits"), totals.get(0).<String>getAs("codebook")));
    }
    List<Row> tensors = report.tensorsOf(model);
    if (!tensors.isEmpty()) {
      figure(
          DevicePlot.byTensor(model, tensors, recipes, id + "-tensors"),
          "Each tensor by itself: filled at the least sparsity from 30 % on, hollow at the greatest"
              + " up to 70 %. What a layer takes beside its weights shows in small ones.");
    }
    table(model, totals);
  }

  private void figure(SvgPlot plot, String caption) {
    plots.add(plot);
    html.figure(plot, caption);
  }

  private void table(String model, List<Row> totals) {
    List<List<String>> rows = new ArrayList<>();
    for (Row row : totals) {
      String encoding = row.getAs("encoding");
      double sparsity = row.getAs("sparsity_target");
      boolean isCounted = row.getAs("verified");
      Map<Double, Double> paper = PaperCycles.of(model, encoding);
      rows.add(
          List.of(
              Setting.percent(sparsity),
              encoding,
              isCounted ? Figures.ratio(row.<Double>getAs("each")) : "",
              isCounted ? Figures.ratio(row.<Double>getAs("plain")) : "",
              isCounted ? Figures.ratio(row.<Double>getAs("lanes")) : "",
              paper.containsKey(sparsity)
                  ? String.format(Locale.ROOT, "%.2f", paper.get(sparsity))
                  : "",
              isCounted ? Figures.count(row.<Long>getAs("bytes")) : "",
              isCounted ? Figures.count(row.<Long>getAs("stack")) : "",
              isCounted ? Figures.count(row.<Long>getAs("code")) : ""));
    }
    html.open("details").element("summary", "These counts as a table");
    html.table(
        model + ": decoding on a Cortex-M55",
        7,
        List.of(
            "sparsity",
            "recipe",
            "instructions a weight",
            "without vectors",
            "lanes scattered a weight",
            "the paper's cycles a weight",
            "bytes of flash",
            "bytes of stack",
            "bytes of code"),
        rows);
    html.close();
  }

  private void missing() {
    if (report.missing().isEmpty()) {
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    for (Row row : report.missing()) {
      String error = row.getAs("error");
      rows.add(
          List.of(
              error == null ? "no error was recorded" : error,
              Figures.count(row.<Long>getAs("rows"))));
    }
    html.table("What was not counted, and why", 1, List.of("cause", "counts"), rows);
  }
}
