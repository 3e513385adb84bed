package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.jobs.report.ReportFixture;
import dev.tersor.jobs.table.ResultsFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportCommandTest {
  @TempDir Path folder;

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private void refused(Path out, String to, String svg, String... parts) {
    CommandLineRun run =
        svg == null
            ? CommandLineRun.of("report", "--out", out.toString(), "--to", to)
            : CommandLineRun.of("report", "--out", out.toString(), "--to", to, "--svg", svg);
    assertEquals(2, run.status, run::toString);
    assertEquals(1, run.errors().size(), run::toString);
    for (String part : parts) {
      assertTrue(run.errors().get(0).contains(part), () -> run.errors().get(0) + " lacks " + part);
    }
    assertFalse(run.err.contains("\tat "), run::toString);
  }

  @Test
  void writesPageAndPlotsOnceAndRefusesTheRest() throws IOException {
    Path out = folder.resolve("results");
    try (SparkSession session = ReportFixture.session()) {
      new ReportFixture()
          .grid("net", "file", List.of("fc"), List.of(0.5), List.of(8), List.of("bitmap/rans"), 0.9)
          .grid("two", "file", List.of("fc"), List.of(0.5), List.of(8), List.of("bitmap/rans"), 0.9)
          .finish("--models net")
          .write(session, out);
    }
    Path pages = Files.createDirectory(folder.resolve("pages"));
    Path page = pages.resolve("report.html");
    Path plots = folder.resolve("plots");
    CommandLineRun run =
        CommandLineRun.of(
            "report",
            "--out",
            out.toString(),
            "--models",
            "net",
            "--to",
            page.toString(),
            "--svg",
            plots.toString());
    assertEquals(0, run.status, run::toString);
    assertEquals(List.of("report.html"), names(pages));
    String text = Files.readString(page);
    assertTrue(text.startsWith("<!DOCTYPE html>") && text.endsWith("</html>"), text);
    assertFalse(text.contains(">two<"), text);
    assertTrue(names(plots).contains("01-net-size-accuracy.svg"), names(plots)::toString);

    String other = pages.resolve("other.html").toString();
    refused(out, page.toString(), null, "report.html exists already");
    refused(out, pages.toString(), null, "pages is a folder, expected a file");
    refused(out, folder.resolve("no/report.html").toString(), null, "there is no folder", "/no");
    refused(out, other, plots.toString(), "plots is not empty: 01-net-gap.svg");
    refused(out, other, page.toString(), "report.html is a file, expected a folder");
    refused(pages, other, null, "holds no results");
    Path empty = folder.resolve("empty");
    ResultsFolder.create(empty.toString(), new Configuration());
    refused(empty, other, null, "empty holds no results yet");
    assertEquals(text, Files.readString(page));
    assertEquals(List.of("report.html"), names(pages));

    // Without a file it is one of the results folder, in the place of the last one.
    Path own = out.resolve("report.html");
    for (int i = 0; i < 2; i++) {
      CommandLineRun again = CommandLineRun.of("report", "--out", out.toString());
      assertEquals(0, again.status, again::toString);
      assertTrue(again.out.contains(own.toString()), again::toString);
      assertTrue(Files.readString(own).contains(">two<"));
      Files.writeString(own, "an older page");
    }
    assertTrue(
        names(out).stream().noneMatch(name -> name.startsWith(".report")), names(out)::toString);
    assertEquals(0, CommandLineRun.of("sql", "--out", out.toString(), "SELECT 1").status);
    Files.delete(own);
    Files.createDirectory(own);
    Files.writeString(own.resolve("mine.txt"), "dear");
    CommandLineRun.of("report", "--out", out.toString())
        .assertRefused("cannot write", "report.html");
    assertEquals(List.of("mine.txt"), names(own));
  }
}
