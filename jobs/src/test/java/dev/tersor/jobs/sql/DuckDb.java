package dev.tersor.jobs.sql;

import dev.tersor.jobs.table.SqlScript;
import dev.tersor.jobs.table.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tables of a results folder as views in a DuckDB of its own, read from their files. */
final class DuckDb implements AutoCloseable {
  private final Connection connection;
  private final Statement statement;

  DuckDb(Path results) throws SQLException, IOException {
    connection = DriverManager.getConnection("jdbc:duckdb:");
    statement = connection.createStatement();
    // As Spark orders.
    statement.execute("SET default_null_order = 'nulls_first'");
    for (Table table : Table.values()) {
      if (Files.isDirectory(results.resolve(table.label()))) {
        statement.execute(
            "CREATE VIEW all_%s AS SELECT * FROM read_parquet('%s/%1$s/*/*.parquet')"
                .formatted(table.label(), results));
      }
    }
    statement.execute("CREATE MACRO explode(list) AS unnest(list)");
    // The views of the docs, as they stand there.
    String views = Files.readString(Path.of("..", "docs", "reference", "views.sql"));
    for (SqlScript.Statement view : SqlScript.parse(views)) {
      Matcher source = Pattern.compile("FROM (all_)?([a-z]+)").matcher(view.sql());
      if (source.find() && Files.isDirectory(results.resolve(source.group(2)))) {
        statement.execute(view.sql());
      }
    }
  }

  /** The rows of an answer. */
  List<List<Object>> query(String sql) throws SQLException {
    List<List<Object>> rows = new ArrayList<>();
    try (ResultSet answer = statement.executeQuery(sql)) {
      int columns = answer.getMetaData().getColumnCount();
      while (answer.next()) {
        List<Object> row = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
          row.add(answer.getObject(i));
        }
        rows.add(row);
      }
    }
    return rows;
  }

  @Override
  public void close() throws SQLException {
    statement.close();
    connection.close();
  }
}
