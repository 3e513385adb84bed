package dev.tersor.jobs.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.jobs.config.CostModel.Rate;
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
    Map<Stage, Map<String, Rate>> rates = new EnumMap<>(Stage.class);
    for (Stage stage : Stage.values()) {
      rates.put(stage, Map.of(CostModel.OTHER, new Rate(4, 0.25, 1000)));
    }
    rates.put(Stage.FIT, Map.of(CostModel.OTHER, Rate.NONE, "kmeans++", new Rate(123.456, 0, 0)));
    CostModel model = new CostModel("a \"test\"", rates);
    Path file = folder.resolve("cost.conf");
    Files.writeString(file, model.render());
    CostModel read = CostModel.load(file.toString());
    assertEquals("a \"test\"", read.from());
    assertEquals(new Rate(123, 0, 0), read.rate(Stage.FIT, "kmeans++"), "three digits");
    assertEquals(Rate.NONE, read.rate(Stage.FIT, "exact"), "that of others");
    assertEquals(new Rate(4, 0.25, 1000), read.rate(Stage.CODE, "rans"));
    assertEquals(4 * 10 + 0.25 * 5 + 1000, read.rate(Stage.CODE, "rans").nanos(10, 5));
  }

  @Test
  void theBuiltInOneHasEveryStage() {
    CostModel model = CostModel.load("");
    for (Stage stage : Stage.values()) {
      assertTrue(model.has(stage, CostModel.OTHER), stage.label());
      assertTrue(model.rate(stage, CostModel.OTHER).nanos(1e6, 5e5) > 0, stage.label());
    }
  }

  @Test
  void mistakesAreNamed() throws IOException {
    Path file = folder.resolve("cost.conf");
    Files.writeString(file, CostModel.load("").render().replaceFirst("weight=", "wieght="));
    UsageException typo = assertThrows(UsageException.class, () -> CostModel.load(file.toString()));
    assertTrue(typo.getMessage().contains("'wieght'"), typo.getMessage());
    Files.writeString(file, CostModel.load("").render().replaceFirst("weight=", "weight=-"));
    assertThrows(UsageException.class, () -> CostModel.load(file.toString()));
    Files.writeString(file, "cost { from = x }");
    UsageException missing =
        assertThrows(UsageException.class, () -> CostModel.load(file.toString()));
    assertTrue(missing.getMessage().contains("prune"), missing.getMessage());
  }
}
