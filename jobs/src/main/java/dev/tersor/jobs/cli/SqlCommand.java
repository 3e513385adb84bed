package dev.tersor.jobs.cli;

import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.report.AnswerTable;
import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.SqlScript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Questions to the tables. */
@Command(
    name = "sql",
    mixinStandardHelpOptions = true,
    description = {
      "Runs a query, or a .sql file of several, over the tables runs, cells, streams, compressed"
          + " and models, and prints the answers."
    })
final class SqlCommand implements Callable<Integer> {
  @Parameters(paramLabel = "QUERY|FILE.sql", description = "a query, or a file of queries")
  String query;

  @Mixin OutOption results;

  @Option(
      names = "--arg",
      paramLabel = "NAME=VALUE",
      description = "value of :NAME in the query; repeatable")
  Map<String, String> args = new HashMap<>();

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "200",
      description = "rows to print (default: ${DEFAULT-VALUE})")
  int rows;

  @Override
  public Integer call() throws IOException {
    String text = query;
    if (query.endsWith(".sql")) {
      Path file = Path.of(query);
      if (!Files.isRegularFile(file)) {
        throw new UsageException("sql: no such file: " + query);
      }
      text = Files.readString(file);
    }
    try (SparkSession session = Sessions.start("sql")) {
      ResultsFolder.open(results.out, session.sparkContext().hadoopConfiguration())
          .createViews(session);
      for (SqlScript.Statement statement : SqlScript.parse(text)) {
        if (!statement.title().isEmpty()) {
          System.out.println(statement.title());
        }
        print(session, statement.sql());
      }
    }
    return Main.OK;
  }

  private void print(SparkSession session, String sql) {
    try {
      Dataset<Row> answer = session.sql(sql, new HashMap<String, Object>(args));
      if (answer.columns().length > 0) {
        System.out.println(AnswerTable.of(answer, rows));
      }
    } catch (Exception e) {
      // Spark declares no checked exceptions in Java; a bad query is an AnalysisException.
      if (e instanceof AnalysisException) {
        String message =
            e.getMessage().lines().filter(line -> !line.isBlank()).findFirst().orElse(sql);
        throw new UsageException(
            message.contains("UNBOUND_SQL_PARAMETER")
                ? "sql: a :NAME in the query has no value; give --arg NAME=VALUE"
                : "sql: " + message,
            e);
      }
      throw e;
    }
  }
}
