package dev.tersor.jobs.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.jobs.table.SqlScript;
import dev.tersor.jobs.table.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** The names in the queries of notebooks/ are those of the tables' columns. */
class QueryNamesTest {
  private static final Path NOTEBOOKS = Path.of("..", "notebooks");
  private static final Pattern PARAMETER = Pattern.compile("(?<!:):([a-z_]+)");

  @Test
  void everyQueryKnowsItsColumns() throws IOException {
    List<Path> scripts;
    try (Stream<Path> files = Files.list(NOTEBOOKS)) {
      scripts = files.filter(file -> file.toString().endsWith(".sql")).sorted().toList();
    }
    assertTrue(scripts.size() > 25, scripts::toString);
    List<String> wrong = new ArrayList<>();
    try (SparkSession session = LocalSpark.start()) {
      for (Table table : Table.values()) {
        session.createDataFrame(List.of(), table.schema()).createOrReplaceTempView(table.label());
      }
      for (Path script : scripts) {
        for (SqlScript.Statement statement : SqlScript.parse(Files.readString(script))) {
          Map<String, Object> values = new HashMap<>();
          PARAMETER.matcher(statement.sql()).results().forEach(m -> values.put(m.group(1), "1"));
          try {
            // Spark looks every name up before it runs anything.
            assertTrue(session.sql(statement.sql(), values).columns().length > 0);
          } catch (Exception e) { // Spark declares none, and throws a checked one
            wrong.add(script.getFileName() + ": " + e.getMessage().lines().findFirst().orElse(""));
          }
        }
      }
    }
    assertEquals(List.of(), wrong);
  }
}
