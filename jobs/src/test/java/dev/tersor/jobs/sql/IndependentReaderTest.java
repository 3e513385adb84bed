package dev.tersor.jobs.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.jobs.Checkpoints;
import dev.tersor.jobs.cli.CommandLineRun;
import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.SqlScript;
import dev.tersor.jobs.table.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The questions of notebooks/ get the same answers of DuckDB, which reads the files itself. */
class IndependentReaderTest {
  @TempDir Path folder;

  @Test
  void duckDbAnswersAsSparkDoes() throws Exception {
    Path file = folder.resolve("small.safetensors");
    Checkpoints.small(file);
    Path results = folder.resolve("results");
    CommandLineRun sweep =
        CommandLineRun.sweep(
            results.toString(),
            "--weights",
            "net=" + file,
            "--sparsities",
            "0.5,0.9,asis",
            "--bits",
            "2,4",
            "--codebooks",
            "uniform,exact",
            "--encodings",
            "bitmap/*,relative5/huffman,csr8");
    assertEquals(0, sweep.status, sweep::toString);
    compare(results, "net", 1);
  }

  /** A night's worth of cells; they are generated, and so are their figures. */
  @Test
  void thirtyThousandCellsAreAnsweredInSeconds() throws Exception {
    Path results = folder.resolve("results");
    try (SparkSession spark = LocalSpark.start()) {
      GeneratedCells.write(spark, results.toString());
    }
    compare(results, "net3", 10);
  }

  private static void compare(Path results, String model, int atLeast) throws Exception {
    try (SparkSession spark = LocalSpark.start();
        DuckDb duck = new DuckDb(results)) {
      ResultsFolder.open(results.toString(), new Configuration())
          .createViews(spark, List.of(Table.values()));
      for (String name : List.of("smallest", "layers", "entropy-gap", "failures")) {
        for (SqlScript.Statement question : questions(name, model)) {
          long start = System.nanoTime();
          List<Row> expected = spark.sql(question.sql()).collectAsList();
          long between = System.nanoTime();
          List<List<Object>> actual = duck.query(question.sql());
          long end = System.nanoTime();
          String what = name + ".sql: " + question.title().lines().findFirst().orElse("");
          System.out.printf(
              Locale.ROOT,
              "%5d rows, Spark %.2f s, DuckDB %.2f s: %s%n",
              expected.size(),
              (between - start) / 1e9,
              (end - between) / 1e9,
              what);
          assertSame(expected, actual, what);
          assertTrue(expected.size() >= atLeast || name.equals("failures"), what);
          // Far more than they take anywhere: a question that reads too much is found.
          assertTrue(end - start < 60e9, what);
        }
      }
    }
  }

  private static List<SqlScript.Statement> questions(String name, String model) throws IOException {
    String text = Files.readString(Path.of("..", "notebooks", name + ".sql"));
    return SqlScript.parse(text.replace(":model", "'" + model + "'")).stream()
        // Runs have times, which the two show differently, and streams are not generated.
        .filter(question -> !question.sql().contains("FROM runs"))
        .filter(question -> !question.sql().contains("FROM streams"))
        .toList();
  }

  private static void assertSame(List<Row> expected, List<List<Object>> actual, String what) {
    assertEquals(expected.size(), actual.size(), what);
    for (int i = 0; i < expected.size(); i++) {
      Row row = expected.get(i);
      String where = what + ", row " + i + ": " + row + " and " + actual.get(i);
      assertEquals(row.size(), actual.get(i).size(), where);
      List<Object> other = actual.get(i);
      IntStream.range(0, row.size())
          .forEach(column -> assertSameValue(row.get(column), other.get(column), where));
    }
  }

  private static void assertSameValue(Object expected, Object actual, String where) {
    if (expected == null) {
      assertNull(actual, where);
    } else if (expected instanceof Number number) {
      assertFalse(actual == null, where);
      assertEquals(number.doubleValue(), ((Number) actual).doubleValue(), 1e-9, where);
    } else {
      assertEquals(expected.toString(), String.valueOf(actual), where);
    }
  }
}
