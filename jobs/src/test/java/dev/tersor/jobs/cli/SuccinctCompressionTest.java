package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.jobs.config.Pruning;
import dev.tersor.jobs.config.SettingsLoader;
import dev.tersor.jobs.config.SweepSettings;
import dev.tersor.jobs.table.SqlScript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sweeps and queries of "Succinct Compression", on networks small enough for a test. */
class SuccinctCompressionTest {
  /** Sweeps, what is less of each here, and the queries over it. */
  private record Experiment(String sweep, String less, List<String> queries) {}

  private static final List<Experiment> EXPERIMENTS =
      List.of(
          new Experiment("sc-figure2", "", List.of("sc-figure2")),
          new Experiment("sc-table1-filter", "--sparsities 0.4", List.of("sc-table1")),
          new Experiment("sc-table2", "--bits 2", List.of("sc-table2", "sc-tables45")),
          new Experiment("sc-table3", "--sparsities 0.9", List.of("sc-table3")),
          new Experiment("sc-table3-opq", "--encodings bitmap/rans", List.of("sc-table3-opq")),
          new Experiment("sc-coders", "--sparsities 0.5 --bits 4", List.of("sc-coders")),
          new Experiment("sc-sequence", "--sparsities 0.9 --bits 4", List.of("sc-sequence")),
          new Experiment("sc-saliency-magnitude", "--sparsities 0.5", List.of("sc-saliency")),
          new Experiment("succinct", "--sparsities 0.9 --bits 4", List.of("sc-recipes")));

  @TempDir Path folder;

  @Test
  void everySweepAnswersItsQueries() throws IOException {
    List<SqlScript.Statement> statements = new ArrayList<>();
    StringBuilder all = new StringBuilder();
    for (Experiment experiment : EXPERIMENTS) {
      // All results in one folder, as those of one table are.
      String options =
          "--config %s --models lenet5 --no-accuracy --timing-runs 1 %s"
              .formatted(experiment.sweep(), experiment.less());
      CommandLineRun sweep = CommandLineRun.sweep(out(), options.strip().split(" "));
      assertEquals(0, sweep.status, experiment + "\n" + sweep);
    }
    List<String> names = EXPERIMENTS.stream().flatMap(e -> e.queries().stream()).toList();
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

  /** Their encodings, models and figures are what the page about the paper says they are. */
  @Test
  void sweepsOfATableDifferInItsPruningOrItsModels() {
    SweepSettings layer = SettingsLoader.load("sc-table1-layer", Map.of());
    SweepSettings filter = SettingsLoader.load("sc-table1-filter", Map.of());
    SweepSettings single = SettingsLoader.load("sc-table1-unstructured", Map.of());
    assertEquals(filter.from().models(), layer.from().models());
    assertEquals(filter.from().models(), single.from().models());
    assertEquals(filter.grid().encodings(), layer.grid().encodings());
    assertEquals(filter.grid().encodings(), single.grid().encodings());
    assertEquals(Set.of(Pruning.Scope.LAYER), scopes(layer));
    assertEquals(Set.of(Pruning.Scope.FILTER), scopes(filter));
    assertEquals(Set.of(Pruning.Scope.TENSOR), scopes(single));
    SweepSettings cnn = SettingsLoader.load("sc-table2", Map.of());
    SweepSettings deit = SettingsLoader.load("sc-table2-deit", Map.of());
    assertEquals(List.of("deit-b"), deit.from().models());
    assertFalse(cnn.from().models().contains("deit-b"));
    assertEquals(cnn.grid().encodings(), deit.grid().encodings());
    assertEquals(cnn.grid().bits(), deit.grid().bits());
    assertTrue(cnn.grid().measures().products() && single.grid().measures().products());
  }

  private static Set<Pruning.Scope> scopes(SweepSettings settings) {
    return settings.grid().prunings().stream().map(Pruning::scope).collect(Collectors.toSet());
  }

  /** Lossless, so never far below four bytes over three, and with speeds. */
  private static void check(List<String> figure2) {
    assertTrue(figure2.size() == 4, figure2::toString);
    for (String line : figure2.subList(1, 4)) {
      String[] cells = line.split("\\|", -1);
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
