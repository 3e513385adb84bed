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
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Codebooks by the error of outputs, end to end. */
class OutputErrorsTest {
  private static final Map<String, Shape> SHAPES =
      new TreeMap<>(Map.of("conv", Shape.of(12, 4, 3, 3), "fc", Shape.of(50, 40)));

  @TempDir Path folder;
  private final Map<String, Shape> squares = new TreeMap<>();
  private final Map<String, float[]> products = new HashMap<>();

  @BeforeEach
  void write() throws IOException {
    Map<String, float[]> weights = new HashMap<>();
    SHAPES.forEach(
        (name, shape) -> {
          weights.put(name, Checkpoints.weights((int) shape.size(), name.hashCode()));
          int columns = (int) shape.rowLength();
          float[] moment = new float[columns * columns];
          for (int i = 0; i < moment.length; i++) {
            moment[i] = (float) Math.pow(0.9, Math.abs(i / columns - i % columns));
          }
          products.put(name, moment);
          squares.put(name, Shape.of(1, columns, columns));
        });
    Checkpoints.write(folder.resolve("net.safetensors"), SHAPES, weights);
    writeProducts();
  }

  private void writeProducts() throws IOException {
    Checkpoints.write(folder.resolve("products.safetensors"), squares, products);
  }

  private String out() {
    return folder.resolve("out").toString();
  }

  private CommandLineRun sweep(String... more) {
    String[] options = {
      "--weights",
      "net=" + folder.resolve("net.safetensors"),
      "--sparsities",
      "asis",
      "--encodings",
      "dense/cabac"
    };
    return CommandLineRun.sweep(
        out(), Stream.concat(Stream.of(options), Stream.of(more)).toArray(String[]::new));
  }

  private String given() {
    return "net=" + folder.resolve("products.safetensors");
  }

  @Test
  void rowsSayWhatTheErrorIsOf() throws IOException {
    String[] both = {
      "--codebooks",
      "trellis,trellis(by=outputs),rate(by=outputs)",
      "--rates",
      "3",
      "--input-products",
      given()
    };
    String[] fitted = {
      "--codebooks",
      "trellis(lambda=1e-6,by=outputs),exact",
      "--bits",
      "8",
      "--input-products",
      given()
    };
    CommandLineRun run = sweep(both);
    assertEquals(0, run.status, run::toString);
    CommandLineRun other = sweep(fitted);
    assertEquals(0, other.status, other::toString);
    CommandLineRun.assertNumbers(
        out(),
        Map.of(
            "SELECT count(*) FROM cells WHERE verified AND error_measure = 'outputs'",
            6,
            "SELECT count(*) FROM cells WHERE verified AND error_measure = 'weights'",
            4,
            "SELECT count(*) FROM models WHERE verified AND error_measure = 'outputs' AND codebook"
                + " LIKE '%by=outputs%' AND (rate_target IS NULL OR abs(8.0 * payload_bytes /"
                + " params - 3) < 0.04)",
            3,
            // Weights are further off where outputs are nearer.
            "SELECT count(*) FROM models a JOIN models b ON a.rate_target = b.rate_target WHERE"
                + " a.codebook = 'trellis(rate=3)' AND b.codebook ="
                + " 'trellis(by=outputs,rate=3)' AND a.sqnr_db > b.sqnr_db + 0.5",
            1));
    // Other inputs are another result.
    products.get("fc")[41] *= 2;
    writeProducts();
    CommandLineRun again = sweep(fitted);
    assertTrue(again.out.contains("2 cells computed, 2 held"), again::toString);
    CommandLineRun compared =
        CommandLineRun.of(
            "codebooks",
            "--out",
            out(),
            "--models",
            "net",
            "--weights",
            "net=" + folder.resolve("net.safetensors"),
            "--sparsities",
            "asis",
            "--bits",
            "8",
            "--codebooks",
            "trellis(lambda=1e-6,by=outputs),exact",
            "--input-products",
            given());
    assertEquals(0, compared.status, compared::toString);
    CommandLineRun.assertNumbers(
        out(),
        Map.of(
            "SELECT count(*) FROM codebooks WHERE verified AND error_measure = 'outputs'",
            2,
            "SELECT count(*) FROM codebooks WHERE verified AND error_measure = 'weights'",
            2));
  }

  @Test
  void filesAreCompressedByIt() throws IOException {
    Path to = folder.resolve("net.tersor");
    CommandLineRun run = compress(to, "--input-products", given().substring(4));
    assertEquals(0, run.status, run::toString);
    CommandLineRun swept =
        sweep("--codebooks", "trellis(by=outputs)", "--rates", "3", "--input-products", given());
    assertEquals(0, swept.status, swept::toString);
    long sum =
        CommandLineRun.number(
            out(), "SELECT sum(payload_bytes) FROM cells WHERE error_measure = 'outputs'");
    long length = Files.size(to);
    assertTrue(length > sum && length < sum + 200, length + " bytes, payloads " + sum);
    Files.delete(to);
    CommandLineRun none = compress(to);
    assertEquals(2, none.status, none::toString);
    assertTrue(
        none.errors().get(0).contains("tensor 'conv': its codebook goes by outputs, and none is"),
        none::toString);
    products.remove("fc");
    squares.remove("fc");
    writeProducts();
    CommandLineRun few = compress(to, "--input-products", given().substring(4));
    assertEquals(2, few.status, few::toString);
    assertTrue(few.errors().get(0).contains("has no tensor of that name"), few::toString);
  }

  private CommandLineRun compress(Path to, String... more) {
    String[] options = {
      "compress",
      folder.resolve("net.safetensors").toString(),
      "--to",
      to.toString(),
      "--codebook",
      "trellis(by=outputs)",
      "--rate",
      "3",
      "--encoding",
      "dense/cabac"
    };
    return CommandLineRun.of(
        Stream.concat(Stream.of(options), Stream.of(more)).toArray(String[]::new));
  }

  @Test
  void whatIsWrongIsSaid() throws IOException {
    refused(null, "codebooks: by=outputs: net has no input products: give --input-products");
    refused("other=" + given().substring(4), "input-products: no model 'other' is swept");
    refused("net=none.safetensors", "input-products: net: cannot read none.safetensors");
    products.get("fc")[3] = Float.NaN;
    writeProducts();
    refused(given(), "input-products: tensor 'net fc' has 1 values that are NaN or infinite");
    squares.put("fc", Shape.of(1600));
    writeProducts();
    refused(
        given(),
        "is 1600, expected groups x 40 x 40 of at most 4,096 columns for weights of 50x40");
    squares.remove("fc");
    products.remove("fc");
    writeProducts();
    refused(given(), "has no tensor 'fc', which the weights have as 50x40");
  }

  private void refused(String inputs, String expected) {
    CommandLineRun run =
        inputs == null
            ? sweep("--codebooks", "trellis(by=outputs)", "--rates", "3")
            : sweep(
                "--codebooks", "trellis(by=outputs)", "--rates", "3", "--input-products", inputs);
    assertEquals(2, run.status, run::toString);
    assertTrue(run.errors().get(0).contains(expected), run::toString);
  }
}
