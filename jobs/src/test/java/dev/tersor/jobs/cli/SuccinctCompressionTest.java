package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.jobs.table.SqlScript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sweeps and queries of "Succinct Compression", on networks small enough for a test. */
class SuccinctCompressionTest {
  /** A sweep of each, on models that are quick, and the queries over it. */
  private static final Map<String, List<String>> QUERIES =
      new TreeMap<>(
          Map.of(
              "sc-figure2", List.of("sc-figure2"),
              "sc-table1-layer", List.of("sc-table1"),
              "sc-table1-filter", List.of("sc-table1"),
              "sc-table1-unstructured", List.of("sc-table1"),
              "sc-table2", List.of("sc-table2", "sc-tables45"),
              "sc-table2-deit", List.of("sc-table2"),
              "sc-table3", List.of("sc-table3"),
              "succinct", List.of("sc-recipes")));

  @TempDir Path folder;

  @Test
  void everySweepAnswersItsQueries() throws IOException {
    List<SqlScript.Statement> statements = new ArrayList<>();
    StringBuilder all = new StringBuilder();
    for (Map.Entry<String, List<String>> experiment : QUERIES.entrySet()) {
      // All results in one folder, as those of one table are.
      CommandLineRun sweep =
          CommandLineRun.sweep(
              out(),
              "--config",
              experiment.getKey(),
              "--models",
              "lenet5",
              "--no-accuracy",
              "--timing-runs",
              "1");
      assertEquals(0, sweep.status, experiment + "\n" + sweep);
    }
    List<String> names = QUERIES.values().stream().flatMap(List::stream).distinct().toList();
    for (String name : names) {
      String sql = Files.readString(Path.of("../notebooks", name + ".sql"));
      statements.addAll(SqlScript.parse(sql));
      all.append(sql).append('\n');
    }
    try (Stream<Path> files = Files.list(Path.of("../notebooks"))) {
      assertEquals(
          names.stream().map(name -> name + ".sql").sorted().toList(),
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.startsWith("sc-"))
              .sorted()
              .toList());
    }
    Path script = Files.writeString(folder.resolve("all.sql"), all);
    CommandLineRun run = CommandLineRun.of("sql", "--out", out(), script.toString());
    assertEquals(0, run.status, run::toString);
    List<List<String>> answers = answers(run.out);
    assertEquals(statements.size(), answers.size(), run.out);
    for (int i = 0; i < answers.size(); i++) {
      assertTrue(answers.get(i).size() > 1, statements.get(i).sql() + "\n" + run.out);
    }
    check(answers.get(names.indexOf("sc-figure2")));
  }

  /** Lossless, so never far below four bytes over three, and with speeds. */
  private static void check(List<String> figure2) {
    assertTrue(figure2.size() == 4, figure2::toString);
    for (String line : figure2.subList(1, 4)) {
      String[] cells = line.split("\\|");
      double ratio = Double.parseDouble(cells[7].strip());
      double bound = Double.parseDouble(cells[8].strip());
      assertTrue(ratio > 1 && ratio < bound && bound < 1.4, line);
      assertFalse(cells[10].isBlank(), line);
    }
  }

  private String out() {
    return folder.resolve("out").toString();
  }

  /** The lines with cells of every table that was printed. */
  private static List<List<String>> answers(String text) {
    List<List<String>> answers = new ArrayList<>();
    boolean inside = false;
    for (String line : text.lines().toList()) {
      boolean isTable = line.startsWith("+") || line.startsWith("|");
      if (isTable && !inside) {
        answers.add(new ArrayList<>());
      }
      if (line.startsWith("|")) {
        answers.get(answers.size() - 1).add(line);
      }
      inside = isTable;
    }
    return answers;
  }
}
