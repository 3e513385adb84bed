package dev.tersor.jobs.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tersor.jobs.config.BitWidth;
import dev.tersor.jobs.config.GridSettings;
import dev.tersor.jobs.config.Pruning;
import dev.tersor.jobs.config.SettingsLoader;
import dev.tersor.jobs.table.RowBuilder;
import dev.tersor.jobs.table.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A setting is the same in the grid, in rows of tensors and of models, and in words. */
class SettingTest {
  private static final GridSettings GRID =
      SettingsLoader.load(
              null,
              Map.of(
                  "models", List.of("lenet300"),
                  "sparsities", List.of("0.5", "asis", "paper"),
                  "bits", List.of("1", "4", "32", "paper"),
                  "codebooks", List.of("uniform", "exact"),
                  "encodings", List.of("bitmap/packed", "auto")))
          .grid();

  private static List<Setting> all() {
    List<Setting> all = new ArrayList<>();
    GRID.prunings().forEach(pruning -> all.addAll(Setting.all(GRID, pruning)));
    return all;
  }

  @Test
  void theGridHasEachOnce() {
    // 32 bits have no codebook.
    assertEquals(3 * (3 * 2 + 1) * 2, all().size());
    assertEquals(all().size(), all().stream().distinct().count());
    assertEquals(3 * (3 * 2 + 1), all().stream().map(Setting::weights).distinct().count());
  }

  @Test
  void rowsOfModelsAndOfTensorsSayTheSame() {
    for (Setting setting : all()) {
      assertEquals(
          setting, Setting.of(new RowBuilder(Table.MODELS).setAll(setting.values()).build()));
      // A tensor's own target and bits where the setting leaves them to it.
      Pruning own =
          setting.pruning().scope() == Pruning.Scope.PAPER
              ? setting.pruning().withSparsity(0.92)
              : setting.pruning();
      int bits = setting.bits().isPaper() ? 6 : setting.bits().fixed();
      assertEquals(
          setting,
          Setting.of(new RowBuilder(Table.CELLS).setAll(setting.values(own, bits)).build()));
    }
  }

  @Test
  void aSaliencyIsPartOfIt() {
    Setting setting =
        new Setting(
            new Pruning(Pruning.Scope.GLOBAL, 0.995, false), new BitWidth(4), "exact", "auto");
    Setting bySaliency = setting.bySaliency(true);
    assertEquals(setting, setting.bySaliency(false));
    assertEquals("99.5 % global-saliency", bySaliency.target());
    assertEquals(
        bySaliency, Setting.of(new RowBuilder(Table.MODELS).setAll(bySaliency.values()).build()));
  }

  @Test
  void inWords() {
    assertEquals(
        List.of(
            "50.0 %, 1 bit uniform",
            "50.0 %, 4 bits uniform",
            "50.0 %, not quantised",
            "50.0 %, paper's bits uniform",
            "as is, 1 bit uniform",
            "as is, 4 bits uniform",
            "as is, not quantised",
            "as is, paper's bits uniform",
            "paper's sparsity, 1 bit uniform",
            "paper's sparsity, 4 bits uniform",
            "paper's sparsity, not quantised",
            "paper's sparsity, paper's bits uniform"),
        all().stream()
            .filter(setting -> setting.encoding().equals("auto"))
            .filter(setting -> !setting.codebook().equals("exact"))
            .map(Setting::label)
            .toList());
    Setting paper = all().get(all().size() - 1);
    assertEquals("paper", paper.target());
    assertEquals("paper exact", paper.codes());
    assertEquals("--sparsity paper --bits paper --codebook exact", paper.options());
    assertEquals("--sparsity 0.5 --bits 1 --codebook uniform", all().get(0).options());
  }

  @Test
  void inOrder() {
    List<String> sorted =
        all().stream()
            .map(Setting::weights)
            .distinct()
            .sorted(Setting.ORDER.reversed())
            .map(Setting::target)
            .distinct()
            .toList();
    assertEquals(List.of("50.0 %", "paper", "asis"), sorted);
  }
}
