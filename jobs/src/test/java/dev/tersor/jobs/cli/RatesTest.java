package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.Checkpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bits and noise of a whole network, end to end. */
class RatesTest {
  private static final Map<String, Shape> SHAPES =
      new TreeMap<>(
          Map.of("wide", Shape.of(40, 200), "narrow", Shape.of(60, 90), "small", Shape.of(8, 64)));

  @TempDir Path folder;

  /** Tensors of different spreads: one slope gives them different bits. */
  @BeforeEach
  void writeNetwork() throws IOException {
    Map<String, float[]> weights = new HashMap<>();
    SHAPES.forEach(
        (name, shape) -> {
          float[] values = Checkpoints.weights((int) shape.size(), name.hashCode());
          for (int i = 0; i < values.length; i++) {
            values[i] *= name.equals("wide") ? 4 : 1;
          }
          weights.put(name, values);
        });
    Checkpoints.write(folder.resolve("net.safetensors"), SHAPES, weights);
  }

  private String net() {
    return "net=" + folder.resolve("net.safetensors");
  }

  private String out() {
    return folder.resolve("out").toString();
  }

  @Test
  void oneSlopeReachesRatesAndNoise() {
    String[] options = {
      "--weights",
      net(),
      "--sparsities",
      "asis",
      "--codebooks",
      "trellis(states=8)",
      "--rates",
      "2,3",
      "--encodings",
      "dense/cabac"
    };
    CommandLineRun run = CommandLineRun.sweep(out(), options);
    assertEquals(0, run.status, run::toString);
    CommandLineRun.assertNumbers(
        out(),
        Map.of(
            "SELECT count(*) FROM models WHERE verified AND codebook = 'trellis(rate=2)' AND"
                + " rate_target = 'rate 2' AND access = 'sequential' AND"
                + " abs(8.0 * payload_bytes / params - 2) < 0.03",
            1,
            "SELECT count(*) FROM models WHERE rate_target = 'rate 3' AND"
                + " abs(8.0 * payload_bytes / params - 3) < 0.04",
            1,
            "SELECT count(*) FROM cells a JOIN cells b ON a.codebook = b.codebook WHERE"
                + " a.tensor = 'wide' AND b.tensor = 'narrow' AND"
                + " 8.0 * a.payload_bytes / a.params - 8.0 * b.payload_bytes / b.params > 1",
            2));
    // The same again is there already, whatever its lambda.
    CommandLineRun again = CommandLineRun.sweep(out(), options);
    assertTrue(again.toString().contains("0 cells computed, 6 held before"), again::toString);
  }

  @Test
  void eachTensorReachesItsNoise() {
    CommandLineRun run =
        CommandLineRun.sweep(
            out(),
            "--weights",
            net(),
            "--sparsities",
            "asis,0.5",
            "--sqnr",
            "15",
            "--each",
            "--codebooks",
            "rate,rate(levels=free),trellis(states=4)",
            "--encodings",
            "bitmap/rans",
            "--models",
            "net");
    // Half of the weights pruned leave more noise than that: rows say so, and the others are there.
    assertEquals(1, run.status, run::toString);
    CommandLineRun.assertNumbers(
        out(),
        Map.of(
            "SELECT count(*) FROM cells WHERE NOT verified AND sparsity_target = 0.5 AND cause ="
                + " 'input' AND error LIKE '%net, %sqnr 15 each cannot be reached, the nearest is"
                + " %dB'",
            9,
            "SELECT count(*) FROM models WHERE NOT verified AND sparsity_target = 0.5",
            3,
            "SELECT count(*) FROM cells WHERE verified AND rate_target = 'sqnr 15 each' AND"
                + " abs(sqnr_db - 15) < if(codebook LIKE 'trellis%', 0.11, 0.5)",
            9));
  }

  @Test
  void codebooksAreComparedAtATarget() {
    CommandLineRun run =
        CommandLineRun.of(
            "codebooks",
            "--weights",
            net(),
            "--models",
            "net",
            "--out",
            out(),
            "--sparsities",
            "asis",
            "--bits",
            "4,8",
            "--codebooks",
            "trellis(rate=2),rate(rate=2),rate(levels=free,lambda=1e-4),trellis(sqnr=60),exact",
            "--timing-runs",
            "1");
    // 60 dB are out of reach: six rows that say so, and nothing else fails.
    assertEquals(1, run.status, run::toString);
    CommandLineRun.assertNumbers(
        out(),
        Map.of(
            "SELECT count(*) FROM codebooks WHERE verified AND codebook <> 'trellis(sqnr=60)'",
            24,
            "SELECT count(*) FROM codebooks WHERE NOT verified AND error LIKE '%cannot be reached,"
                + " the nearest is%' AND codebook = 'trellis(sqnr=60)'",
            6,
            "SELECT count(*) FROM codebooks WHERE codebook LIKE '%(rate=2)' AND verified AND bits ="
                + " 8 AND entropy_bits BETWEEN 0.3 AND 5",
            6));
  }

  @Test
  void compressTakesThem() throws IOException {
    Path to = folder.resolve("net.tersor");
    CommandLineRun run =
        CommandLineRun.of(
            "compress",
            folder.resolve("net.safetensors").toString(),
            "--to",
            to.toString(),
            "--rate",
            "2.5",
            "--encoding",
            "dense/cabac");
    assertEquals(0, run.status, run::toString);
    long weights = SHAPES.values().stream().mapToLong(Shape::size).sum();
    double bits = 8.0 * Files.size(to) / weights;
    assertTrue(bits > 2.45 && bits < 2.7, bits + " bits");
    Path back = folder.resolve("wide.safetensors");
    CommandLineRun one =
        CommandLineRun.of("decompress", to.toString(), "--to", back.toString(), "--tensor", "wide");
    assertEquals(0, one.status, one::toString);
  }

  @Test
  void whatCannotBeIsRefused() {
    String to = folder.resolve("x.tersor").toString();
    String from = folder.resolve("net.safetensors").toString();
    CommandLineRun.of("compress", from, "--to", to, "--lambda", "-1")
        .assertRefused("lambda: '-1', expected a number from 0");
    CommandLineRun.of("compress", from, "--to", to, "--rate", "Infinity")
        .assertRefused("rate: Infinity, expected a finite number above 0");
    CommandLineRun.of("compress", from, "--to", to, "--rate", "11")
        .assertRefused("rate 11 cannot be reached, the nearest is", "bits a weight");
    CommandLineRun.of("compress", from, "--to", to, "--rate", "3", "--codebook", "uniform")
        .assertRefused("uniform does not count bits, expected for rate one of [rate, trellis]");
    CommandLineRun.sweep(out(), "--weights", net(), "--lambda", "Infinity")
        .assertRefused("uniform does not count bits, expected for lambda");
    CommandLineRun.sweep(out(), "--weights", net(), "--codebooks", "rate", "--lambda", "Infinity")
        .assertRefused("lambda: 'Infinity'");
    CommandLineRun.sweep(out(), "--weights", net(), "--each")
        .assertRefused("each: no rate and no sqnr");
    CommandLineRun.sweep(out(), "--weights", net(), "--sqnr", "3", "--codebooks", "exact")
        .assertRefused("exact does not count bits");
  }
}
