package dev.tersor.jobs.cli;

import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.report.AnswerTable;
import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.SqlScript;
import dev.tersor.jobs.table.Table;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
      "Runs a query, or a .sql file of several, over the tables runs, cells, streams, compressed,"
          + " models, codebooks and trained. Prints the answers."
    })
final class SqlCommand implements Callable<Integer> {
  @Parameters(paramLabel = "QUERY|FILE.sql", description = "a query, or a file of queries")
  String query;

  @Mixin OutOption results;

  @Option(
      names = "--arg",
      converter = NamedValue.Converter.class,
      paramLabel = "NAME=VALUE",
      description = "value of :NAME in the query; repeatable")
  List<NamedValue> args = List.of();

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "200",
      description = "rows to print (default: ${DEFAULT-VALUE})")
  int rows;

  /** None yet; not of {@link Table}, whose schemas of Spark nobody needs who does not ask. */
  private final Set<Table> viewed = new HashSet<>();

  @Override
  public Integer call() throws IOException {
    Map<String, Object> values = new HashMap<>(NamedValue.byName("arg", args));
    List<SqlScript.Statement> statements = SqlScript.parse(SqlScript.text("sql", query));
    ResultsFolder folder = ResultsFolder.open(results.out, HadoopSettings.get());
    try (Sessions spark = Sessions.start("sql")) {
      SparkSession session = spark.session();
      for (SqlScript.Statement statement : statements) {
        if (!statement.title().isEmpty()) {
          System.out.println(statement.title());
        }
        System.out.print(folder.reading(() -> answer(session, folder, statement, values)));
      }
    }
    return Main.OK;
  }

  private String answer(
      SparkSession session,
      ResultsFolder folder,
      SqlScript.Statement statement,
      Map<String, Object> values) {
    String sql = statement.sql();
    Set<Table> asked = statement.tables();
    asked.removeAll(viewed);
    Set<Table> known = new HashSet<>(viewed);
    known.addAll(asked);
    viewed.clear(); // where this fails, tables are read anew
    folder.createViews(session, asked);
    try {
      Dataset<Row> answer = session.sql(sql, values);
      String text =
          answer.columns().length > 0 ? AnswerTable.of(answer, rows) + System.lineSeparator() : "";
      viewed.addAll(known);
      if (text.lines().filter(line -> line.startsWith("|")).count() == 1) {
        noteEmptyTables(session, statement.tables());
      }
      return text;
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
      // What a task says of a damaged tensor comes wrapped in what Spark says of the task.
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof UsageException) {
          throw new UsageException("sql: " + cause.getMessage(), e);
        }
      }
      throw e;
    }
  }

  /** Why an answer has no rows, where it asks tables that have none: not all may be published. */
  private void noteEmptyTables(SparkSession session, Set<Table> asked) {
    for (Table table : asked) {
      if (session.table(table.label()).isEmpty()) {
        System.err.println("note: " + results.out + " has no rows of the table " + table.label());
      }
    }
  }
}
