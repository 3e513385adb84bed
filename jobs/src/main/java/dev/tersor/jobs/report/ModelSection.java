package dev.tersor.jobs.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.apache.spark.sql.Row;

/** What a page says first of a model: counts, the smallest containers, size against the rest. */
final class ModelSection {
  private static final int MAX_FRONT = 40;
  private static final int RELIABLE_RUNS = 3;

  private final Html html;
  private final ModelReport model;
  private final List<SvgPlot> plots;
  private final String id;

  /**
   * @param plots takes those that are drawn
   * @param id starts the identifiers of all that is written
   */
  ModelSection(Html html, ModelReport model, List<SvgPlot> plots, String id) {
    this.html = html;
    this.model = model;
    this.plots = plots;
    this.id = id;
  }

  void write() {
    facts();
    if (model.facts().<Long>getAs("totals") == 0 && model.facts().<Long>getAs("cells") > 0) {
      html.element(
          "p",
          "No totals yet: no run over this model has finished, so there are no sizes of the whole"
              + " model. The same sweep, started again, goes on; the layers that are there are"
              + " shown below.",
          "class",
          "note");
    }
    smallest();
    accuracy();
    speed();
  }

  private void facts() {
    Row facts = model.facts();
    html.open("ul", "class", "facts");
    fact(Figures.count(facts.<Long>getAs("params")), "weights swept");
    fact(Figures.count(facts.<Long>getAs("tensors")), "tensors");
    fact(Figures.count(Long.valueOf(model.allSettings())), "settings");
    fact(Figures.count(facts.<Long>getAs("encodings")), "encodings");
    fact(Figures.count(facts.<Long>getAs("cells")), "cells");
    fact(Figures.count(facts.<Long>getAs("failed")), "of them failed");
    if (facts.<Long>getAs("files") > 0) {
      fact(Figures.count(facts.<Long>getAs("files")), "network files");
    }
    if (facts.getAs("dense_top1") != null) {
      fact(
          Figures.share(facts.getAs("dense_top1")),
          String.format(
              Locale.ROOT,
              "top-1 of the dense network, %,d images of %s",
              facts.<Long>getAs("images"),
              facts.<String>getAs("images_of")));
    }
    html.close();
    if (model.allSettings() > model.settings().size()) {
      html.element(
          "p",
          String.format(
              Locale.ROOT,
              "%d of %,d settings are shown one by one, spread evenly; size against accuracy and"
                  + " the gap to order-0 entropy have all of them.",
              model.settings().size(),
              model.allSettings()),
          "class",
          "note");
    }
    if (facts.<Long>getAs("encodings") > ModelReport.MAX_ENCODINGS) {
      html.element(
          "p",
          String.format(
              Locale.ROOT,
              "Of %,d encodings the %d nearest to order-0 entropy are shown.",
              facts.<Long>getAs("encodings"),
              ModelReport.MAX_ENCODINGS),
          "class",
          "note");
    }
  }

  private void fact(String value, String what) {
    if (!value.isEmpty()) {
      html.open("li").element("strong", value).text(" " + what).close();
    }
  }

  private void smallest() {
    List<Row> best =
        model.settings().stream()
            .map(
                setting ->
                    ModelReport.of(setting, model.totals()).stream()
                        .filter(row -> row.<Boolean>getAs("verified"))
                        .findFirst()
                        .orElse(null))
            .filter(Objects::nonNull)
            .toList();
    if (best.isEmpty()) {
      return;
    }
    html.element("h3", "Smallest container of each setting");
    boolean isEvaluated = best.stream().anyMatch(row -> row.getAs("top1") != null);
    List<String> header =
        new ArrayList<>(
            List.of(
                "setting",
                "encoding",
                "access",
                "bytes",
                "bits a weight",
                "times smaller than fp32",
                "times order-0 entropy",
                "best context model, bytes"));
    if (isEvaluated) {
      header.add("top-1");
    }
    List<List<String>> rows = new ArrayList<>();
    for (Row row : best) {
      List<String> cells =
          new ArrayList<>(
              List.of(
                  label(row),
                  row.getAs("encoding"),
                  row.getAs("access"),
                  Figures.count(row.<Long>getAs("total_bytes")),
                  Figures.ratio(row.<Double>getAs("bits_per_weight")),
                  Figures.ratio(row.<Double>getAs("ratio_fp32")),
                  entropies(row),
                  context(row)));
      if (isEvaluated) {
        cells.add(Figures.share(row.getAs("top1")));
      }
      rows.add(cells);
    }
    html.table(
        "Smallest container of each setting, everything counted", header.size() - 3, header, rows);
  }

  private String label(Row row) {
    return model.settings().stream()
        .filter(setting -> setting.key().equals(row.getAs("setting_key")))
        .map(ModelSetting::label)
        .findFirst()
        .orElse("");
  }

  private static String entropies(Row row) {
    double entropy = row.<Double>getAs("floor_bytes");
    return entropy == 0 ? "" : Figures.ratio(row.<Long>getAs("total_bytes") / entropy);
  }

  private static String context(Row row) {
    Row best = row.getAs("context_total");
    return best == null
        ? ContextModels.ABSENT
        : best.<String>getAs("encoding") + " " + Figures.count(best.<Long>getAs("bytes"));
  }

  private void accuracy() {
    html.element("h3", model.isEvaluated() ? "Size against accuracy" : "Size against noise");
    if (model.points().isEmpty()) {
      html.element("p", "There is no accuracy and no noise to draw.", "class", "note");
      return;
    }
    if (!model.isEvaluated()) {
      html.element(
          "p",
          "No accuracy was measured, so the noise that pruning and quantisation bring to the weights"
              + " stands in for it. It is not accuracy"
              + (model.isSynthetic() ? ", and that of synthetic weights is not typical." : "."),
          "class",
          "note");
    }
    SvgPlot plot = FrontPlot.of(model, id + "-size-accuracy");
    plots.add(plot);
    html.figure(
        plot,
        "Bytes of swept tensors, everything counted; of network files the whole file. All encodings"
            + " of a setting have the same accuracy, that of the weights they decode to. The dashed"
            + " line is the front at the order-0 entropy of mask and values, the other line that of the"
            + " smallest context model of each setting"
            + (FrontPlot.front(model, "context").isEmpty()
                ? ", which is in no sweep of this page"
                : "")
            + ". Points that fall on one"
            + " spot are drawn once.");
    List<List<String>> rows = new ArrayList<>();
    for (String kind : List.of("cells", "file")) {
      List<Row> front = FrontPlot.front(model, kind);
      for (int i = 0; i < Math.min(front.size(), MAX_FRONT); i++) {
        Row row = front.get(i);
        boolean isFile = kind.equals("file");
        rows.add(
            List.of(
                isFile ? "file" : String.valueOf(i + 1),
                isFile ? "network file" : ModelSetting.label(row, false),
                row.getAs("encoding"),
                Figures.count(Math.round(row.<Double>getAs("x"))),
                Figures.ratio(4 * row.<Long>getAs("params") / row.<Double>getAs("x")),
                FrontPlot.measure(row)));
      }
    }
    html.open("details").element("summary", "The front as a table");
    html.table(
        "Front of size against " + (model.isEvaluated() ? "accuracy" : "noise of the weights"),
        3,
        List.of(
            "number",
            "setting",
            "encoding",
            "bytes",
            "times smaller than fp32",
            model.isEvaluated() ? "top-1" : "signal to noise"),
        rows);
    html.close();
  }

  private void speed() {
    if (!SpeedPlot.isTimed(model)) {
      return;
    }
    html.element("h3", "Size against decode speed");
    Integer runs = model.facts().getAs("timing_runs");
    if (runs == null || runs < RELIABLE_RUNS) {
      html.element(
          "p",
          "Timed "
              + (runs == null || runs == 1 ? "once" : runs + " times")
              + ", on a virtual machine that may still have been compiling: these times order"
              + " encodings roughly. --timing-runs 5 measures them.",
          "class",
          "note");
    }
    SvgPlot plot = SpeedPlot.of(model, id + "-size-speed");
    plots.add(plot);
    html.figure(
        plot,
        "Time to decode a container to codes, checksums included, over the time to copy the dense"
            + " codes in memory right after, on the same core of the machine that ran the sweep."
            + " Lower and further left is better. Filled marks are on the front of their setting.");
    List<List<String>> rows = new ArrayList<>();
    for (ModelSetting setting : model.settings()) {
      for (Row row : SpeedPlot.timed(model, setting)) {
        if (row.<Boolean>getAs("on_front")) {
          rows.add(
              List.of(
                  setting.label(),
                  row.getAs("encoding"),
                  row.getAs("access"),
                  Figures.ratio(row.<Double>getAs("bits_per_weight")),
                  Figures.significant(row.<Double>getAs("copies"))));
        }
      }
    }
    html.open("details").element("summary", "The fronts as a table");
    html.table(
        "Fronts of size against decode speed",
        2,
        List.of("setting", "encoding", "access", "bits a weight", "decode time / copy"),
        rows);
    html.close();
  }
}
