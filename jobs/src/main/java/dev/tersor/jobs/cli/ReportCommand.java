package dev.tersor.jobs.cli;

import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.report.ReportPage;
import dev.tersor.jobs.source.NewFile;
import dev.tersor.jobs.source.WholeFile;
import dev.tersor.jobs.table.ResultsFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Results as a page. */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Writes one HTML page of a results folder: size against accuracy and decode speed, sizes by"
          + " part and by layer, gaps to order-0 entropy, what failed.",
      "The page needs no network and no other file."
    })
final class ReportCommand implements Callable<Integer> {
  /** A page that can be made again at any time, beside the tables that it is made of. */
  private static final String DEFAULT = "report.html";

  @Mixin OutOption results;

  @Option(
      names = "--run",
      paramLabel = "ID",
      description = "only what this run computed (default: all runs)")
  String run;

  @Option(
      names = "--models",
      paramLabel = "NAMES",
      split = ",",
      arity = "1..*",
      description = "only these models (default: all)")
  List<String> models = List.of();

  @Option(
      names = "--to",
      paramLabel = "FILE.html",
      description = {
        "file to write; must not exist (default: report.html in the results folder,",
        "which replaces the last one)"
      })
  String to;

  @Option(
      names = "--svg",
      paramLabel = "FOLDER",
      description = "folder for the plots as SVG files; must not exist or be empty")
  String svg;

  @Override
  public Integer call() throws IOException {
    Configuration hadoop = HadoopSettings.get();
    ResultsFolder folder = ResultsFolder.open(results.out, hadoop);
    if (to != null) {
      checkPage(hadoop);
    }
    if (svg != null) {
      checkPlots(hadoop);
    }
    try (Sessions spark = Sessions.start("report")) {
      SparkSession session = spark.session();
      List<String> asked =
          models.stream().map(String::strip).filter(name -> !name.isEmpty()).toList();
      ReportPage page =
          folder.reading(
              () -> ReportPage.of(session, folder, results.out, asked, run, Version.get()));
      if (svg != null) {
        for (Map.Entry<String, String> plot : page.plots().entrySet()) {
          write(svg + "/" + plot.getKey(), plot.getValue(), hadoop);
        }
      }
      if (to == null) {
        String last = new Path(results.out, DEFAULT).toString();
        NewFile.replace("report", last, hadoop, body(page.html()));
        System.out.println(last);
      } else {
        write(to, page.html(), hadoop);
        System.out.println(to);
      }
    }
    return Main.OK;
  }

  private static void write(String file, String text, Configuration hadoop) throws IOException {
    NewFile.write("report", file, hadoop, body(text));
  }

  private static WholeFile.Body body(String text) {
    return out -> out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Before the work: what is wrong with the file is known already. */
  private void checkPage(Configuration hadoop) throws IOException {
    Path file = path("--to", to);
    FileSystem files = file.getFileSystem(hadoop);
    if (files.exists(file)) {
      throw new UsageException(
          "report: --to "
              + to
              + (files.getFileStatus(file).isDirectory()
                  ? " is a folder, expected a file to write"
                  : " exists already"));
    }
    Path parent = files.makeQualified(file).getParent();
    if (!files.exists(parent)) {
      throw new UsageException(
          "report: --to " + to + ": there is no folder " + parent.toUri().getPath());
    }
  }

  private void checkPlots(Configuration hadoop) throws IOException {
    Path folder = path("--svg", svg);
    FileSystem files = folder.getFileSystem(hadoop);
    if (!files.exists(folder)) {
      return;
    }
    if (!files.getFileStatus(folder).isDirectory()) {
      throw new UsageException("report: --svg " + svg + " is a file, expected a folder");
    }
    FileStatus[] held = files.listStatus(folder);
    if (held.length > 0) {
      throw new UsageException(
          "report: --svg " + svg + " is not empty: " + held[0].getPath().getName());
    }
  }

  private static Path path(String option, String text) {
    try {
      return new Path(text);
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          "report: " + option + ": '" + text + "' is not a path: " + e.getMessage(), e);
    }
  }
}
