package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.jobs.Checkpoints;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks of a sweep in one sequence each. */
class SequencesTest {
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = folder.resolve("small.safetensors");
    Checkpoints.small(file);
  }

  private String out() {
    return folder.resolve("results").toString();
  }

  private CommandLineRun sweep(String... options) throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of("--weights", "net=" + file, "--sparsities", "0.5,asis", "--encodings"));
    all.addAll(List.of("ras/wavelet-quad", "--no-accuracy"));
    all.addAll(List.of(options));
    return CommandLineRun.sweep(out(), all.toArray(String[]::new));
  }

  /**
   * A row a model, setting that quantises and tree; found again, and none of weights in 32 bits.
   */
  @Test
  void everySettingHasOne() throws IOException {
    String[] grid = {
      "--bits", "3,32", "--codebooks", "uniform,exact", "--sequences", "wavelet-quad,wavelet-fast"
    };
    CommandLineRun run = sweep(grid);
    assertEquals(0, run.status, run::toString);
    assertTrue(run.out.contains("one sequence of"), run::toString);
    CommandLineRun.assertNumbers(
        out(),
        Map.of(
            "SELECT count(*) FROM sequences WHERE verified AND bits = 3 AND place_ns > 0",
            8,
            "SELECT int(bool_and(symbols = params + 2 * tensors + 1 AND total_bytes > 0"
                + " AND (block_ns_per_weight IS NULL) = (block_wise = 0)"
                + " AND (element_ns_per_weight IS NULL) = (block_wise = tensors))) FROM sequences",
            1,
            // Codes are those of the cells: so are their zeros, and their number.
            "SELECT count(*) FROM sequences s JOIN models m ON m.bits = s.bits AND m.pruning ="
                + " s.pruning AND m.codebook = s.codebook AND m.sparsity_target <=>"
                + " s.sparsity_target WHERE abs(m.sparsity - s.sparsity) < 1e-9 AND m.params ="
                + " s.params AND m.tensors = s.tensors AND m.weights_hash = s.weights_hash",
            8));
    CommandLineRun again = sweep(grid);
    assertEquals(0, again.status, again::toString);
    assertTrue(again.out.contains("one sequence of"), again::toString);
    CommandLineRun.assertNumbers(
        out(), Map.of("SELECT count(*) FROM sequences", 8, "SELECT count(*) FROM runs", 2));
  }

  /** What no sequence holds is a row with its cause, and the sweep has failed. */
  @Test
  void whatNoSequenceHoldsIsARow() throws IOException {
    CommandLineRun run =
        sweep("--bits", "4", "--codebooks", "trellis,uniform", "--sequences", "wavelet-quad");
    assertEquals(1, run.status, run::toString);
    CommandLineRun.assertNumbers(
        out(),
        Map.of(
            "SELECT count(*) FROM sequences WHERE verified AND codebook = 'uniform'",
            2,
            "SELECT count(*) FROM sequences WHERE NOT verified AND codebook LIKE 'trellis%' AND"
                + " error LIKE '%layer %no sequence holds a Trellis%' AND cause = 'input'"
                + " AND total_bytes IS NULL",
            2));
  }

  @Test
  void onlyTreesAreTaken() throws IOException {
    CommandLineRun run = sweep("--bits", "4", "--sequences", "huffman");
    assertEquals(2, run.status, run::toString);
    assertTrue(
        run.errors()
            .get(0)
            .contains("sequences: 'sequence/huffman', expected sequence/ and one of"),
        run::toString);
  }
}
