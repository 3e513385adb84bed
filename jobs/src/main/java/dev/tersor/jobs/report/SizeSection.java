package dev.tersor.jobs.report;

import dev.tersor.core.encode.Auto;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.Row;

/** Sizes of a model's encodings: beside dense codes, by part, and above order-0 entropy. */
final class SizeSection {
  private final Html html;
  private final ModelReport model;
  private final List<SvgPlot> plots;
  private final String id;

  /**
   * @param plots takes those that are drawn
   * @param id starts the identifiers of all that is written
   */
  SizeSection(Html html, ModelReport model, List<SvgPlot> plots, String id) {
    this.html = html;
    this.model = model;
    this.plots = plots;
    this.id = id;
  }

  void write() {
    if (model.totals().isEmpty()) {
      return;
    }
    relative();
    parts();
    gaps();
  }

  /** The papers' Table I, encodings downwards. */
  private void relative() {
    html.element("h3", "Sizes relative to dense codes");
    html.element(
        "p",
        "Bytes of index and values, as the papers count them, and in brackets relative to dense"
            + " codes of the same bits; where nothing is quantised, to the dense numbers. Tables,"
            + " codebook and header are not counted. * is the smallest of a column.");
    List<String> header = new ArrayList<>(List.of("encoding"));
    model.settings().forEach(setting -> header.add(setting.label()));
    List<String> encodings =
        model.totals().stream()
            .sorted(
                Comparator.comparing(
                        (Row row) -> row.<Integer>getAs("place_of_encoding"),
                        Comparator.nullsLast(Comparator.naturalOrder()))
                    .thenComparing(row -> row.<String>getAs("encoding")))
            .map(row -> row.<String>getAs("encoding"))
            .distinct()
            .toList();
    List<List<String>> rows = new ArrayList<>();
    rows.add(entropies("order-0 entropy of mask and values", "floor_bytes"));
    rows.add(entropies("order-0 entropy of mask, values at full width", "floor_packed_bytes"));
    rows.add(contexts());
    for (String encoding : encodings) {
      List<String> row = new ArrayList<>(List.of(encoding));
      for (ModelSetting setting : model.settings()) {
        row.add(size(ModelReport.of(setting, model.totals()), encoding));
      }
      rows.add(row);
    }
    html.table(
        model.name() + ": bytes of index and values, relative to dense codes of the same bits",
        model.settings().size(),
        header,
        rows);
  }

  private List<String> entropies(String name, String column) {
    List<String> row = new ArrayList<>(List.of(name));
    for (ModelSetting setting : model.settings()) {
      Optional<Row> first = verified(setting).stream().findFirst();
      row.add(
          first.map(total -> relative(total.<Double>getAs(column), dense(total)) + " ").orElse(""));
    }
    return row;
  }

  /** The smallest of the coders that know the place, in the line below the entropies. */
  private List<String> contexts() {
    List<String> row =
        new ArrayList<>(List.of("best context model (" + ContextModels.names() + ")"));
    for (ModelSetting setting : model.settings()) {
      row.add(
          verified(setting).stream()
              .findFirst()
              .map(
                  total -> {
                    Row best = total.getAs("context_payload");
                    return best == null
                        ? ContextModels.ABSENT
                        : best.<String>getAs("encoding")
                            + " "
                            + relative((double) best.<Long>getAs("bytes"), dense(total))
                            + " ";
                  })
              .orElse(""));
    }
    return row;
  }

  private List<Row> verified(ModelSetting setting) {
    return ModelReport.of(setting, model.totals()).stream()
        .filter(row -> row.<Boolean>getAs("verified"))
        .toList();
  }

  private static double dense(Row row) {
    // Of tensors with bits of their own as well: their sum is in the ratio.
    return Math.rint(row.<Double>getAs("ratio_packed") * row.<Long>getAs("total_bytes"));
  }

  private static String relative(double bytes, double dense) {
    return Figures.size(bytes) + " (" + Figures.ratio(bytes / dense) + ")";
  }

  private static String size(List<Row> rows, String encoding) {
    Optional<Row> found =
        rows.stream().filter(row -> row.getAs("encoding").equals(encoding)).findFirst();
    if (found.isEmpty()) {
      return "";
    }
    Row row = found.get();
    if (!row.<Boolean>getAs("verified")) {
      return "failed: " + row.<Long>getAs("failed");
    }
    long bytes = row.<Long>getAs("payload_bytes");
    long smallest =
        rows.stream()
            .filter(other -> other.<Boolean>getAs("verified"))
            .mapToLong(other -> other.<Long>getAs("payload_bytes"))
            .min()
            .orElse(bytes);
    return relative((double) bytes, dense(row)) + (bytes == smallest ? "*" : " ");
  }

  private void parts() {
    html.element("h3", "Size by part");
    if (!verified(model.focus()).isEmpty()) {
      parts(model.focus());
    }
    List<ModelSetting> others =
        model.settings().stream()
            .filter(setting -> !setting.equals(model.focus()) && !verified(setting).isEmpty())
            .toList();
    for (ModelSetting setting : others) {
      html.open("details").element("summary", setting.label());
      parts(setting);
      html.close();
    }
  }

  private void parts(ModelSetting setting) {
    List<Row> rows = verified(setting);
    SvgPlot plot =
        PartsPlot.of(
            model, setting, rows, id + "-parts-" + (model.settings().indexOf(setting) + 1));
    plots.add(plot);
    html.figure(
        plot,
        setting.label()
            + ": whole containers in bits a weight. The dashed line is the order-0 entropy of mask"
            + " and values, the dotted one the smallest context model ("
            + PartsPlot.context(rows)
            + "). Padding belongs to values and index and is drawn within them.");
    List<List<String>> cells = new ArrayList<>();
    for (Row row : rows) {
      List<String> line = new ArrayList<>(List.of(row.<String>getAs("encoding")));
      for (PartsPlot.Part part : PartsPlot.PARTS) {
        line.add(Figures.count(row.<Long>getAs(part.column())));
      }
      line.add(Figures.count(row.<Long>getAs("padding_bytes")));
      line.add(Figures.count(row.<Long>getAs("total_bytes")));
      cells.add(line);
    }
    List<String> header = new ArrayList<>(List.of("encoding"));
    PartsPlot.PARTS.forEach(part -> header.add(part.name()));
    header.add("of them padding");
    header.add("total");
    html.open("details").element("summary", "Bytes by part as a table");
    html.table(
        model.name() + ", " + setting.label() + ": bytes by part",
        header.size() - 1,
        header,
        cells);
    html.close();
  }

  private void gaps() {
    if (model.gaps().isEmpty()) {
      return;
    }
    html.element("h3", "Gap to order-0 entropy");
    SvgPlot plot = GapPlot.of(model, id + "-gap");
    plots.add(plot);
    html.figure(
        plot,
        "Per cent above the order-0 entropy of mask and values, which bounds every code that looks"
            + " at one mask bit and one value at a time. A coder that sees several at once such as the context"
            + " models, can go below it where masks are clustered. Geometric means over the settings that an"
            + " encoding has, failed ones left out.");
    List<List<String>> rows = new ArrayList<>();
    for (Row row : model.gaps()) {
      String encoding = row.getAs("encoding");
      rows.add(
          List.of(
              encoding,
              Auto.isAuto(encoding) ? "several" : row.<String>getAs("access"),
              Figures.count(row.<Long>getAs("settings")),
              Figures.ratio(row.<Double>getAs("payload_to_floor")),
              String.format(
                  Locale.ROOT,
                  "%.3f to %.3f",
                  row.<Double>getAs("least"),
                  row.<Double>getAs("most")),
              Figures.ratio(row.<Double>getAs("total_to_floor")),
              Figures.ratio(row.<Double>getAs("payload_to_packed_floor"))));
    }
    html.open("details").element("summary", "Gaps as a table");
    html.table(
        model.name() + ": bytes over order-0 entropy, geometric means over settings",
        5,
        List.of(
            "encoding",
            "access",
            "settings",
            "index and values / order-0 entropy",
            "least to most",
            "container / order-0 entropy",
            "index and values / order-0 entropy of mask, values at full width"),
        rows);
    html.close();
  }
}
