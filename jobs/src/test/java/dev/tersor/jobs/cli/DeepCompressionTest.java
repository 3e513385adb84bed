package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sweeps of Deep Compression's tables, where each tensor has its own density and bits. */
class DeepCompressionTest {
  @TempDir Path folder;

  private String out() {
    return folder.resolve("out").toString();
  }

  private long number(String sql) {
    return CommandLineRun.number(out(), sql);
  }

  @Test
  void tensorsHaveThePapersDensitiesAndBits() throws Exception {
    CommandLineRun sweep =
        CommandLineRun.sweep(
            out(), "--config", "dc-lenet", "--keep", "relative5", "--bits", "paper,6");
    assertEquals(0, sweep.status, sweep::toString);
    CommandLineRun.assertNumbers(
        out(),
        Map.of(
            // Seven tensors, paper and 0, paper and 6 bits, nine encodings.
            "SELECT count(*) FROM cells WHERE verified",
            7 * 2 * 2 * 9,
            "SELECT count(*) FROM cells WHERE model = 'lenet5' AND tensor LIKE 'conv%' AND setting"
                + " = 'paper' AND pruning = 'paper' AND bits = 8 AND sparsity_target IN (0.34,"
                + " 0.88) AND abs(sparsity - sparsity_target) < 1e-3",
            2 * 9,
            // The same result at another setting is another cell, so that totals hold each tensor
            // once.
            "SELECT count(*) FROM cells a JOIN cells b USING (model, tensor, pruning, bits,"
                + " encoding, total_bytes) WHERE model = 'lenet300' AND pruning = 'paper' AND"
                + " a.setting IS NULL AND b.setting = 'paper' AND a.key <> b.key",
            3 * 9,
            "SELECT count(*) FROM models WHERE verified",
            2 * 2 * 2 * 9,
            "SELECT count(*) FROM models WHERE setting = 'paper' AND bits IS NULL AND"
                + " (sparsity_target IS NULL) = (pruning = 'paper') AND tensors = if(model ="
                + " 'lenet5', 4, 3)",
            2 * 2 * 9));
    // Dense codes of LeNet-5: two convolutions at 8 bits, the rest at 5.
    assertEquals(
        25_500 + 405_000 * 5 / 8,
        number(
            "SELECT bigint(round(ratio_packed * total_bytes)) FROM models WHERE model = 'lenet5'"
                + " AND setting = 'paper' AND pruning = 'paper' AND encoding = 'dense/packed'"));
    assertTrue(sweep.out.contains("| lenet5   | trained |    paper | paper linear |"), sweep.out);
    CommandLineRun again =
        CommandLineRun.sweep(out(), "--config", "dc-lenet", "--keep", "relative5");
    assertTrue(again.out.contains("0 cells computed, 126 held"), again::toString);
    decodes();
    figures();
  }

  private void decodes() throws Exception {
    Path to = folder.resolve("lenet5.safetensors");
    String[] choice = {"decode", "--out", out(), "--model", "lenet5", "--to", to.toString()};
    CommandLineRun open = CommandLineRun.of(choice);
    assertEquals(2, open.status, open::toString);
    assertTrue(open.err.contains("--sparsity paper --bits paper"), open.err);
    CommandLineRun one =
        CommandLineRun.of(
            java.util.stream.Stream.concat(
                    List.of(choice).stream(),
                    List.of("--sparsity", "paper", "--bits", "paper").stream())
                .toArray(String[]::new));
    assertEquals(0, one.status, one::toString);
    assertTrue(one.out.contains("4 tensors, 430,500 weights"), one.out);
    assertTrue(Files.size(to) > 4 * 430_500);
  }

  private void figures() {
    CommandLineRun layers = CommandLineRun.of("sql", "--out", out(), "../notebooks/dc-layers.sql");
    assertEquals(0, layers.status, layers::toString);
    assertTrue(layers.out.contains("8.0 [8.0]"), layers.out);
    // The rate of LeNet-300-100's P+Q beside the paper's: on trained weights, so near it, not at
    // it.
    assertTrue(
        Pattern.compile("[| ]3\\.[0-4]\\d \\[3\\.10\\]").matcher(layers.out).find(), layers.out);
    assertEquals(9, layers.out.lines().filter(line -> line.startsWith("| lenet")).count());
  }

  @Test
  void codebooksAreHeldAgainstTheOptimum() {
    String[] options = {
      "codebooks",
      "--offline",
      "--out",
      out(),
      "--models",
      "lenet5",
      "--tensors",
      "conv2.weight,fc2.weight",
      "--sparsities",
      "paper,asis",
      "--bits",
      "2,paper",
      "--timing-runs",
      "1",
      "--codebooks",
      "uniform,lsq,uniform-channel,lsq-channel,linear,density,random,kmeans++,near-exact,exact,"
          + "mllib,uniform-group(n=32)"
    };
    CommandLineRun run = CommandLineRun.of(options);
    assertEquals(0, run.status, run::toString);
    assertTrue(run.out.contains("| near-exact "), run.out);
    CommandLineRun.assertNumbers(
        out(),
        Map.of(
            "SELECT count(*) FROM codebooks WHERE verified",
            2 * 2 * 2 * 12,
            "SELECT count(*) FROM codebooks WHERE codebook = 'exact' AND (ratio = 1 OR wcss_optimum"
                + " = 0) AND empty_clusters = if(survivors >= clusters, 0, clusters - survivors)",
            8,
            // A step for each row or group can do better than one codebook for all of them.
            "SELECT count(*) FROM codebooks WHERE ratio < 0.99999 AND codebook NOT LIKE"
                + " '%-channel' AND codebook <> 'uniform-group(n=32)'",
            0,
            "SELECT count(*) FROM codebooks a JOIN codebooks b USING (tensor, pruning, bits) WHERE"
                + " a.codebook = 'uniform-channel' AND b.codebook = 'uniform' AND a.wcss >= b.wcss",
            0,
            "SELECT count(*) FROM codebooks a JOIN codebooks b USING (tensor, pruning, bits) WHERE"
                + " a.codebook LIKE '%-group%' AND b.codebook = 'uniform-channel' AND a.wcss >= b.wcss",
            0,
            "SELECT count(*) FROM codebooks WHERE codebook = 'near-exact' AND ratio > 1.005",
            0,
            "SELECT count(*) FROM codebooks WHERE NOT (fit_ms > 0) OR NOT (entropy_bits <= bits)"
                + " OR NOT (mse > 0)",
            0));
    String query = "SELECT count(DISTINCT run_id) FROM codebooks";
    CommandLineRun.of(options);
    CommandLineRun.assertNumbers(
        out(),
        Map.of(
            query,
            1,
            // A run that finds all of it held is a run.
            "SELECT count(*) FROM runs JOIN (SELECT grid, count(*) AS rows FROM grids GROUP BY grid)"
                + " USING (grid) WHERE rows = 96 AND cells_done + cells_skipped = 96",
            2,
            "SELECT cells_skipped FROM runs ORDER BY run_id DESC LIMIT 1",
            96));
    CommandLineRun wrong =
        CommandLineRun.of(
            "codebooks", "--offline", "--out", out(), "--models", "lenet5", "--tensors", "fc9");
    assertEquals(2, wrong.status, wrong::toString);
    assertTrue(
        wrong.errors().get(0).contains("no model has a tensor 'fc9', nearest: fc"), wrong.err);
  }

  @Test
  void aTensorWithoutThePapersFiguresIsSaid() {
    for (String key : List.of("sparsities", "bits")) {
      CommandLineRun run =
          CommandLineRun.sweep(out(), "--models", "lenet5,resnet8", "--" + key, "paper");
      assertEquals(2, run.status, run::toString);
      assertTrue(
          run.errors().get(0).contains(key + ": paper: tensor '")
              && run.errors().get(0).contains("of resnet8 has no paper-"),
          run.err);
    }
    assertTrue(Files.notExists(Path.of(out())));
  }
}
