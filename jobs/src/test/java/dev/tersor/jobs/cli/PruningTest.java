package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.checkpoint.FileSource;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.Checkpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Masks of filters, of layers, and by a saliency, end to end. */
class PruningTest {
  private static final Map<String, Shape> SHAPES =
      new TreeMap<>(
          Map.of("a", Shape.of(10, 40), "b", Shape.of(6, 5, 3, 3), "c", Shape.of(3, 100)));

  @TempDir Path folder;

  private String out() {
    return folder.resolve("out").toString();
  }

  private long number(String sql) {
    return CommandLineRun.number(out(), sql);
  }

  /** Tensors whose means of magnitudes are far apart, c least and a largest. */
  private Map<String, float[]> net(String file) throws IOException {
    Map<String, float[]> values = new HashMap<>();
    SHAPES.forEach(
        (name, shape) -> {
          float[] weights = Checkpoints.weights((int) shape.size(), name.hashCode());
          for (int i = 0; i < weights.length; i++) {
            weights[i] *= name.equals("a") ? 9 : name.equals("b") ? 3 : 1;
          }
          values.put(name, weights);
        });
    Checkpoints.write(folder.resolve(file), SHAPES, values);
    return values;
  }

  private CommandLineRun sweep(String... options) {
    String[] all =
        Stream.concat(
                Stream.of("--weights", "net=" + folder.resolve("net.safetensors")),
                Stream.of(options))
            .toArray(String[]::new);
    CommandLineRun run = CommandLineRun.sweep(out(), all);
    assertEquals(0, run.status, run::toString);
    return run;
  }

  /** The stored weights, decoded. */
  private Map<String, float[]> decoded(String... options) throws IOException {
    Path to = folder.resolve("decoded.safetensors");
    Files.deleteIfExists(to);
    String[] all =
        Stream.concat(
                Stream.of("decode", "--out", out(), "--model", "net", "--to", to.toString()),
                Stream.of(options))
            .toArray(String[]::new);
    CommandLineRun run = CommandLineRun.of(all);
    assertEquals(0, run.status, run::toString);
    Map<String, float[]> values = new HashMap<>();
    try (FileSource source = FileSource.open(to)) {
      for (StoredTensor tensor : Checkpoint.open(source).tensors()) {
        values.put(tensor.name(), Checkpoint.read(tensor, source, 0, (int) tensor.shape().size()));
      }
    }
    return values;
  }

  private static boolean[] zeros(float[] values) {
    boolean[] zeros = new boolean[values.length];
    IntStream.range(0, values.length).forEach(i -> zeros[i] = values[i] == 0);
    return zeros;
  }

  /** The positions of the least magnitudes. */
  private static boolean[] least(float[] saliency, long count) {
    boolean[] least = new boolean[saliency.length];
    IntStream.range(0, saliency.length)
        .boxed()
        .sorted((a, b) -> Float.compare(Math.abs(saliency[a]), Math.abs(saliency[b])))
        .limit(count)
        .forEach(i -> least[i] = true);
    return least;
  }

  private static float[] norms(float[] weights, int rows) {
    float[] norms = new float[rows];
    for (int i = 0; i < weights.length; i++) {
      norms[i / (weights.length / rows)] += Math.abs(weights[i]);
    }
    return norms;
  }

  @Test
  void filtersOfLeastNormGo() throws IOException {
    Map<String, float[]> weights = net("net.safetensors");
    // A codebook of centroids makes no survivor a zero.
    CommandLineRun run =
        sweep(
            "--pruning",
            "filter",
            "--sparsities",
            "0.6",
            "--codebooks",
            "exact",
            "--encodings",
            "bitmap");
    assertTrue(run.out.contains("60.0 % filter"), run.out);
    Map<String, float[]> decoded = decoded();
    for (String name : SHAPES.keySet()) {
      int rows = (int) SHAPES.get(name).rows();
      long pruned = name.equals("a") ? 6 : name.equals("b") ? 4 : 2;
      boolean[] gone = least(norms(weights.get(name), rows), pruned);
      float[] values = decoded.get(name);
      for (int i = 0; i < values.length; i++) {
        assertEquals(gone[i / (values.length / rows)], values[i] == 0, name + " " + i);
      }
    }
    assertEquals(
        3, number("SELECT count(*) FROM cells WHERE pruning = 'filter' AND sparsity > 0.59"));
    // The same again is held, and other scopes have other keys.
    assertTrue(
        sweep(
                "--pruning",
                "filter",
                "--sparsities",
                "0.6",
                "--codebooks",
                "exact",
                "--encodings",
                "bitmap")
            .out
            .contains("0 cells computed"));
    assertTrue(
        sweep("--sparsities", "0.6", "--codebooks", "exact", "--encodings", "bitmap")
            .out
            .contains("3 cells computed"));
  }

  @Test
  void layersOfLeastMeanGo() throws IOException {
    Map<String, float[]> weights = net("net.safetensors");
    // 300 of 970 weights are c, 270 b: the nearest to 485 is both, to 400 is c alone.
    CommandLineRun run =
        sweep(
            "--pruning",
            "layer",
            "--sparsities",
            "0.4,0.5,0.99",
            "--codebooks",
            "exact,uniform",
            "--encodings",
            "bitmap,csr/huffman,dcsr");
    assertTrue(run.out.contains("40.0 % layer (30.93 %)"), run.out);
    CommandLineRun.assertNumbers(
        out(),
        Map.of(
            "SELECT CAST(round(sparsity * params) AS INT) FROM models WHERE sparsity_target = 0.4"
                + " AND codebook = 'exact' AND encoding = 'bitmap/packed'",
            300,
            "SELECT count(*) FROM models WHERE sparsity_target > 0.4 AND codebook = 'exact' AND"
                + " encoding = 'bitmap/packed' AND round(sparsity * params) = 570",
            2));
    Map<String, float[]> decoded = decoded("--sparsity", "0.5", "--codebook", "exact");
    assertArrayEquals(new float[300], decoded.get("c"));
    assertArrayEquals(new float[270], decoded.get("b"));
    assertArrayEquals(zeros(weights.get("a")), zeros(decoded.get("a")));
    CommandLineRun verify = CommandLineRun.of("verify", "--out", out());
    assertEquals(0, verify.status, verify::toString);
  }

  @Test
  void aSaliencyDecidesWhatGoes() throws IOException {
    net("net.safetensors");
    Map<String, float[]> saliency = new HashMap<>();
    SHAPES.forEach(
        (name, shape) -> {
          float[] values = Checkpoints.weights((int) shape.size(), 7L * name.hashCode());
          for (int i = 0; i < values.length; i++) {
            // By saliency a goes first, which magnitudes keep longest.
            values[i] *= name.equals("a") ? 1 : 2;
          }
          saliency.put(name, values);
        });
    Checkpoints.write(folder.resolve("saliency.safetensors"), SHAPES, saliency);
    String[] given = {
      "--saliency",
      "net=" + folder.resolve("saliency.safetensors"),
      "--codebooks",
      "exact",
      "--encodings",
      "bitmap"
    };
    sweep(with(given, "--sparsities", "0.5,asis"));
    Map<String, float[]> decoded = decoded("--sparsity", "0.5");
    for (String name : SHAPES.keySet()) {
      long count = SHAPES.get(name).size() / 2;
      assertArrayEquals(least(saliency.get(name), count), zeros(decoded.get(name)), name);
    }
    CommandLineRun.assertNumbers(
        out(),
        Map.of(
            "SELECT count(*) FROM cells WHERE pruning = 'tensor-saliency'",
            3,
            "SELECT count(*) FROM cells WHERE pruning = 'asis'",
            3));

    sweep(with(given, "--sparsities", "0.4", "--pruning", "layer"));
    assertArrayEquals(new float[400], decoded("--sparsity", "0.4").get("a"));
    sweep(with(given, "--sparsities", "0.3", "--pruning", "filter"));
    int rows = 10;
    boolean[] gone = least(norms(saliency.get("a"), rows), 3);
    float[] values = decoded("--sparsity", "0.3").get("a");
    for (int i = 0; i < values.length; i++) {
      assertEquals(gone[i / 40], values[i] == 0);
    }
    sweep(with(given, "--sparsities", "0.2", "--pruning", "global"));
    float[] all = new float[970];
    float[] allDecoded = new float[970];
    int at = 0;
    decoded = decoded("--sparsity", "0.2");
    for (String name : SHAPES.keySet()) {
      System.arraycopy(saliency.get(name), 0, all, at, saliency.get(name).length);
      System.arraycopy(decoded.get(name), 0, allDecoded, at, saliency.get(name).length);
      at += saliency.get(name).length;
    }
    assertArrayEquals(least(all, 194), zeros(allDecoded));

    // Another saliency is another result; weights that nothing prunes have none.
    saliency.get("b")[17] *= 1.5f;
    Checkpoints.write(folder.resolve("saliency.safetensors"), SHAPES, saliency);
    assertTrue(
        sweep(with(given, "--sparsities", "0.5,asis")).out.contains("1 cells computed, 5 held"));
  }

  /** The others are neither pruned nor quantised, and are in no row. */
  @Test
  void tensorsOfSomeKindsAloneAreSwept() throws IOException {
    net("net.safetensors");
    sweep("--kinds", "conv", "--sparsities", "0.5", "--encodings", "bitmap", "--bits", "4");
    assertEquals(java.util.Set.of("b"), decoded().keySet());
    CommandLineRun.assertNumbers(
        out(), Map.of("SELECT count(*) FROM cells WHERE tensor <> 'b' OR kind <> 'conv'", 0));
    CommandLineRun described =
        CommandLineRun.sweep(
            out(),
            "--models",
            "resnet8",
            "--kinds",
            "fc",
            "--sparsities",
            "asis",
            "--bits",
            "4",
            "--codebooks",
            "linear",
            "--encodings",
            "dense",
            "--no-accuracy");
    assertEquals(0, described.status, described::toString);
    // Which its description does not sweep.
    assertEquals(
        1,
        number("SELECT count(*) FROM cells WHERE model = 'resnet8' AND tensor = 'dense.kernel'"));
    assertEquals(1, number("SELECT count(*) FROM cells WHERE model = 'resnet8'"));
    for (String[] wrong :
        new String[][] {
          {"embedding", "kinds: net has no tensor of embedding"},
          {"convolution", "kinds: ", "unknown kind 'convolution', expected one of conv"}
        }) {
      CommandLineRun run =
          CommandLineRun.sweep(
              out(), "--weights", "net=" + folder.resolve("net.safetensors"), "--kinds", wrong[0]);
      assertEquals(2, run.status, run::toString);
      assertTrue(run.errors().get(0).contains(wrong[1]), run::toString);
      assertTrue(run.errors().get(0).contains(wrong[wrong.length - 1]), run::toString);
    }
  }

  @Test
  void centroidsCountWeightsByTheirSaliency() throws IOException {
    Map<String, float[]> weights = net("net.safetensors");
    Map<String, float[]> saliency = new HashMap<>();
    weights.forEach(
        (name, values) -> {
          float[] squares = Checkpoints.weights(values.length, 5L * name.hashCode());
          for (int i = 0; i < squares.length; i++) {
            squares[i] *= squares[i] * squares[i];
          }
          saliency.put(name, squares);
        });
    Path file = folder.resolve("saliency.safetensors");
    Checkpoints.write(file, SHAPES, saliency);
    String[] given = {"--saliency", "net=" + file, "--sparsities", "asis", "--bits", "3"};
    sweep(with(given, "--codebooks", "exact,exact(by=saliency)", "--encodings", "dense"));
    Map<String, Map<String, float[]>> decoded = new HashMap<>();
    for (String codebook : List.of("exact", "exact(by=saliency)")) {
      decoded.put(codebook, decoded("--codebook", codebook));
    }
    for (String name : SHAPES.keySet()) {
      float[] plain = decoded.get("exact").get(name);
      float[] counted = decoded.get("exact(by=saliency)").get(name);
      double ofAll = error(weights.get(name), null, plain);
      double ofSalient = error(weights.get(name), saliency.get(name), counted);
      assertTrue(ofAll < error(weights.get(name), null, counted), name);
      assertTrue(ofSalient < error(weights.get(name), saliency.get(name), plain), name);
    }
    CommandLineRun compared =
        CommandLineRun.of(
            Stream.concat(
                    Stream.of("codebooks", "--out", out(), "--models", "net"),
                    Stream.of(
                        with(
                            given,
                            "--weights",
                            "net=" + folder.resolve("net.safetensors"),
                            "--codebooks",
                            "exact,exact(by=saliency)")))
                .toArray(String[]::new));
    assertEquals(0, compared.status, compared::toString);
    double salient = error(weights.get("b"), saliency.get("b"), decoded.get("exact").get("b"));
    CommandLineRun.assertNumbers(
        out(),
        Map.of(
            "SELECT count(*) FROM codebooks WHERE verified AND saliency_wcss IS NOT NULL",
            6,
            "SELECT count(*) FROM codebooks WHERE tensor = 'b' AND codebook = 'exact' AND abs(saliency_wcss / "
                + salient
                + " - 1) < 1e-6",
            1));
    // Another saliency is another result, also of what nothing prunes.
    saliency.get("b")[17] *= 1.5f;
    Checkpoints.write(file, SHAPES, saliency);
    String[] again = with(given, "--codebooks", "exact(by=saliency)", "--encodings", "dense");
    assertTrue(sweep(again).out.contains("1 cells computed, 2 held"));
    CommandLineRun none =
        CommandLineRun.sweep(
            out(),
            "--weights",
            "net=" + folder.resolve("net.safetensors"),
            "--codebooks",
            "linear(by=saliency)");
    assertEquals(2, none.status, none::toString);
    assertTrue(none.errors().get(0).contains("by=saliency: net has none"), none::toString);
  }

  /**
   * @param saliency null where all weights count the same
   */
  private static double error(float[] weights, float[] saliency, float[] decoded) {
    double error = 0;
    for (int i = 0; i < weights.length; i++) {
      double away = (double) weights[i] - decoded[i];
      error += (saliency == null ? 1 : Math.abs(saliency[i])) * away * away;
    }
    return error;
  }

  private static String[] with(String[] options, String... more) {
    return Stream.concat(Stream.of(options), Stream.of(more)).toArray(String[]::new);
  }

  /** A tensor of three segments, and of rows that are longer than a segment. */
  @Test
  void segmentsShareTheirDecisionAndHaveTheStepsOfTheirRows() throws IOException {
    Path models = Files.createDirectories(folder.resolve("models"));
    Files.writeString(
        models.resolve("large.conf"),
        """
        name = large, title = "two large matrices", input = [3000]
        sources = [{ synthetic = 1 }]
        tensors = [
          { name = many, kind = fc, shape = [1500, 3000], macs = 4500000, prune = true }
          { name = long, kind = fc, shape = [2, 4500000], macs = 9000000, prune = true }
        ]
        """);
    String[] options = {
      "--models",
      "large",
      "--models-dir",
      models.toString(),
      "--sparsities",
      "0.5",
      "--bits",
      "3",
      "--encodings",
      "bitmap"
    };
    CommandLineRun run =
        CommandLineRun.sweep(
            out(), with(options, "--pruning", "filter", "--codebooks", "linear,lsq-channel"));
    assertEquals(0, run.status, run::toString);
    assertEquals(
        1500 * 3000 / 2 + 4_500_000,
        number(
            "SELECT CAST(sum(round(sparsity * params)) AS INT) FROM cells WHERE codebook ="
                + " 'linear'"));
    // 1398 rows and 102; two segments of each of two rows.
    assertEquals(
        4 * (1500 + 4),
        number("SELECT sum(codebook_bytes) FROM cells WHERE codebook = 'lsq-channel'"));
    Path to = folder.resolve("large.safetensors");
    CommandLineRun decode =
        CommandLineRun.of(
            "decode",
            "--out",
            out(),
            "--model",
            "large",
            "--codebook",
            "lsq-channel",
            "--to",
            to.toString());
    assertEquals(0, decode.status, decode::toString);
    try (FileSource source = FileSource.open(to)) {
      StoredTensor tensor = Checkpoint.open(source).find("long").get();
      double[] steps = new double[2];
      for (int row = 0; row < 2; row++) {
        float[] values = Checkpoint.read(tensor, source, row * 4_500_000L, 4_500_000);
        for (float value : values) {
          steps[row] = Math.max(steps[row], Math.abs(value) / 3);
        }
        for (float value : values) {
          double level = steps[row] == 0 ? 0 : value / steps[row];
          assertEquals(Math.rint(level), level, 1e-5, "one step for both parts of a row");
        }
      }
      assertTrue((steps[0] == 0) != (steps[1] == 0), "one of two filters is left");
    }
    CommandLineRun layer =
        CommandLineRun.sweep(out(), with(options, "--pruning", "layer", "--codebooks", "lsq"));
    assertEquals(0, layer.status, layer::toString);
    // Of two tensors of a third and two thirds the mean decides, whichever is nearer to a half.
    assertEquals(
        1,
        number(
            "SELECT count(DISTINCT tensor) FROM cells WHERE pruning = 'layer' AND sparsity = 1"));
  }

  @Test
  void whatIsWrongWithASaliencyIsSaid() throws IOException {
    Map<String, float[]> weights = net("net.safetensors");
    refused("net=" + folder.resolve("none.npz"), "saliency: net", "none.npz");
    refused("nett=x", "no model 'nett' is swept, nearest: net");
    Map<String, Shape> shapes = new TreeMap<>(SHAPES);
    shapes.remove("b");
    Checkpoints.write(folder.resolve("few.safetensors"), shapes, weights);
    refused(
        "net=" + folder.resolve("few.safetensors"),
        "has no tensor 'b', which the weights have as 6x5x3x3, nearest: a, c");
    shapes.put("b", Shape.of(6, 45));
    Checkpoints.write(folder.resolve("flat.safetensors"), shapes, weights);
    refused(
        "net=" + folder.resolve("flat.safetensors"),
        "tensor 'b'",
        "is 6x45, that of the weights 6x5x3x3");
    float[] bad = weights.get("b").clone();
    bad[3] = Float.NaN;
    Checkpoints.write(
        folder.resolve("nan.safetensors"),
        SHAPES,
        Map.of("a", weights.get("a"), "b", bad, "c", weights.get("c")));
    refused(
        "net=" + folder.resolve("nan.safetensors"),
        "saliency: tensor 'net b' has 1 values that are NaN or infinite");
    CommandLineRun paper =
        CommandLineRun.sweep(
            out(), "--models", "lenet5", "--sparsities", "paper", "--saliency", "lenet5=x");
    assertEquals(2, paper.status, paper::toString);
    assertTrue(paper.errors().get(0).contains("saliency: sparsity paper"), paper::toString);
    for (List<String> wrong : List.of(List.of("sweep", "row"), List.of("codebooks", "layer"))) {
      Path conf = folder.resolve("wrong.conf");
      Files.writeString(conf, "sweep { models = [lenet5], pruning = " + wrong.get(1) + " }");
      CommandLineRun run =
          CommandLineRun.of(wrong.get(0), "--offline", "--out", out(), "--config", conf.toString());
      assertEquals(2, run.status, run::toString);
      assertTrue(run.errors().get(0).contains("pruning: "), run::toString);
    }
  }

  private void refused(String saliency, String... parts) {
    CommandLineRun run =
        CommandLineRun.sweep(
            out(), "--weights", "net=" + folder.resolve("net.safetensors"), "--saliency", saliency);
    assertEquals(2, run.status, run::toString);
    assertEquals(1, run.errors().size(), run::toString);
    for (String part : parts) {
      assertTrue(run.errors().get(0).contains(part), run::toString);
    }
  }
}
