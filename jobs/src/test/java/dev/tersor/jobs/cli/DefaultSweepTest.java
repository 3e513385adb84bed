package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What runs where nothing but a model is said. */
class DefaultSweepTest {
  /** Cells of a tensor: eight encodings of each setting, and three more of two. */
  private static final int CELLS = 3 * 3 * 2 * 8 + 2 * 3;

  private static final int TENSORS = 3;

  @TempDir Path folder;

  @Test
  void runsOverSparsitiesBitsCodebooksAndTheRecipesOfAllThreePapers() {
    String out = folder.resolve("results").toString();
    String[] command = {"--models", "lenet300", "--offline", "--no-accuracy", "--out", out};
    CommandLineRun run = CommandLineRun.of(command);
    assertEquals(0, run.status, run::toString);
    CommandLineRun.assertNumbers(
        out,
        Map.of(
            "SELECT count(*) FROM cells WHERE verified",
            TENSORS * CELLS,
            "SELECT count(DISTINCT sparsity_target, bits, codebook) FROM cells",
            3 * 3 * 2,
            "SELECT count(DISTINCT encoding) FROM cells",
            8 + 3,
            "SELECT count(*) FROM cells WHERE encoding IN ('auto', 'dense/cabac',"
                + " 'groupwise-best/packed') AND bits = 4 AND sparsity_target = 0.7",
            TENSORS * 2 * 3));
    List<String> table = run.out.lines().filter(line -> line.startsWith("| lenet300 ")).toList();
    assertEquals(3 * 3 * 2, table.size(), run.out);
    for (String line : table) {
      assertTrue(line.contains("*") && line.contains(" dB "), line);
    }
    assertFalse(run.out.contains("Bytes of index and values"), run.out);
    CommandLineRun again = CommandLineRun.of(with(command, "--tables"));
    assertEquals(0, again.status, again::toString);
    assertTrue(again.out.contains("0 cells computed, " + TENSORS * CELLS + " held"), again.out);
    assertTrue(again.out.contains("Bytes of index and values, wavelet"), again.out);
    assertTrue(again.out.contains("Bytes of index and values, auto"), again.out);
  }

  private static String[] with(String[] command, String option) {
    String[] all = Arrays.copyOf(command, command.length + 1);
    all[command.length] = option;
    return all;
  }
}
