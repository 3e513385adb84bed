package dev.tersor.jobs.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.jobs.config.CostModel.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CostModelTest {
  @TempDir Path folder;

  @Test
  void whatIsWrittenIsReadAgain() throws IOException {
    Map<Stage, Map<String, Double>> rates = new EnumMap<>(Stage.class);
    for (Stage stage : Stage.values()) {
      rates.put(stage, Map.of());
    }
    rates.put(Stage.FIT, Map.of("uniform", 0.0, "kmeans++", 123.456));
    rates.put(Stage.CELL, Map.of("csr/packed", 2.0, "dense/rans", 10.0, "dense/packed", 3.0));
    Path file = folder.resolve("cost.conf");
    Files.writeString(file, new CostModel("a \"test\"", rates).render());
    CostModel read = CostModel.load(file.toString());
    assertEquals("a \"test\"", read.from());
    assertEquals(123, read.rate(Stage.FIT, "kmeans++"), "three digits");
    assertEquals(61.5, read.rate(Stage.FIT, "exact"), "the mean of all");
    assertEquals(10, read.rate(Stage.CELL, "dense/rans"));
    assertEquals(6, read.rate(Stage.CELL, "csr/rans"), "the mean of that index and that coder");
    assertEquals(5, read.rate(Stage.CELL, "auto"), "the mean of all");
    assertEquals(0, read.rate(Stage.PRUNE, "read"), "nothing was measured");
  }

  @Test
  void theBuiltInOneHasEveryStage() {
    CostModel model = CostModel.load("");
    for (Stage stage : Stage.values()) {
      assertTrue(model.rate(stage, "other") > 0, stage.label());
    }
  }

  @Test
  void mistakesAreNamed() throws IOException {
    String text = CostModel.load("").render();
    assertMistake("exact is -1.0", text.replaceFirst("exact=", "exact=-1 #"));
    assertMistake("exact", text.replaceFirst("exact=", "exact=many #"));
    assertMistake("prune", "cost { from = x }");
    assertMistake("earlier version", "cost { from = x, split { dense { weight = 0.3 } } }");
  }

  private void assertMistake(String named, String text) throws IOException {
    Path file = folder.resolve("cost.conf");
    Files.writeString(file, text);
    UsageException e = assertThrows(UsageException.class, () -> CostModel.load(file.toString()));
    assertTrue(e.getMessage().contains(named), e.getMessage());
    assertTrue(e.getMessage().contains("cost.conf"), e.getMessage());
    assertEquals(1, e.getMessage().lines().count());
  }
}
