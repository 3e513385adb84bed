package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.Checkpoints;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What decode reads of folders that are not as one run left them. */
class DecodeTest {
  private static final Path EARLIER = Path.of("src/test/resources/results-0.1/out");

  @TempDir private Path folder;

  private CommandLineRun decode(Path results, String name, String... more) {
    return CommandLineRun.of(
        Stream.concat(
                Stream.of(
                    "decode", "--out", results.toString(), "--to", folder.resolve(name).toString()),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private byte[] decoded(Path results, String name, String... more) throws IOException {
    CommandLineRun run = decode(results, name, more);
    assertEquals(0, run.status, run::toString);
    return Files.readAllBytes(folder.resolve(name));
  }

  private Path swept(String name, String encodings) throws IOException {
    Path file = folder.resolve("net.safetensors");
    Checkpoints.write(
        file,
        Map.of("a", Shape.of(30, 40), "b", Shape.of(20, 50)),
        Map.of("a", Checkpoints.weights(1200, 1), "b", Checkpoints.weights(1000, 2)));
    Path results = folder.resolve(name);
    CommandLineRun run =
        CommandLineRun.sweep(
            results.toString(),
            "--weights",
            "net=" + file,
            "--sparsities",
            "0.5",
            "--encodings",
            encodings,
            "--keep",
            encodings);
    assertEquals(0, run.status, run::toString);
    return results;
  }

  private static List<Path> containers(Path results) throws IOException {
    try (Stream<Path> all = Files.walk(results.resolve("compressed"))) {
      return all.filter(path -> path.toString().endsWith(".parquet")).toList();
    }
  }

  /** Two writers at once find the same; one of the encodings of each tensor is as good. */
  @Test
  void aKeyThatIsThereTwiceIsDecodedOnce() throws IOException {
    Path one = swept("one", "bitmap,dense");
    byte[] expected = decoded(one, "one.safetensors", "--model", "net");
    Path two = swept("two", "bitmap,dense");
    for (Path file : containers(two)) {
      Path to = one.resolve(two.relativize(file));
      Files.createDirectories(to.getParent());
      Files.copy(file, to);
    }
    assertArrayEquals(expected, decoded(one, "both.safetensors", "--model", "net"));
    assertArrayEquals(
        expected, decoded(one, "dense.safetensors", "--model", "net", "--encoding", "dense"));
    String tensor = decode(one, "b.safetensors", "--model", "net", "--tensor", "b").out;
    assertTrue(tensor.contains("1 tensors, 1,000 weights"), tensor);
    CommandLineRun none = decode(one, "none.safetensors", "--model", "net", "--bits", "4");
    assertEquals(2, none.status, none::toString);
    assertTrue(none.err.contains("nothing is stored for that choice"), none.err);
  }

  @Test
  void aFolderOfAnEarlierVersionGivesTheSameAsTheOneItIsBroughtTo() throws IOException {
    Path young = folder.resolve("young");
    CommandLineRun migrated =
        CommandLineRun.of("migrate", "--out", EARLIER.toString(), "--to", young.toString());
    assertEquals(0, migrated.status, migrated::toString);
    String[] choice = {"--model", "tiny"};
    assertArrayEquals(
        decoded(young, "young.safetensors", choice), decoded(EARLIER, "old.safetensors", choice));
    CommandLineRun other = decode(EARLIER, "none.safetensors", "--model", "tinier");
    assertEquals(2, other.status, other::toString);
  }

  /** A name of a folder of 0.1.0 above the results says nothing. */
  @Test
  void otherModelsInThePathMeanNothing() throws IOException {
    for (String above : List.of("model=foo", "model=50%off")) {
      Files.createDirectories(folder.resolve(above));
      Path results = swept(above + "/res", "dense");
      decoded(results, "decoded.safetensors", "--model", "net");
      Files.delete(folder.resolve("decoded.safetensors"));
    }
  }

  /** A damaged page loses one container, and where there is another encoding, nothing. */
  @Test
  void damageOfOtherContainersDoesNotMatter() throws IOException {
    Path results = swept("pages", "bitmap/rans,dense");
    String[] dense = {"--model", "net", "--encoding", "dense"};
    byte[] expected = decoded(results, "whole.safetensors", dense);
    int damaged = 0;
    for (Path file : containers(results)) {
      byte[] bytes = Files.readAllBytes(file);
      byte[] magic = "TRSR".getBytes(StandardCharsets.US_ASCII);
      for (int at = 0; at < bytes.length - 40; at++) {
        boolean isContainer =
            Arrays.equals(bytes, at, at + magic.length, magic, 0, magic.length)
                && new String(bytes, at, 40, StandardCharsets.ISO_8859_1).contains("bitmap");
        if (isContainer) {
          Arrays.fill(bytes, at - 12, at + 8, (byte) 0x55);
          damaged++;
        }
      }
      Files.write(file, bytes);
      Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
    }
    assertTrue(damaged > 0, "no container found");
    assertArrayEquals(expected, decoded(results, "other.safetensors", dense));
    assertArrayEquals(expected, decoded(results, "any.safetensors", "--model", "net"));
    CommandLineRun lost =
        decode(results, "lost.safetensors", "--model", "net", "--encoding", "bitmap/rans");
    assertEquals(2, lost.status, lost::toString);
    assertEquals(1, lost.errors().size(), lost::toString);
  }

  @Test
  void aDamagedFileIsOneLineAndNoFile() throws IOException {
    Path results = swept("damaged", "dense");
    for (Path file : containers(results)) {
      byte[] bytes = Files.readAllBytes(file);
      for (int at = 4; at < bytes.length / 2; at++) {
        bytes[at] ^= 0x55;
      }
      Files.write(file, bytes);
      Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
    }
    CommandLineRun run = decode(results, "none.safetensors", "--model", "net");
    assertEquals(2, run.status, run::toString);
    assertEquals(1, run.errors().size(), run::toString);
    assertTrue(run.err.contains(".parquet cannot be read"), run.err);
    assertFalse(Files.exists(folder.resolve("none.safetensors")));
  }
}
