package dev.tersor.jobs.cli;

import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.report.ScatterPlot;
import dev.tersor.jobs.source.NewFile;
import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.SqlScript;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The answer to a question as a picture. */
@Command(
    name = "plot",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Draws the answer to a query, or to a .sql file with one query, as a PNG.")
final class PlotCommand implements Callable<Integer> {
  @Parameters(paramLabel = "QUERY|FILE.sql", description = "a query, or a file of one")
  String query;

  @Mixin OutOption results;

  @Option(names = "--x", required = true, paramLabel = "COLUMN", description = "numbers")
  String x;

  @Option(names = "--y", required = true, paramLabel = "COLUMN", description = "numbers")
  String y;

  @Option(names = "--series", paramLabel = "COLUMN", description = "column that tells lines apart")
  String series;

  @Option(names = "--log-x", description = "a logarithmic x axis")
  boolean logX;

  @Option(
      names = "--title",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "title of the plot")
  String title;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "FILE.png",
      description = "file to write; must not exist")
  String to;

  @Override
  public Integer call() throws IOException {
    List<SqlScript.Statement> statements = SqlScript.parse(SqlScript.text("plot", query));
    if (statements.size() != 1) {
      throw new UsageException("plot: " + statements.size() + " queries, expected one");
    }
    Configuration hadoop = HadoopSettings.get();
    ResultsFolder folder = ResultsFolder.open(results.out, hadoop);
    try (Sessions spark = Sessions.start("plot")) {
      SparkSession session = spark.session();
      ScatterPlot plot = new ScatterPlot(title, x, y, series, logX);
      System.out.println(
          folder.reading(
              () -> {
                folder.createViews(session, statements.get(0).tables());
                Dataset<Row> answer = answer(session, statements.get(0).sql());
                NewFile.write("plot", to, hadoop, out -> plot.write(answer, out));
                return to;
              }));
    }
    return Main.OK;
  }

  private static Dataset<Row> answer(SparkSession session, String sql) {
    try {
      return session.sql(sql);
    } catch (Exception e) {
      // Spark declares no checked exceptions in Java; a bad query is an AnalysisException.
      if (e instanceof AnalysisException) {
        throw new UsageException("plot: " + e.getMessage().lines().findFirst().orElse(sql), e);
      }
      throw e;
    }
  }
}
