package dev.tersor.jobs.report;

import dev.tersor.jobs.table.ResultsFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A results folder as one HTML page that needs nothing else: no script, no font, no image, no
 * network.
 *
 * @param html the page
 * @param plots those of the page, also as SVG files: name of the file and its text
 */
public record ReportPage(String html, Map<String, String> plots) {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'").withZone(ZoneOffset.UTC);

  /** What each source of weights is; those that are not here are unknown. */
  private static final Map<String, String> SOURCES =
      Map.of(
          "trained", "trained by this project",
          "maven", "trained, from a Maven artifact",
          "npm", "trained, from an npm package",
          "hub", "trained, from a public hub",
          "file", "from a file; whether they were trained it does not say");

  /**
   * Reads a folder and writes the page.
   *
   * @param source the folder, as the user named it
   * @param models names of models; empty for all
   * @param run a run; null for all
   * @param version of this program
   * @throws dev.tersor.jobs.config.UsageException if there is no such model or run, or nothing to
   *     report
   */
  public static ReportPage of(
      SparkSession session,
      ResultsFolder folder,
      String source,
      List<String> models,
      String run,
      String version) {
    Report report = Report.of(session, folder, source, models, run);
    Html html = new Html();
    List<SvgPlot> plots = new ArrayList<>();
    html.open("html", "lang", "en").open("head").single("meta", "charset", "utf-8");
    html.single("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    html.single("meta", "name", "color-scheme", "content", "light dark");
    html.single(
        "meta",
        "http-equiv",
        "Content-Security-Policy",
        "content",
        "default-src 'none'; style-src 'unsafe-inline'");
    html.element("title", "Tersor: " + source).open("style").markup(style()).close().close();
    html.open("body").element("a", "To the models", "class", "skip", "href", "#models");
    head(html, report, version);
    html.open("main", "id", "models");
    for (int i = 0; i < report.models().size(); i++) {
      model(html, report.models().get(i), plots, i + 1);
    }
    new DeviceSection(html, report.device(), plots).write();
    new RunSection(html, report).write();
    html.close().close().close();
    Map<String, String> files = new LinkedHashMap<>();
    plots.forEach(plot -> files.put(plot.name() + ".svg", plot.file()));
    return new ReportPage(html.toString(), files);
  }

  private static String style() {
    try (InputStream in = ReportPage.class.getResourceAsStream("/tersor/report/page.css")) {
      return ":root { "
          + Palette.properties(false)
          + " }\n@media (prefers-color-scheme: dark) { :root { "
          + Palette.properties(true)
          + " } }\n"
          + SvgPlot.rules()
          + new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void head(Html html, Report report, String version) {
    html.open("header").element("h1", "Tersor report");
    html.open("p", "class", "lead").text("Results in ").element("code", report.source());
    if (report.run() != null) {
      html.text(", run ").element("code", report.run());
    }
    html.text(
        String.format(
            Locale.ROOT,
            ": %s of %s, %,d verified by decoding, %,d failed.",
            Figures.count(report.cells(), "cell"),
            Figures.count(report.allModels(), "model"),
            report.cells() - report.failed(),
            report.failed()));
    html.close();
    html.element("p", "Tersor " + version + ", " + TIME.format(Instant.now()), "class", "small");
    weights(html, report);
    if (report.failed() > 0) {
      html.open("p", "class", "notice bad");
      html.element("strong", Figures.count(report.failed(), "cell") + " failed.");
      html.text(" They are in no figure. ").element("a", "The errors", "href", "#failures");
      html.text(".").close();
    }
    if (report.allModels() > report.models().size()) {
      html.element(
          "p",
          String.format(
              Locale.ROOT,
              "Of %,d models the %d with most cells are shown; --models names others.",
              report.allModels(),
              report.models().size()),
          "class",
          "notice");
    }
    html.open("nav", "aria-label", "Contents").open("ol");
    for (int i = 0; i < report.models().size(); i++) {
      html.open("li").element("a", report.models().get(i).name(), "href", "#m" + (i + 1)).close();
    }
    List<String> parts = new ArrayList<>(List.of("Failures", "Runs", "How to read it"));
    if (!report.device().isEmpty()) {
      parts.add(0, DeviceSection.HEADING);
    }
    for (String part : parts) {
      html.open("li").element("a", part, "href", "#" + RunSection.anchor(part)).close();
    }
    html.close().close().close();
  }

  /** Where weights come from, the invented ones first. */
  private static void weights(Html html, Report report) {
    Map<String, List<String>> bySource = new LinkedHashMap<>();
    for (ModelReport model : report.models()) {
      model
          .sources()
          .forEach(
              source ->
                  bySource.computeIfAbsent(source, key -> new ArrayList<>()).add(model.name()));
    }
    List<String> synthetic = bySource.remove("synthetic");
    if (synthetic != null) {
      html.open("p", "class", "notice bad");
      html.element("strong", "SYNTHETIC WEIGHTS: " + String.join(", ", synthetic) + ".");
      html.text(
          " They are drawn, seeded and near-normal, and not trained. Sizes at a given sparsity are"
              + " typical, errors are not.");
      html.close();
    }
    bySource.forEach(
        (source, names) -> {
          html.open("p", "class", "notice");
          html.element("strong", "Weights of " + String.join(", ", names) + ":");
          html.text(" " + SOURCES.getOrDefault(source, "source '" + source + "'") + ".").close();
        });
  }

  private static void model(Html html, ModelReport model, List<SvgPlot> plots, int number) {
    String id = "m" + number;
    html.open("section", "aria-labelledby", id);
    html.open("h2", "id", id).text(model.name()).text(" ");
    for (String source : model.sources()) {
      boolean isSynthetic = source.equals("synthetic");
      html.element(
          "span",
          isSynthetic ? "SYNTHETIC WEIGHTS" : "weights: " + source,
          "class",
          isSynthetic ? "badge bad" : "badge");
    }
    html.close();
    String file = "%02d-%s".formatted(number, fileName(model.name()));
    new ModelSection(html, model, plots, file).write();
    new SizeSection(html, model, plots, file).write();
    new LayerSection(html, model, plots, file).write();
    html.close();
  }

  /** What every file system takes as a name, and every page as an identifier. */
  static String fileName(String model) {
    String plain = model.replaceAll("[^A-Za-z0-9_-]+", "-");
    return plain.substring(0, Math.min(40, plain.length()));
  }

  /** A moment as pages print it; a row may have none. */
  static String time(Row row, String column) {
    java.sql.Timestamp time = row.getAs(column);
    return time == null ? "" : TIME.format(time.toInstant());
  }
}
