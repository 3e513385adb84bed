package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.checkpoint.FileSource;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.prune.BlockGrid;
import dev.tersor.core.prune.NOfM;
import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.Checkpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Codebooks of fixed levels, and patterns, blocks and heads that are pruned, end to end. */
class QuantisersTest {
  private static final Map<String, Shape> SHAPES =
      new TreeMap<>(
          Map.of(
              "layer.0.self.query", Shape.of(12, 40),
              "layer.0.self.key", Shape.of(12, 40),
              "layer.0.output", Shape.of(12, 40),
              "embedding", Shape.of(7, 300)));

  private static final String FIXED =
      "binary,ternary-channel,affine-group(n=32),nf4,fp8-e4m3,fp8-e5m2-channel,mxfp4,nvfp4,"
          + "q4_0,q8_0,q4_k,q6_k";

  @TempDir Path folder;
  private Map<String, float[]> weights;

  private String out() {
    return folder.resolve("out").toString();
  }

  @BeforeEach
  void writeNetwork() throws IOException {
    weights = new HashMap<>();
    SHAPES.forEach(
        (name, shape) ->
            weights.put(name, Checkpoints.weights((int) shape.size(), name.hashCode())));
    Checkpoints.write(folder.resolve("net.safetensors"), SHAPES, weights);
  }

  private CommandLineRun sweep(String... options) {
    String[] all =
        Stream.concat(
                Stream.of("--weights", "net=" + folder.resolve("net.safetensors")),
                Stream.of(options))
            .toArray(String[]::new);
    return CommandLineRun.sweep(out(), all);
  }

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

  /** At the bits that they have, and at no others. */
  @Test
  void codebooksOfFixedLevelsAreSwept() {
    CommandLineRun run =
        sweep(
            "--sparsities",
            "asis",
            "--bits",
            "1,2,4,6,8",
            "--codebooks",
            FIXED,
            "--encodings",
            "dense/rans,ras-element");
    assertEquals(0, run.status, run::toString);
    // affine-group has all five, the others one.
    CommandLineRun.assertNumbers(
        out(),
        Map.of(
            "SELECT count(*) FROM cells WHERE verified",
            4 * 2 * (11 + 5),
            "SELECT count(DISTINCT bits) FROM cells WHERE codebook = 'nf4'",
            1,
            "SELECT count(*) FROM cells WHERE codebook = 'q6_k' AND bits = 6",
            8,
            "SELECT sum(codebook_bytes) FROM cells WHERE codebook = 'binary' AND encoding ="
                + " 'ras-element/packed'",
            4 * (5 + 2 + 3)));
  }

  /** Whatever stores zeros by leaving them out says that there is none. */
  @Test
  void sparseRecipesSayThatThereIsNoZero() {
    CommandLineRun run =
        sweep(
            "--sparsities",
            "asis",
            "--bits",
            "4,8",
            "--codebooks",
            "q4_k",
            "--encodings",
            "bitmap,auto");
    assertEquals(1, run.status, run::toString);
    CommandLineRun.assertNumbers(
        out(),
        Map.of(
            "SELECT count(*) FROM cells WHERE encoding = 'auto' AND verified",
            4,
            "SELECT count(*) FROM cells WHERE encoding = 'bitmap/packed' AND error LIKE"
                + " '%bitmap leaves out code 0, which is no zero%'",
            4));
  }

  @Test
  void codebooksAreComparedWithTheOptimum() {
    CommandLineRun run =
        CommandLineRun.of(
            "codebooks",
            "--out",
            out(),
            "--weights",
            "net=" + folder.resolve("net.safetensors"),
            "--models",
            "net",
            "--sparsities",
            "0.5",
            "--bits",
            "1,2,4,6,8",
            "--timing-runs",
            "1",
            "--codebooks",
            FIXED);
    assertEquals(0, run.status, run::toString);
    assertEquals(
        4 * (11 + 5),
        CommandLineRun.number(out(), "SELECT count(*) FROM codebooks WHERE verified"));
  }

  @Test
  void bitsThatACodebookDoesNotHaveAreSaid() {
    CommandLineRun run = sweep("--bits", "2,8", "--codebooks", "uniform,nf4");
    assertEquals(2, run.status, run::toString);
    assertEquals(
        List.of("codebooks: nf4 has codes of 4 bits, expected among bits [2, 8]"),
        run.errors().stream().map(line -> line.replaceFirst("^error: ", "")).toList());
    CommandLineRun compress =
        CommandLineRun.of(
            "compress",
            folder.resolve("net.safetensors").toString(),
            "--to",
            folder.resolve("net.tersor").toString(),
            "--codebook",
            "mxfp4",
            "--bits",
            "8");
    assertEquals(2, compress.status, compress::toString);
    assertTrue(
        compress.errors().get(0).contains("bits: 8, expected 4 for codebook mxfp4"),
        compress::toString);
  }

  /** Without bits it has those of the codebook. */
  @Test
  void aNetworkIsCompressedByFixedLevels() throws IOException {
    for (String codebook : List.of("mxfp4", "q4_k")) {
      Path file = folder.resolve(codebook + ".tersor");
      CommandLineRun run =
          CommandLineRun.of(
              "compress",
              folder.resolve("net.safetensors").toString(),
              "--to",
              file.toString(),
              "--codebook",
              codebook);
      assertEquals(0, run.status, run::toString);
      assertTrue(Files.size(file) < Files.size(folder.resolve("net.safetensors")) / 4);
    }
  }

  @Test
  void patternsBlocksAndHeadsGo() throws IOException {
    String[] common = {"--codebooks", "exact", "--bits", "4", "--encodings", "bitmap"};
    CommandLineRun run = sweep(with(common, "--sparsities", "2:4"));
    assertEquals(0, run.status, run::toString);
    assertTrue(run.out.contains("50.0 % 2:4"), run.out);
    Map<String, float[]> decoded = decoded();
    for (String name : SHAPES.keySet()) {
      float[] given = weights.get(name);
      int columns = (int) SHAPES.get(name).rowLength();
      assertZeros(new NOfM(2, 4, columns).apply(given, given), decoded.get(name), name);
    }
    assertEquals(
        4, CommandLineRun.number(out(), "SELECT count(*) FROM cells WHERE pruning = '2:4'"));

    run = sweep(with(common, "--sparsities", "0.6", "--pruning", "block(size=3x8)"));
    assertEquals(0, run.status, run::toString);
    decoded = decoded("--sparsity", "0.6");
    for (String name : SHAPES.keySet()) {
      float[] given = weights.get(name);
      Shape shape = SHAPES.get(name);
      BlockGrid grid = new BlockGrid(3, 8, (int) shape.rows(), (int) shape.rowLength());
      float[] sums = grid.least(grid.sums(given, 0, 0, grid.columns()), 0.6).apply(given, given);
      assertZeros(sums, decoded.get(name), name);
    }

    run = sweep(with(common, "--sparsities", "0.25", "--pruning", "head(heads=4)"));
    assertEquals(0, run.status, run::toString);
    decoded = decoded("--sparsity", "0.25");
    double[] heads = new double[4];
    for (String name : List.of("layer.0.self.query", "layer.0.self.key")) {
      for (int i = 0; i < 480; i++) {
        heads[i / 120] += Math.abs(weights.get(name)[i]);
      }
    }
    int least = 0;
    for (int head = 1; head < 4; head++) {
      least = heads[head] < heads[least] ? head : least;
    }
    for (String name : List.of("layer.0.self.query", "layer.0.self.key")) {
      float[] expected = weights.get(name).clone();
      Arrays.fill(expected, least * 120, least * 120 + 120, 0);
      assertZeros(expected, decoded.get(name), name);
    }
    assertZeros(weights.get("layer.0.output"), decoded.get("layer.0.output"), "output");
    // The same again is held: rows are known by the names of prunings.
    assertTrue(
        sweep(with(common, "--sparsities", "0.25", "--pruning", "head(heads=4)"))
            .out
            .contains("0 cells computed"));
  }

  @Test
  void aModelWithoutSuchHeadsIsNamed() {
    CommandLineRun run =
        sweep(
            "--sparsities",
            "0.5",
            "--pruning",
            "head(heads=5)",
            "--bits",
            "4",
            "--codebooks",
            "uniform",
            "--encodings",
            "bitmap");
    assertEquals(2, run.status, run::toString);
    assertEquals(1, run.errors().size(), run::toString);
    String expected = "pruning: head(heads=5): no tensor of net makes queries, keys or values";
    assertTrue(run.errors().get(0).contains(expected), run::toString);
  }

  private static void assertZeros(float[] expected, float[] decoded, String name) {
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i] == 0, decoded[i] == 0, name + " " + i);
    }
  }

  private static String[] with(String[] options, String... more) {
    return Stream.concat(Stream.of(options), Stream.of(more)).toArray(String[]::new);
  }

  /** Blocks that lie in two segments go in both, and units of segments make one codebook. */
  @Test
  @Tag("full")
  void segmentsShareBlocks() throws IOException {
    Path models = Files.createDirectories(folder.resolve("models"));
    Files.writeString(
        models.resolve("large.conf"),
        """
        name = large, title = "a large matrix", input = [3000]
        sources = [{ synthetic = 1 }]
        tensors = [
          { name = many, kind = fc, shape = [1500, 3000], macs = 4500000, prune = true }
        ]
        """);
    CommandLineRun run =
        CommandLineRun.sweep(
            out(),
            "--models",
            "large",
            "--models-dir",
            models.toString(),
            "--sparsities",
            "0.5",
            "--pruning",
            "block(size=100x100)",
            "--bits",
            "4",
            "--codebooks",
            "nvfp4",
            "--encodings",
            "bitmap");
    assertEquals(0, run.status, run::toString);
    // 225 of 450 blocks; the first segment ends within the fourteenth row of them. Few weights of
    // others are nearest to zero.
    Path to = folder.resolve("large.safetensors");
    CommandLineRun decode =
        CommandLineRun.of("decode", "--out", out(), "--model", "large", "--to", to.toString());
    assertEquals(0, decode.status, decode::toString);
    try (FileSource source = FileSource.open(to)) {
      StoredTensor tensor = Checkpoint.open(source).find("many").get();
      float[] values = Checkpoint.read(tensor, source, 0, 1500 * 3000);
      int[] zeros = new int[450];
      for (int i = 0; i < values.length; i++) {
        zeros[i / 3000 / 100 * 30 + i % 3000 / 100] += values[i] == 0 ? 1 : 0;
      }
      int whole = 0;
      for (int count : zeros) {
        assertTrue(count == 10_000 || count < 3_000, count + " zeros of a block");
        whole += count == 10_000 ? 1 : 0;
      }
      assertEquals(225, whole);
    }
  }
}
