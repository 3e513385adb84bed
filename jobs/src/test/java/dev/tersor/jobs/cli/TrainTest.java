package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.jobs.train.SmallDigits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command train, on a few hundred digits. */
class TrainTest {
  private static final String DIVERGES =
      "train.network = linear, train.densities = [1, 0.5], train.prune.rate = 100";

  @TempDir Path folder;
  private SmallDigits digits;

  @BeforeEach
  void write() throws IOException {
    digits = new SmallDigits(folder);
  }

  private CommandLineRun train(String settings, String... flags) throws IOException {
    List<String> args =
        new java.util.ArrayList<>(List.of("train", "--config", digits.config(settings).toString()));
    args.addAll(List.of(flags));
    return CommandLineRun.of(args.toArray(new String[0]));
  }

  /** The questions that come with training have answers. */
  private void answered(String... queries) {
    for (String query : queries) {
      CommandLineRun answer =
          CommandLineRun.of("sql", "--out", digits.out().toString(), query(query));
      assertEquals(0, answer.status, answer::toString);
      assertTrue(answer.out.contains("tiny"), answer.out);
    }
  }

  private static String query(String name) {
    return Path.of("..", "notebooks", name + ".sql").toString();
  }

  private long number(String sql) {
    return CommandLineRun.number(digits.out().toString(), sql);
  }

  @Test
  void whatWeightsMatterToATrainedNetworkDecidesWhatASweepPrunes() throws IOException {
    assertEquals(0, train("train.densities = [1], train.bits = [32]").status);
    Path network;
    try (var files = Files.list(digits.out().resolve("networks"))) {
      network =
          files.filter(file -> file.toString().endsWith(".safetensors")).findFirst().orElseThrow();
    }
    for (String kind :
        List.of("snip", "squared-gradient", "second-moment", "feature-rank", "input-moment")) {
      Path to = folder.resolve(kind + ".safetensors");
      CommandLineRun run = saliency(kind, network, to, "--images", "40");
      assertEquals(0, run.status, run::toString);
      CommandLineRun swept =
          CommandLineRun.sweep(
              folder.resolve("swept").toString(),
              "--weights",
              "tiny=" + network,
              "--models-dir",
              folder.resolve("models").toString(),
              "--saliency",
              "tiny=" + to,
              "--sparsities",
              "0.5",
              "--pruning",
              kind.equals("feature-rank") ? "filter" : "tensor",
              "--codebooks",
              "exact(by=saliency)",
              "--encodings",
              "bitmap");
      assertEquals(0, swept.status, swept::toString);
      CommandLineRun again = saliency(kind, network, to, "--images", "40");
      assertEquals(2, again.status, again::toString);
    }
    Path to = folder.resolve("none.safetensors");
    assertSaid(saliency("snap", network, to), "snip, squared-gradient, second-moment");
    assertSaid(saliency("snip", network, to, "--images", "4000"), "images: 4000, and digits has");
    assertSaid(saliency("snip", network, to, "--batch", "0"), "batch: 0 is below 1");
    assertSaid(saliency("snip", folder.resolve("gone"), to), "weights: cannot read", "gone");
    Path other = folder.resolve("snip.safetensors");
    assertSaid(saliency("snip", other, to), "no tensor 'fc1.bias', tiny has it as 20");
    assertTrue(Files.notExists(to));
  }

  private CommandLineRun saliency(String kind, Path weights, Path to, String... more) {
    List<String> args =
        new java.util.ArrayList<>(
            List.of("saliency", "--network", "tiny", "--kind", kind, "--weights"));
    args.addAll(List.of(weights.toString(), "--to", to.toString(), "--models-dir"));
    args.addAll(List.of(folder.resolve("models").toString(), "--data-dir"));
    args.addAll(List.of(folder.resolve("data").toString(), "--cache"));
    args.add(folder.resolve("cache").toString());
    args.addAll(List.of(more));
    return CommandLineRun.of(args.toArray(new String[0]));
  }

  private static void assertSaid(CommandLineRun run, String... parts) {
    assertEquals(2, run.status, run::toString);
    for (String part : parts) {
      assertTrue(run.errors().get(0).contains(part), run::toString);
    }
  }

  @Test
  void aGridIsTrainedStoredEvaluatedAndNotTrainedAgain() throws IOException {
    String grid =
        """
        train.densities = [1, paper, { "fc1.weight" = 0.1, "fc2.weight" = 1 }]
        train.bits = [3, paper, 32]
        train.bias-bits = [32, 16, 6]
        train.ranks = [0.2, 1]
        """;
    CommandLineRun run = train(grid);
    assertEquals(0, run.status, run::toString);
    CommandLineRun.assertNumbers(
        digits.out().toString(),
        Map.of(
            "SELECT count(*) FROM trained WHERE verified AND error IS NULL",
            27 + 4,
            // Files of the same bytes are one row of models.
            "SELECT count(*) FROM trained t LEFT ANTI JOIN models m ON m.weights_source = 'trained'"
                + " AND m.total_bytes = t.file_bytes AND abs(1 - m.top1_accuracy - t.test_error) <"
                + " 1e-12",
            0,
            // What the table says is what the files are.
            "SELECT count(*) FROM trained WHERE file_bytes < 200 OR ratio_fp32 <> fp32_bytes /"
                + " file_bytes OR test_error > if(encoding LIKE 'svd%', 0.95, 0.6) OR held_out_error IS"
                + " NULL",
            0));
    try (var files = Files.list(digits.out().resolve("networks"))) {
      long bytes =
          files
              .filter(file -> file.toString().endsWith(".tersor"))
              .mapToLong(file -> file.toFile().length())
              .sum();
      assertEquals(bytes, number("SELECT sum(file_bytes) FROM trained"));
    }
    CommandLineRun.assertNumbers(
        digits.out().toString(),
        Map.of(
            "SELECT max(kept_weights) FROM trained WHERE densities = 'paper'",
            3136 + 100,
            "SELECT count(*) FROM trained WHERE size(layers) <> 2 OR"
                + " aggregate(layers, 0L, (a, l) -> a + l.bytes) > file_bytes",
            0,
            // All singular values give the dense network back, at a larger size.
            "SELECT count(*) FROM trained WHERE encoding = 'svd(energy=1.0)' AND bias_bits = 32 AND"
                + " test_error = dense_test_error AND ratio_fp32 < 1",
            1,
            "SELECT count(*) FROM trained WHERE encoding = 'svd(energy=0.2)' AND bias_bits = 32 AND"
                + " kept_weights < 4 * (20 + 784) + 4 * (10 + 20) AND ratio_fp32 > 4",
            1,
            // Numbers that are not shared come back as they were, so the error is that of the
            // pruned
            // network.
            "SELECT count(*) FROM trained WHERE bits = '32' AND bias_bits = 32"
                + " AND encoding NOT LIKE 'svd%' AND test_error <> pruned_test_error",
            0));
    answered("dc-trained", "dc-pareto", "dc-rates", "dc-initialisers", "table1-accuracy");
    Path png = folder.resolve("pareto.png");
    CommandLineRun plot =
        CommandLineRun.of(
            "plot",
            "--out",
            digits.out().toString(),
            query("dc-pareto"),
            "--x",
            "file_bytes",
            "--y",
            "error_percent",
            "--series",
            "model",
            "--to",
            png.toString());
    assertEquals(0, plot.status, plot::toString);
    assertTrue(ImageIO.read(png.toFile()).getWidth() > 500);
    CommandLineRun again = train(grid);
    assertEquals(0, again.status, again::toString);
    CommandLineRun.assertNumbers(
        digits.out().toString(),
        Map.of(
            "SELECT count(*) FROM trained",
            27 + 4,
            "SELECT count(DISTINCT run_id) FROM trained",
            1));
  }

  @Test
  void aTrainingThatDivergesIsARowAndTheOthersGoOn() throws IOException {
    CommandLineRun run = train(DIVERGES);
    assertEquals(1, run.status, run::toString);
    CommandLineRun.assertNumbers(
        digits.out().toString(),
        Map.of(
            "SELECT count(*) FROM trained WHERE verified AND densities = '1'",
            1,
            "SELECT count(*) FROM trained WHERE NOT verified AND densities = '0.5' AND error LIKE"
                + " 'prune: loss is % in step % of epoch %'",
            1));
    assertTrue(run.out.contains("prune: loss is"), run.out);
    // Other settings are other stages; what failed is not tried again unless it is said.
    CommandLineRun again = train(DIVERGES);
    assertEquals(1, again.status, again::toString);
    assertEquals(2, number("SELECT count(*) FROM trained"));
  }

  /** Neurons go with their weights; densities that leave a layer nothing are rows with a cause. */
  @Test
  void unitsGoAndAnEmptyLayerIsARow() throws IOException {
    String grid =
        """
        train.densities = [{ "fc1.weight" = 0.002, "fc2.weight" = 0.15 }, 1e-3]
        train.prune { schedule = cubic, ramp = 0.5, units = 0.75 }
        train.distil { weight = 0.5, once = true }
        """;
    CommandLineRun run = train(grid);
    assertEquals(1, run.status, run::toString);
    CommandLineRun.assertNumbers(
        digits.out().toString(),
        Map.of(
            "SELECT count(*) FROM trained WHERE verified AND units = '0.75' AND kept_weights"
                + " BETWEEN 4 AND 61",
            1,
            "SELECT count(*) FROM trained WHERE NOT verified AND cause = 'input' AND error ="
                + " 'prune: densities: 0.001 of the 200 weights of fc2.weight leaves none that is not"
                + " zero'",
            1));
  }

  @Test
  void stagesGoInAnotherOrder() throws IOException {
    CommandLineRun run =
        train(
            "train.orders = [prune-first, share-first], train.bits = [3, 32], train.prune.epochs ="
                + " 0, train.densities += { \"fc1.weight\" = 0.5, \"fc2.weight\" = 1 }");
    assertEquals(0, run.status, run::toString);
    CommandLineRun.assertNumbers(
        digits.out().toString(),
        Map.of(
            "SELECT count(DISTINCT stage_order) FROM trained WHERE verified AND"
                + " bits = '3' AND kept_weights = 3920 + 50",
            2,
            "SELECT count(*) FROM trained WHERE stage_order = 'share-first' AND bits = '3' AND"
                + " pruned_key = dense_key",
            2));
    answered("dc-orders", "dc-sensitivity");
  }

  /** Bits in the loss: files are smaller, say their price, and a price out of reach is a row. */
  @Test
  void bitsHaveAPrice() throws IOException {
    String grid =
        """
        train.densities = [1]
        train.bits = [6]
        train.codebooks = ["rate(lambda=1e-4)", "trellis(lambda=1e-4)"]
        train.bit-prices = [1e-6, 2, 1e6]
        train.encodings = [dense/context]
        train.share { epochs = 4, rate = 0.02 }
        """;
    CommandLineRun run = train(grid);
    assertTrue(run.out.contains("rate(lambda=1e-4), a bit costs 2.0"), run::toString);
    CommandLineRun.assertNumbers(
        digits.out().toString(),
        Map.of(
            "SELECT count(*) FROM trained",
            6,
            "SELECT count(*) FROM trained a JOIN trained b ON a.codebook = b.codebook WHERE"
                + " a.verified AND b.verified AND a.bit_price = 1e-6 AND b.bit_price = 2 AND"
                + " b.file_bytes < 0.9 * a.file_bytes",
            2));
    CommandLineRun again = train(grid);
    assertEquals(run.status, again.status, again::toString);
    assertEquals(6, number("SELECT count(*) FROM trained"));
    CommandLineRun diverged = train(grid.replace("rate = 0.02", "rate = 100, weight-decay = 1"));
    assertEquals(1, diverged.status, diverged::toString);
    CommandLineRun.assertNumbers(
        digits.out().toString(),
        Map.of(
            "SELECT int(count(*) > 0 AND bool_and(error LIKE 'share: %; try a smaller rate%')) FROM"
                + " trained WHERE NOT verified AND run_id = (SELECT max(run_id) FROM trained)",
            1));
  }

  /** One and two bits, weights behind their codes: each codebook at its bits, and killed again. */
  @Test
  void weightsAreTrainedBehindTheirCodes() throws IOException {
    String grid =
        """
        train.densities = [1]
        train.bits = [1, 2]
        train.codebooks = [binary, ternary-channel, midrise]
        train.encodings = [dense/packed]
        train.share { trains = weights, epochs = 4, rate = 0.02 }
        """;
    CommandLineRun run = train(grid);
    assertEquals(0, run.status, run::toString);
    assertTrue(run.out.contains("1 binary, straight through"), run::toString);
    CommandLineRun.assertNumbers(
        digits.out().toString(),
        Map.of(
            "SELECT count(*) FROM trained WHERE verified AND share_trains = 'weights'",
            3,
            "SELECT count(*) FROM trained WHERE codebook = 'midrise' AND bits = '2'",
            1,
            "SELECT count(*) FROM trained WHERE codebook = 'binary' AND bits = '1' AND"
                + " kept_weights = weights AND file_bytes < weights / 8 + 700",
            1));
    assertEquals(0, train(grid).status);
    assertEquals(3, number("SELECT count(*) FROM trained"));
    answered("dc-below-two-bits");
  }

  @Test
  void badSettingsAreToldInOneLine() throws IOException {
    refused("train.densities = [0]", "densities: 0.0 is outside (0, 1]");
    refused("train.densities = [1.5]", "densities: 1.5 is outside (0, 1]");
    refused("train.densities = [much]", "densities: 'much' is neither a number, 'paper', nor");
    refused("train.bits = [9]", "bits: 9 is not 1..8, or 32 for none");
    refused("train.bias-bits = [1]", "bias-bits: 1 is not 32, 16 or 2..8");
    refused("train.codebooks = [nearest]", "unknown codebook 'nearest'");
    refused("train.codebooks = [lsq-channel]", "lsq-channel has a step for each row");
    refused("train.codebooks = [binary]", "binary has fixed levels");
    refused("train.codebooks = [ternary], train.bits = [4]", "ternary has codes of 2 bits");
    String weights = "train.share.trains = weights, ";
    refused(weights + "train.codebooks = [binary], train.bits = [1]", "has no zero for pruned");
    refused(
        weights + "train.codebooks = [ternary], train.bits = [2, 4]", "bits: 4 are those of none");
    refused(
        weights + "train.codebooks = [\"rate(lambda=1)\"]", "counts bits, expected one of least");
    refused(
        weights + "train.codebooks = [\"exact(by=saliency)\"]",
        "goes by what training does not measure");
    refused(weights + "train.bit-prices = [1]", "share.trains: weights behind their codes");
    refused(weights + "train.orders = [share-first]", "orders: share-first keeps the codes");
    refused("train.share.trains = all", "unknown trains 'all'");
    refused("train.codebooks = [trellis]", "trellis counts bits, expected bit-prices above 0");
    refused("train.bit-prices = [1, -1]", "bit-prices: -1.0 is outside 0..1e6");
    refused("train.bit-prices = []", "bit-prices: nothing given");
    refused(
        "train.bit-prices = [1], train.codebooks = [\"trellis(rate=2)\"]",
        "trellis(rate=2) has a target");
    refused(
        "train.bit-prices = [0, 1], train.orders = [share-first]",
        "orders: share-first keeps the codes");
    refused("train.orders = [backwards]", "unknown order 'backwards'");
    refused("train.ranks = [0]", "ranks: 0.0 is outside (0, 1]");
    refused("train.epoch = 3", "unknown key 'epoch'");
    refused("train.dense.epoch = 3", "unknown key 'epoch', nearest: epochs");
    refused("train.dense.rate = -1", "dense.rate: -1.0 is outside 0.0..100.0");
    refused("train.prune.scope = layer", "prune.scope: 'layer' is neither tensor nor global");
    refused("train.prune.units = 0", "prune.units: 0.0 is outside (0, 1]");
    refused("train.prune.units = some", "prune.units: 'some' is neither a number");
    refused(
        "train.network = residual, train.densities = [1], train.prune.units = 1",
        "prune.units: the graph has Residual");
    refused("train.held-out = 400", "held-out: 400 of the 400 images");
    refused("train.network = alexnet", "network: alexnet has no graph to train");
    refused("train.network = nothing", "unknown model 'nothing'");
    refused("train.data = nothing", "unknown data set 'nothing'");
    refused("train.data = cifar10", "cifar10", "fetch cifar10");
    refused(
        "train.densities = [{ \"fc1.weight\" = 0.1 }]", "densities: none for tensor fc2.weight");
    refused(
        "train.densities = [{ \"fc9.weight\" = 0.1, \"fc1.weight\" = 1, \"fc2.weight\" = 1 }]",
        "densities: no tensor fc9.weight");
  }

  @Test
  void damagedDataIsNamed() throws IOException {
    Path file = digits.cachedFile("train-images");
    byte[] bytes = Files.readAllBytes(file);
    bytes[1000] ^= 1;
    Files.write(file, bytes);
    refused("", "train-images");
    Files.deleteIfExists(file);
    refused("", "train-images is not in");
  }

  private void refused(String settings, String... words) throws IOException {
    CommandLineRun run = train(settings);
    assertEquals(2, run.status, run::toString);
    assertEquals(1, run.errors().size(), run::toString);
    for (String word : words) {
      assertTrue(run.errors().get(0).contains(word), run::toString);
    }
  }
}
