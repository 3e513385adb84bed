package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.checkpoint.OpenCheckpoint;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.network.Networks;
import dev.tersor.jobs.Checkpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files stored as they are, by the command line. */
class ExactFileTest {
  @TempDir Path folder;
  private Path checkpoint;
  private Path stored;
  private Path back;
  private Map<String, float[]> weights;

  @BeforeEach
  void writeCheckpoint() throws IOException {
    checkpoint = folder.resolve("a b:0%.safetensors");
    stored = folder.resolve("stored:1.tersor");
    back = folder.resolve("back");
    weights = Checkpoints.small(checkpoint);
  }

  private static CommandLineRun run(int status, Object... args) {
    List<String> words = new ArrayList<>();
    for (Object arg : args) {
      words.add(arg.toString());
    }
    CommandLineRun run = CommandLineRun.of(words.toArray(String[]::new));
    assertEquals(status, run.status, run::toString);
    return run;
  }

  @ParameterizedTest
  @CsvSource({"fast", "smallest"})
  void theSameFileComesBack(String effort) throws IOException {
    CommandLineRun run =
        run(0, "compress", "--lossless", checkpoint, "--effort", effort, "--to", stored);
    assertTrue(run.out.contains("back with: sweep decompress"), run::toString);
    assertTrue(Files.size(stored) < 0.9 * Files.size(checkpoint), run::toString);
    run = run(0, "decompress", stored, "--to", back);
    assertTrue(run.out.contains("sha256"), run::toString);
    assertArrayEquals(Files.readAllBytes(checkpoint), Files.readAllBytes(back));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(3, files.count(), "no drafts and no checksums are left");
    }
  }

  @Test
  void anyFileComesBack() throws IOException {
    byte[] noise = new byte[100_000];
    new Random(1).nextBytes(noise);
    Path file = Files.write(folder.resolve("noise"), noise);
    run(0, "compress", "--lossless", file, "--to", stored);
    run(0, "decompress", stored, "--to", back);
    assertArrayEquals(noise, Files.readAllBytes(back));
  }

  @Test
  void oneTensorComesAlone() throws IOException {
    run(0, "compress", "--lossless", checkpoint, "--to", stored);
    CommandLineRun run = run(0, "decompress", stored, "--tensor", "fc1.weight", "--to", back);
    assertTrue(run.out.contains("fc1.weight of shape 60x70"), run::toString);
    OpenCheckpoint network = Networks.open(back);
    assertEquals(
        List.of("fc1.weight"), network.tensors().stream().map(StoredTensor::name).toList());
    assertArrayEquals(weights.get("fc1.weight"), network.weights("fc1.weight"));
    run = run(2, "decompress", stored, "--tensor", "none", "--to", folder.resolve("x"));
    assertTrue(run.err.contains("is called 'none'"), run::toString);

    // Files of codes have tensors of names too.
    Path coded = folder.resolve("coded.tersor");
    run(0, "compress", stored, "--bits", "4", "--to", coded);
    Path one = folder.resolve("one.safetensors");
    run(0, "decompress", coded, "--tensor", "fc2.bias", "--to", one);
    assertArrayEquals(weights.get("fc2.bias"), Networks.open(one).weights("fc2.bias"));
    run = run(2, "decompress", coded, "--tensor", "none", "--to", folder.resolve("x"));
    assertTrue(run.err.contains("is called 'none'"), run::toString);
  }

  /** What is held is swept and asked for as if it lay there by itself. */
  @Test
  void whatIsHeldIsReadWhereACheckpointIs() throws IOException {
    run(0, "compress", "--lossless", checkpoint, "--to", stored);
    String[] grid = {"--sparsities", "0.5", "--bits", "4", "--encodings", "bitmap/rans"};
    for (Path file : List.of(checkpoint, stored)) {
      List<String> words = new ArrayList<>(List.of("--weights", "net=" + file));
      words.addAll(List.of(grid));
      String out = folder.resolve("out-" + file.getFileName().toString().charAt(0)).toString();
      CommandLineRun swept = CommandLineRun.sweep(out, words.toArray(String[]::new));
      assertEquals(0, swept.status, swept::toString);
    }
    String cells = "SELECT tensor, total_bytes, mse FROM cells ORDER BY tensor";
    assertEquals(
        CommandLineRun.query(folder.resolve("out-a").toString(), cells),
        CommandLineRun.query(folder.resolve("out-s").toString(), cells));
    String view = "CREATE OR REPLACE TEMPORARY VIEW f USING safetensors OPTIONS (path '%s');\n";
    String query =
        "SELECT name, shape, round(sum(v), 3) FROM f LATERAL VIEW explode(values) AS v"
            + " GROUP BY name, shape ORDER BY name";
    String out = folder.resolve("out-a").toString();
    assertEquals(
        CommandLineRun.query(out, view.formatted(checkpoint) + query),
        CommandLineRun.query(out, view.formatted(stored) + query));

    Path other = folder.resolve("other.safetensors");
    Checkpoints.small(other);
    Path told = folder.resolve("told.tersor");
    run(0, "compress", "--lossless", checkpoint, "--base", other, "--to", told);
    CommandLineRun refused =
        CommandLineRun.sweep(folder.resolve("out").toString(), "--weights", "net=" + told);
    assertEquals(2, refused.status, refused::toString);
    assertTrue(refused.err.contains("a base of"), refused::toString);
  }

  @Test
  void whatDiffersFromABaseNeedsIt() throws IOException {
    Path other = folder.resolve("other.safetensors");
    Checkpoints.small(other);
    run(0, "compress", "--lossless", checkpoint, "--base", other, "--to", stored);
    assertTrue(Files.size(stored) < 0.1 * Files.size(checkpoint), Files.size(stored) + " bytes");
    CommandLineRun run = run(2, "decompress", stored, "--to", back);
    assertTrue(run.err.contains("base of"), run::toString);
    run = run(2, "decompress", stored, "--base", stored, "--to", back);
    assertTrue(run.err.contains("expected"), run::toString);
    assertFalse(Files.exists(back));
    run(0, "decompress", stored, "--base", other, "--to", back);
    assertArrayEquals(Files.readAllBytes(checkpoint), Files.readAllBytes(back));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--lossless --bits 4 | --bits has no place beside --lossless",
        "--lossless --half | --half has no place beside --lossless",
        "--lossless --effort most | --effort 'most', expected fast or smallest",
        "--effort fast | --effort is for --lossless only",
        "--base none | --base is for --lossless only",
        "--lossless --base none | cannot read none"
      })
  void whatIsAskedWronglyIsOneLine(String options, String part) {
    List<Object> words = new ArrayList<>(List.of("compress", checkpoint, "--to", stored));
    words.addAll(List.of(options.split(" ")));
    CommandLineRun run = run(2, words.toArray());
    assertTrue(run.err.contains(part), run::toString);
    assertFalse(Files.exists(stored));
  }

  @Test
  void damageIsOneLineAndLeavesNothing() throws IOException {
    run(0, "compress", "--lossless", checkpoint, "--to", stored);
    byte[] bytes = Files.readAllBytes(stored);
    bytes[bytes.length / 2] ^= 1;
    Path damaged = Files.write(folder.resolve("damaged.tersor"), bytes);
    CommandLineRun run = run(2, "decompress", damaged, "--to", back);
    assertTrue(run.err.contains("damaged.tersor: bytes "), run::toString);
    assertFalse(Files.exists(back));
    run = run(2, "compress", "--lossless", checkpoint, "--to", stored);
    assertTrue(run.err.contains("exists already"), run::toString);
    run = run(2, "infer", stored, "--model", "lenet300");
    assertTrue(run.err.contains("holds another file as it is"), run::toString);
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(3, files.count());
    }
  }
}
