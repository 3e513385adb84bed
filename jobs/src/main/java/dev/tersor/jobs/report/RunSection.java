package dev.tersor.jobs.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Row;

/** The end of a page: what failed, the runs, and how figures are to be read. */
final class RunSection {
  private final Html html;
  private final Report report;

  RunSection(Html html, Report report) {
    this.html = html;
    this.report = report;
  }

  static String anchor(String heading) {
    return heading.toLowerCase(Locale.ROOT).replace(' ', '-');
  }

  void write() {
    section("Failures", this::failures);
    section("Runs", this::runs);
    section("How to read it", this::notes);
  }

  private void section(String heading, Runnable body) {
    html.open("section", "aria-labelledby", anchor(heading));
    html.element("h2", heading, "id", anchor(heading));
    body.run();
    html.close();
  }

  private void failures() {
    if (report.failures().isEmpty()) {
      html.element("p", "None: every cell was decoded and is equal to what went in.");
      return;
    }
    html.element(
        "p",
        String.format(
            Locale.ROOT,
            "%s without a verified result. --retry-failed tries them again.",
            Figures.count(report.failed(), "cell")));
    if (report.allFailures() > report.failures().size()) {
      html.element(
          "p",
          String.format(
              Locale.ROOT,
              "Of %,d different errors the %d most frequent are listed.",
              report.allFailures(),
              report.failures().size()),
          "class",
          "note");
    }
    List<List<String>> rows = new ArrayList<>();
    for (Row row : report.failures()) {
      Row one = row.getAs("one");
      String error = row.getAs("error");
      rows.add(
          List.of(
              row.<String>getAs("model"),
              error == null ? "no error was recorded" : error,
              one.<String>getAs("tensor") + ", segment " + one.<Integer>getAs("segment"),
              ModelSetting.label(one, false) + ", " + one.<String>getAs("encoding"),
              Figures.count(row.<Long>getAs("tensors")),
              Figures.count(row.<Long>getAs("cells"))));
    }
    html.table(
        "Errors, and one of the cells that have each",
        2,
        List.of("model", "error", "for example", "at", "tensors", "cells"),
        rows);
  }

  private void runs() {
    if (report.allRuns() > report.runs().size()) {
      html.element(
          "p",
          String.format(
              Locale.ROOT, "The newest %d of %,d runs.", report.runs().size(), report.allRuns()),
          "class",
          "note");
    }
    if (!report.unfinished().isEmpty()) {
      html.element(
          "p",
          "Wrote cells and did not come to an end: "
              + String.join(", ", report.unfinished())
              + ". A later run with the same arguments goes on from them.",
          "class",
          "note");
    }
    if (report.runs().isEmpty()) {
      html.element("p", "No run has finished.");
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    for (Row row : report.runs()) {
      rows.add(
          List.of(
              row.<String>getAs("run_id"),
              ReportPage.time(row, "started"),
              ReportPage.time(row, "finished"),
              text(row, "version"),
              text(row, "arguments"),
              text(row, "spark_version"),
              text(row, "java_version"),
              text(row, "master"),
              text(row, "cores"),
              Figures.count(row.<Long>getAs("cells_done")),
              Figures.count(row.<Long>getAs("cells_skipped")),
              Figures.count(row.<Long>getAs("cells_failed"))));
    }
    html.table(
        "Runs, the newest first",
        4,
        List.of(
            "run",
            "started",
            "finished",
            "Tersor",
            "arguments",
            "Spark",
            "Java",
            "master",
            "cores",
            "cells done",
            "skipped, held before",
            "failed"),
        rows);
  }

  private static String text(Row row, String column) {
    Object value = row.getAs(column);
    return value == null ? "" : value.toString();
  }

  private void notes() {
    html.open("dl");
    note(
        "verified",
        "Every figure is of cells that were encoded, decoded again and found equal. What was"
            + " measured twice is counted once: the one with most timing runs, then the newest.");
    note(
        "bytes, bits a weight, times smaller than fp32",
        "The whole container: values, index, tables of the coder, codebook, header and checksums, of"
            + " the tensors that the sweep takes. The baseline of \"times smaller\" is 4 bytes a"
            + " weight.");
    note(
        "relative to dense codes",
        "Bytes of index and values alone, over one code of the same bits for each weight, packed.");
    note(
        "order-0 entropy",
        "Entropy of one mask bit and of one non-zero code, times their number. Of what is not"
            + " quantised: of mask, sign and exponent, and the mantissa as it is. It bounds codes"
            + " that look at one weight at a time, not those that see several:"
            + " the best context model is the smallest of those that do, "
            + ContextModels.names()
            + ", as it was measured and decoded; \""
            + ContextModels.ABSENT
            + "\" where the sweep had none.");
    note(
        "times",
        "Only as multiples of a memory copy of the same codes, taken in the same task. They are of the"
            + " machines that the runs used, on cores that other tasks share.");
    note(
        "accuracy",
        "Top-1 of the network with the weights that its cells decode to, as they were pruned; a sweep"
            + " trains nothing again.");
    html.close();
  }

  private void note(String term, String text) {
    html.element("dt", term).element("dd", text);
  }
}
