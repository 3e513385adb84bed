package dev.tersor.jobs.table;

import dev.tersor.jobs.config.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** A .sql file: statements that end with a semicolon at the end of a line, comments before them. */
public final class SqlScript {
  /**
   * @param title the comment lines right before the statement
   * @param sql the statement, without its semicolon
   */
  public record Statement(String title, String sql) {
    /**
     * The tables that it may mean: those whose names stand in it, or all where none does, as in one
     * that lists them. A view of a table costs a look at all its files.
     */
    public Set<Table> tables() {
      Set<Table> named = EnumSet.noneOf(Table.class);
      for (Table table : Table.values()) {
        if (Pattern.compile("(?i)\\b" + table.label() + "\\b").matcher(sql).find()) {
          named.add(table);
        }
      }
      return named.isEmpty() ? EnumSet.allOf(Table.class) : named;
    }
  }

  private SqlScript() {}

  /**
   * The text of a query, or of the file that it names by its ending .sql.
   *
   * @param what the command, for messages
   * @throws UsageException if there is no such file
   */
  public static String text(String what, String query) throws IOException {
    if (!query.endsWith(".sql")) {
      return query;
    }
    Path file = Path.of(query);
    if (!Files.isRegularFile(file)) {
      throw new UsageException(what + ": no such file: " + query);
    }
    return Files.readString(file);
  }

  public static List<Statement> parse(String text) {
    List<Statement> statements = new ArrayList<>();
    StringBuilder title = new StringBuilder();
    StringBuilder sql = new StringBuilder();
    for (String line : text.lines().toList()) {
      String trimmed = line.strip();
      if (trimmed.startsWith("--") && sql.isEmpty()) {
        title.append(title.isEmpty() ? "" : "\n").append(trimmed.substring(2).strip());
      } else if (!trimmed.isEmpty() && !trimmed.startsWith("--")) {
        sql.append(line).append('\n');
        if (trimmed.endsWith(";")) {
          statements.add(statement(title, sql));
        }
      }
    }
    if (!sql.isEmpty()) {
      statements.add(statement(title, sql));
    }
    return statements;
  }

  private static Statement statement(StringBuilder title, StringBuilder sql) {
    String text = sql.toString().strip();
    Statement statement =
        new Statement(
            title.toString(), text.endsWith(";") ? text.substring(0, text.length() - 1) : text);
    title.setLength(0);
    sql.setLength(0);
    return statement;
  }
}
