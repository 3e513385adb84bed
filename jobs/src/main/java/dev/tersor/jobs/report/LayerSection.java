package dev.tersor.jobs.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;

/** The layers of a model: bits a weight as colours and numbers, and what they are made of. */
final class LayerSection {
  /** Names in an order in which layer10 comes after layer9. */
  static final Comparator<String> IN_ORDER =
      Comparator.comparing(LayerSection::padded).thenComparing(Comparator.naturalOrder());

  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

  private final Html html;
  private final ModelReport model;
  private final List<SvgPlot> plots;
  private final String id;

  /**
   * @param plots takes those that are drawn
   * @param id starts the identifiers of all that is written
   */
  LayerSection(Html html, ModelReport model, List<SvgPlot> plots, String id) {
    this.html = html;
    this.model = model;
    this.plots = plots;
    this.id = id;
  }

  private static String padded(String name) {
    return NUMBER
        .matcher(name)
        .replaceAll((MatchResult digits) -> String.format(Locale.ROOT, "%9s", digits.group()));
  }

  void write() {
    if (model.smallest().isEmpty()) {
      return;
    }
    html.element("h3", "Layers");
    long all = model.facts().<Long>getAs("tensors");
    if (all > ModelReport.MAX_LAYERS) {
      html.element(
          "p",
          String.format(
              Locale.ROOT,
              "Of %,d layers the %d with most weights are shown; totals have all of them.",
              all,
              ModelReport.MAX_LAYERS),
          "class",
          "note");
    }
    byEncoding();
    bySetting();
    for (ModelSetting setting : model.settings()) {
      table(setting);
    }
  }

  private void byEncoding() {
    List<Row> rows = model.layers().stream().filter(row -> row.<Boolean>getAs("verified")).toList();
    if (rows.isEmpty()) {
      return;
    }
    List<String> encodings =
        rows.stream()
            .sorted(Comparator.comparing((Row row) -> row.<Integer>getAs("n")))
            .map(row -> row.<String>getAs("encoding"))
            .distinct()
            .toList();
    HeatMap map = new HeatMap(layers(rows.stream()), encodings);
    map.addAll(rows, "tensor", "encoding", Map.of());
    SvgPlot plot =
        map.draw(
            id + "-layers-encodings",
            model.name() + ", " + model.focus().label() + ": bits a weight by layer and encoding",
            "encodings");
    plots.add(plot);
    boolean isCapped = model.facts().<Long>getAs("encodings") > encodings.size();
    html.figure(
        plot,
        model.focus().label()
            + ": bits a weight, everything counted; more bits have a stronger colour."
            + (isCapped
                ? " The " + encodings.size() + " encodings nearest to order-0 entropy."
                : ""));
    html.open("details").element("summary", "These bits as a table");
    List<String> header = new ArrayList<>(List.of("layer"));
    header.addAll(encodings);
    html.table(
        model.name() + ", " + model.focus().label() + ": bits a weight by layer and encoding",
        encodings.size(),
        header,
        map.rows());
    html.close();
  }

  private void bySetting() {
    List<Row> rows = model.smallest().stream().filter(row -> row.getAs("tensor") != null).toList();
    Map<String, String> labels = new HashMap<>();
    model.settings().forEach(setting -> labels.put(setting.key(), setting.label()));
    HeatMap map =
        new HeatMap(
            layers(rows.stream()), model.settings().stream().map(ModelSetting::label).toList());
    map.addAll(rows, "tensor", "setting_key", labels);
    SvgPlot plot =
        map.draw(
            id + "-layers-settings",
            model.name() + ": bits a weight by layer and setting, smallest encoding of each",
            "settings");
    plots.add(plot);
    html.figure(
        plot,
        "The smallest encoding of each layer at each setting: bits a weight, everything counted;"
            + " more bits have a stronger colour. The tables below name it.");
  }

  private static List<String> layers(Stream<Row> rows) {
    return rows.map(row -> row.<String>getAs("tensor")).distinct().sorted(IN_ORDER).toList();
  }

  private void table(ModelSetting setting) {
    List<Row> rows = new ArrayList<>(ModelReport.of(setting, model.smallest()));
    if (rows.isEmpty()) {
      return;
    }
    rows.sort(
        Comparator.comparing(
            (Row row) -> row.<String>getAs("tensor"), Comparator.nullsLast(IN_ORDER)));
    html.open("details").element("summary", "Layers at " + setting.label());
    html.table(
        model.name() + ", " + setting.label() + ": the smallest encoding of each layer",
        10,
        List.of(
            "layer",
            "shape",
            "encoding",
            "weights",
            "kept %",
            "fillers %",
            "bits of a stored value",
            "bits of its index",
            "rate, % of fp32 without header",
            "bytes, everything counted",
            "bits a weight",
            "order-0 entropy, bits a weight",
            "best context model, bits a weight"),
        rows.stream().map(LayerSection::cells).toList());
    html.close();
  }

  /** As "Deep Compression" counts: bits of a stored element, fillers among them. */
  private static List<String> cells(Row row) {
    boolean isTotal = row.getAs("tensor") == null;
    double params = (double) row.<Long>getAs("params");
    double kept = row.<Double>getAs("kept");
    double fillers = (double) row.<Long>getAs("fillers");
    double stored = kept + fillers;
    double values = (double) row.<Long>getAs("value_bytes");
    double index = (double) row.<Long>getAs("index_bytes");
    double tables = (double) row.<Long>getAs("table_bytes");
    long bytes = row.<Long>getAs("total_bytes");
    return List.of(
        isTotal
            ? "all " + Figures.count(row.<Long>getAs("layers"), "layer")
            : row.<String>getAs("tensor"),
        isTotal ? "" : row.<String>getAs("shape"),
        isTotal ? "each its smallest" : row.<String>getAs("encoding"),
        Figures.count(row.<Long>getAs("params")),
        number("%.2f", 100 * kept / params),
        number("%.1f", stored == 0 ? 0 : 100 * fillers / stored),
        stored == 0 ? "" : number("%.2f", 8 * values / stored),
        stored == 0 ? "" : number("%.2f", 8 * index / stored),
        number("%.2f", 25 * (values + index + tables) / params),
        Figures.count(Long.valueOf(bytes)),
        Figures.ratio(8 * bytes / params),
        Figures.ratio(8 * row.<Double>getAs("floor_bytes") / params),
        row.getAs("context_bytes") == null
            ? ContextModels.ABSENT
            : Figures.ratio(8 * row.<Long>getAs("context_bytes") / params));
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
