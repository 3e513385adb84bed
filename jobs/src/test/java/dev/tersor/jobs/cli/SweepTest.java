package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.checkpoint.FileSource;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.prune.Magnitude;
import dev.tersor.core.quantize.Assignment;
import dev.tersor.core.quantize.CodebookFitters;
import dev.tersor.core.quantize.Points;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.Checkpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands, end to end, on small real files. */
class SweepTest {
  @TempDir Path folder;

  private String out() {
    return folder.resolve("out").toString();
  }

  private String query(String sql) {
    return CommandLineRun.query(out(), sql);
  }

  private long number(String sql) {
    return CommandLineRun.number(out(), sql);
  }

  @Test
  void everyRecipeBitWidthAndCodebookIsVerifiedAndResumes() throws IOException {
    Path file = folder.resolve("small.safetensors");
    Checkpoints.small(file);
    String[] options = {
      "--weights",
      "small=" + file,
      "--sparsities",
      "0,0.9,asis",
      "--bits",
      "1,3,8",
      "--codebooks",
      "uniform,linear,exact",
      "--encodings",
      // Every scheme and every coder; core's tests have all pairs of them.
      "*/[phr]*,dense/*,bitmap/*,csr/*,hybrid/*",
      "--tables"
    };
    CommandLineRun first = CommandLineRun.sweep(out(), options);
    assertEquals(0, first.status, first::toString);
    assertTrue(first.out.contains("order-0 entropy"), first.out);
    long cells = number("SELECT count(*) FROM cells");
    assertEquals(cells, number("SELECT count(*) FROM cells WHERE verified AND error IS NULL"));
    assertEquals(cells, number("SELECT count(DISTINCT key) FROM cells"));
    CommandLineRun.assertNumbers(
        out(),
        Map.of(
            "SELECT count(*) FROM compressed",
            4 * 3 * 3 * 3,
            // Everything adds up, and no order-0 coder of single values beats its entropy.
            "SELECT count(*) FROM cells WHERE total_bytes <> payload_bytes + codebook_bytes"
                + " + table_bytes + header_bytes OR payload_bytes <> value_bytes + index_bytes",
            0,
            "SELECT count(*) FROM streams WHERE coder IN ('packed', 'huffman', 'rans')"
                + " AND coded_bits < entropy_bits - 1e-6",
            0,
            "SELECT count(*) FROM cells JOIN (SELECT key, sum(coded_bits) AS coded FROM streams"
                + " GROUP BY key) USING (key) WHERE coded <> 8 * payload_bytes",
            0));

    CommandLineRun again = CommandLineRun.sweep(out(), options);
    assertEquals(0, again.status, again::toString);
    assertTrue(again.out.contains("0 cells computed"), again.out);
    assertEquals(cells, number("SELECT count(*) FROM cells"));
    assertEquals(2, number("SELECT count(*) FROM runs"));

    CommandLineRun verify = CommandLineRun.of("verify", "--out", out());
    assertEquals(0, verify.status, verify::toString);
    assertTrue(verify.out.contains("108 stored containers read, 0 damaged"), verify.out);

    CommandLineRun fresh =
        CommandLineRun.sweep(
            out(),
            "--weights",
            "small=" + file,
            "--sparsities",
            "0.5",
            "--encodings",
            "dense",
            "--fresh");
    assertEquals(0, fresh.status, fresh::toString);
    assertEquals(4, number("SELECT count(*) FROM cells"));
    try (Stream<Path> all = Files.list(folder.resolve("out/cells"))) {
      Set<String> generations =
          all.map(path -> path.getFileName().toString().replaceAll("-.*", ""))
              .collect(Collectors.toSet());
      assertEquals(Set.of("run=0", "run=1"), generations, "nothing is lost");
    }
  }

  @Test
  void decodeGivesTheQuantisedWeights() throws IOException {
    Path file = folder.resolve("small.safetensors");
    Map<String, float[]> values = Checkpoints.small(file);
    CommandLineRun sweep =
        CommandLineRun.sweep(
            out(),
            "--weights",
            "small=" + file,
            "--sparsities",
            "0.6,0.7",
            "--bits",
            "4",
            "--codebooks",
            "linear",
            "--encodings",
            "relative5/huffman,bitmap");
    assertEquals(0, sweep.status, sweep::toString);
    Path decoded = folder.resolve("decoded.safetensors");
    String[] decode = {"decode", "--out", out(), "--model", "small", "--to", decoded.toString()};
    CommandLineRun ambiguous = CommandLineRun.of(decode);
    assertEquals(2, ambiguous.status, ambiguous::toString);
    assertTrue(ambiguous.err.contains("choose one of the stored settings"), ambiguous.err);
    String[] chosen =
        Stream.concat(Stream.of(decode), Stream.of("--sparsity", "0.6")).toArray(String[]::new);
    CommandLineRun run = CommandLineRun.of(chosen);
    assertEquals(0, run.status, run::toString);
    try (FileSource source = FileSource.open(decoded)) {
      Checkpoint checkpoint = Checkpoint.open(source);
      assertEquals(4, checkpoint.tensors().size());
      for (StoredTensor tensor : checkpoint.tensors()) {
        float[] weights = values.get(tensor.name());
        float[] pruned =
            Magnitude.threshold(weights, Magnitude.count(0.6, weights.length)).apply(weights);
        Codebook codebook = CodebookFitters.ALL.get("linear").fit(Points.ofNonZero(pruned), 4, 1);
        float[] expected =
            new Codes(Shape.of(weights.length), Assignment.codes(pruned, codebook), codebook)
                .dequantize();
        assertArrayEquals(
            expected, Checkpoint.read(tensor, source, 0, weights.length), tensor.name());
      }
    }
    CommandLineRun twice = CommandLineRun.of(chosen);
    assertEquals(2, twice.status);
    assertTrue(twice.err.contains("exists already"), twice.err);
  }

  /** A step for each group, of a size that the codebook's name says. */
  @Test
  void groupsAreSweptAndDecoded() throws IOException {
    Path file = folder.resolve("small.safetensors");
    Map<String, float[]> values = Checkpoints.small(file);
    String codebook = "uniform-group(n=16)";
    String[] options = {
      "--weights",
      "small=" + file,
      "--sparsities",
      "0.5",
      "--bits",
      "4",
      "--codebooks",
      codebook + ",uniform-group(n=64)",
      "--encodings",
      "bitmap,hybrid/huffman"
    };
    CommandLineRun sweep = CommandLineRun.sweep(out(), options);
    assertEquals(0, sweep.status, sweep::toString);
    CommandLineRun.assertNumbers(
        out(),
        Map.of(
            "SELECT count(*) FROM cells WHERE verified AND codebook IN"
                + " ('uniform-group(n=16)', 'uniform-group')",
            4 * 2 * 2,
            "SELECT count(*) FROM cells a JOIN cells b USING (tensor, encoding) WHERE a.codebook ="
                + " 'uniform-group' AND b.codebook <> a.codebook AND (a.mse < b.mse OR"
                + " a.codebook_bytes > b.codebook_bytes)",
            0));
    Path decoded = folder.resolve("decoded.safetensors");
    CommandLineRun run =
        CommandLineRun.of(
            "decode",
            "--out",
            out(),
            "--model",
            "small",
            "--codebook",
            codebook,
            "--to",
            decoded.toString());
    assertEquals(0, run.status, run::toString);
    try (FileSource source = FileSource.open(decoded)) {
      for (StoredTensor tensor : Checkpoint.open(source).tensors()) {
        float[] weights = values.get(tensor.name());
        float[] pruned =
            Magnitude.threshold(weights, Magnitude.count(0.5, weights.length)).apply(weights);
        Codebook fitted = CodebookFitters.parse(codebook).fit(tensor.shape(), pruned, 4, 1);
        assertArrayEquals(
            fitted.weights(tensor.shape(), Assignment.codes(pruned, fitted)),
            Checkpoint.read(tensor, source, 0, weights.length),
            tensor.name());
      }
    }
    CommandLineRun wrong = CommandLineRun.sweep(out(), "--codebooks", "uniform-group(n=24)");
    assertEquals(2, wrong.status, wrong::toString);
    assertTrue(wrong.err.contains("codebooks: n: 24, expected"), wrong.err);
  }

  /** Weights of one name that changed: their containers are not put together. */
  @Test
  void decodeDoesNotMixWeights() throws IOException {
    Path file = folder.resolve("net.safetensors");
    for (int seed = 1; seed <= 2; seed++) {
      Checkpoints.write(
          file, Map.of("fc", Shape.of(40, 50)), Map.of("fc", Checkpoints.weights(2000, seed)));
      CommandLineRun run =
          CommandLineRun.sweep(
              out(), "--weights", "v1.net=" + file, "--sparsities", "0.5", "--encodings", "bitmap");
      assertEquals(0, run.status, run::toString);
    }
    String to = folder.resolve("decoded.safetensors").toString();
    CommandLineRun mixed =
        CommandLineRun.of("decode", "--out", out(), "--model", "v1.net", "--to", to);
    assertEquals(2, mixed.status, mixed::toString);
    String hash = mixed.err.replaceAll("(?s).*--weights-hash ([0-9a-f]+)\\s*$", "$1");
    CommandLineRun one =
        CommandLineRun.of(
            "decode", "--out", out(), "--model", "v1.net", "--to", to, "--weights-hash", hash);
    assertEquals(0, one.status, one::toString);
    assertEquals(2, number("SELECT count(*) FROM models"));
  }

  @Test
  void aCellThatFailsIsARowAndTheSweepGoesOn() throws IOException {
    Path file = folder.resolve("wide.safetensors");
    Checkpoints.write(
        file,
        Map.of("narrow", Shape.of(30, 40), "wide", Shape.of(3, 300)),
        Map.of("narrow", Checkpoints.weights(1200, 1), "wide", Checkpoints.weights(900, 2)));
    String[] options = {
      "--weights", "net=" + file, "--sparsities", "0.5", "--encodings", "csr8,dense"
    };
    CommandLineRun run = CommandLineRun.sweep(out(), options);
    assertEquals(1, run.status, run::toString);
    assertTrue(run.out.contains("1 failed"), run.out);
    assertTrue(query("SELECT error FROM cells WHERE NOT verified").contains("at most 256 columns"));
    CommandLineRun.assertNumbers(
        out(),
        Map.of(
            "SELECT count(*) FROM cells WHERE verified",
            3,
            "SELECT failed FROM models WHERE encoding = 'csr8/packed'",
            1));
    CommandLineRun skipped = CommandLineRun.sweep(out(), options);
    assertEquals(1, skipped.status, skipped::toString);
    assertEquals(4, number("SELECT count(*) FROM cells"));
    String[] retry =
        Stream.concat(Stream.of(options), Stream.of("--retry-failed")).toArray(String[]::new);
    assertEquals(1, CommandLineRun.sweep(out(), retry).status);
    assertEquals(1, number("SELECT count(*) FROM cells WHERE NOT verified"));
  }

  @Test
  void globalPruningSharesOneThresholdAndMllibFitsCodebooks() throws IOException {
    Path file = folder.resolve("two.safetensors");
    float[] small = Checkpoints.weights(4000, 1);
    float[] large = Checkpoints.weights(4000, 2);
    for (int i = 0; i < large.length; i++) {
      large[i] *= 3;
    }
    Checkpoints.write(
        file,
        Map.of("large", Shape.of(40, 100), "small", Shape.of(40, 100)),
        Map.of("large", large, "small", small));
    CommandLineRun run =
        CommandLineRun.sweep(
            out(),
            "--weights",
            "net=" + file,
            "--sparsities",
            "0.5",
            "--pruning",
            "global",
            "--bits",
            "3",
            "--codebooks",
            "mllib,exact",
            "--encodings",
            "bitmap");
    assertEquals(0, run.status, run::toString);
    CommandLineRun.assertNumbers(
        out(),
        Map.of(
            "SELECT CAST(sum(round(sparsity * params)) AS INT) FROM cells"
                + " WHERE codebook = 'exact'",
            4000,
            "SELECT count(*) FROM cells WHERE codebook = 'exact' AND"
                + " ((tensor = 'small' AND sparsity > 0.6) OR (tensor = 'large' AND sparsity < 0.4))",
            2,
            "SELECT count(*) FROM cells a JOIN cells b USING (tensor)"
                + " WHERE a.codebook = 'exact' AND b.codebook = 'mllib' AND a.mse <= b.mse * 1.0001",
            2));
  }

  /** A tensor of three segments: exact count over all of them, one codebook, decoded whole. */
  @Test
  void segmentsOfATensorShareThresholdAndCodebook() throws IOException {
    Path models = Files.createDirectories(folder.resolve("models"));
    Files.writeString(
        models.resolve("large.conf"),
        """
        name = large, title = "one large matrix", input = [3000]
        sources = [{ synthetic = 1 }]
        tensors = [{ name = fc, kind = fc, shape = [3000, 3000], macs = 9000000, prune = true }]
        """);
    CommandLineRun run =
        CommandLineRun.sweep(
            out(),
            "--models",
            "large",
            "--models-dir",
            models.toString(),
            "--sparsities",
            "0.7",
            "--bits",
            "4",
            "--codebooks",
            "exact",
            "--encodings",
            "bitmap,relative4/huffman");
    assertEquals(0, run.status, run::toString);
    assertTrue(run.err.contains("SYNTHETIC"), run.err);
    assertEquals(3, number("SELECT count(*) FROM cells WHERE encoding = 'bitmap/packed'"));
    assertEquals(
        6_300_000,
        number(
            "SELECT CAST(sum(round(sparsity * params)) AS INT) FROM cells"
                + " WHERE encoding = 'bitmap/packed'"));
    CommandLineRun decode =
        CommandLineRun.of(
            "decode",
            "--out",
            out(),
            "--model",
            "large",
            "--to",
            folder.resolve("large.safetensors").toString());
    assertEquals(0, decode.status, decode::toString);
    assertTrue(decode.out.contains("1 tensors, 9,000,000 weights"), decode.out);
    try (FileSource source = FileSource.open(folder.resolve("large.safetensors"))) {
      StoredTensor fc = Checkpoint.open(source).tensors().get(0);
      float[] all = Checkpoint.read(fc, source, 0, 9_000_000);
      assertEquals(2_700_000, Points.ofNonZero(all).size());
      assertEquals(15, distinct(Points.ofNonZero(all)), "one codebook for all segments");
    }
  }

  private static int distinct(Points points) {
    int distinct = 0;
    for (int i = 0; i < points.size(); i++) {
      distinct += i == 0 || points.value(i) != points.value(i - 1) ? 1 : 0;
    }
    return distinct;
  }

  @Test
  void aDamagedTensorIsNamed() throws IOException {
    Path file = folder.resolve("two.safetensors");
    Checkpoints.write(
        file,
        Map.of("a", Shape.of(100, 200), "b", Shape.of(100, 200)),
        Map.of("a", Checkpoints.weights(20_000, 1), "b", Checkpoints.weights(20_000, 2)));
    CommandLineRun sweep =
        CommandLineRun.sweep(
            out(), "--weights", "small=" + file, "--sparsities", "0.5", "--encodings", "bitmap");
    assertEquals(0, sweep.status, sweep::toString);
    Path parquet;
    try (Stream<Path> files = Files.walk(folder.resolve("out/compressed"))) {
      parquet = files.filter(path -> path.toString().endsWith(".parquet")).findFirst().get();
    }
    // The two containers are nearly all of the file, and one third in is the first one.
    byte[] bytes = Files.readAllBytes(parquet);
    bytes[bytes.length / 3] ^= 0x55;
    Files.write(parquet, bytes);
    Files.deleteIfExists(parquet.resolveSibling("." + parquet.getFileName() + ".crc"));
    CommandLineRun verify = CommandLineRun.of("verify", "--out", out());
    assertEquals(1, verify.status, verify::toString);
    List<String> damaged = verify.err.lines().filter(line -> line.startsWith("damaged: ")).toList();
    assertEquals(1, damaged.size(), verify::toString);
    assertTrue(damaged.get(0).contains("model small, tensor "), damaged.get(0));
    assertTrue(verify.out.contains("2 stored containers read, 1 damaged"), verify.out);
  }

  @Test
  void aBadQueryIsNamed() throws IOException {
    Path file = folder.resolve("small.safetensors");
    Checkpoints.small(file);
    CommandLineRun sweep =
        CommandLineRun.sweep(
            out(), "--weights", "small=" + file, "--sparsities", "0.5", "--encodings", "dense");
    assertEquals(0, sweep.status, sweep::toString);
    CommandLineRun bad = CommandLineRun.of("sql", "--out", out(), "SELECT nothing FROM cells");
    assertEquals(2, bad.status, bad::toString);
    assertTrue(bad.errors().get(0).contains("nothing"), bad::toString);
    assertFalse(bad.err.contains("\tat "), bad::toString);
  }

  @Test
  void dryRunWritesNothing() {
    CommandLineRun run =
        CommandLineRun.sweep(
            out(),
            "--models",
            "vgg16",
            "--dry-run",
            "--executors",
            "8",
            "--cores-per-executor",
            "4");
    assertEquals(0, run.status, run::toString);
    assertTrue(run.out.contains("138,344,128"), run.out);
    assertTrue(run.out.contains("on 32 cores (8 executors of 4, simulated)"), run.out);
    assertTrue(run.out.contains("thresholds, tensor 0.3"), run.out);
    assertFalse(Files.exists(folder.resolve("out")));
  }
}
