package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.bits.Half;
import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.checkpoint.FileSource;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.Checkpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompressTest {
  @TempDir Path folder;
  private Path checkpoint;
  private Path file;
  private Path back;
  private Map<String, float[]> weights;

  @BeforeEach
  void writeCheckpoint() throws IOException {
    checkpoint = folder.resolve("small.safetensors");
    file = folder.resolve("small.tersor");
    back = folder.resolve("back.safetensors");
    weights = Checkpoints.small(checkpoint);
  }

  private CommandLineRun compress(String... options) {
    String[] args = {"compress", checkpoint.toString(), "--to", file.toString()};
    return CommandLineRun.of(
        Stream.concat(Arrays.stream(args), Arrays.stream(options)).toArray(String[]::new));
  }

  private Map<String, float[]> decompressed() throws IOException {
    CommandLineRun run = CommandLineRun.of("decompress", file.toString(), "--to", back.toString());
    assertEquals(0, run.status, run::toString);
    Map<String, float[]> values = new TreeMap<>();
    try (FileSource source = FileSource.open(back)) {
      for (StoredTensor tensor : Checkpoint.open(source).tensors()) {
        values.put(tensor.name(), Checkpoint.read(tensor, source, 0, (int) tensor.shape().size()));
      }
    }
    return values;
  }

  private static int distinct(float[] values) {
    Set<Float> seen = new HashSet<>();
    for (float value : values) {
      seen.add(value);
    }
    return seen.size();
  }

  private static long zeros(float[] values) {
    long zeros = 0;
    for (float value : values) {
      zeros += value == 0 ? 1 : 0;
    }
    return zeros;
  }

  @Test
  void aCheckpointComesBackPrunedAndShared() throws IOException {
    CommandLineRun run = compress("--sparsity", "0.5", "--bits", "4");
    assertEquals(0, run.status, run::toString);
    assertTrue(run.out.contains(Files.size(file) / 1000 + ","), run::toString);
    Map<String, float[]> values = decompressed();
    assertEquals(weights.keySet(), values.keySet());
    assertTrue(Arrays.equals(weights.get("fc2.bias"), values.get("fc2.bias")));
    for (String name : Set.of("conv.weight", "dw.weight", "fc1.weight", "fc2.weight")) {
      assertEquals(weights.get(name).length / 2, zeros(values.get(name)), name);
      assertTrue(distinct(values.get(name)) <= 16, name);
      assertTrue(distinct(values.get(name)) > 8, name);
    }
    assertTrue(Files.size(file) < Files.size(checkpoint) / 7, Files.size(file) + " bytes");
  }

  /** Every row has levels of its own, of 16 bits where that is asked for. */
  @ParameterizedTest
  @CsvSource({"uniform-channel,false", "lsq-channel,true"})
  void rowsHaveStepsOfTheirOwn(String codebook, boolean half) throws IOException {
    String[] options = {"--sparsity", "0.5", "--bits", "3", "--codebook", codebook, "--half"};
    CommandLineRun run = compress(half ? options : Arrays.copyOf(options, options.length - 1));
    assertEquals(0, run.status, run::toString);
    float[] values = decompressed().get("fc1.weight");
    float[] steps = new float[60];
    for (int row = 0; row < 60; row++) {
      float[] levels = Arrays.copyOfRange(values, row * 70, (row + 1) * 70);
      assertTrue(distinct(levels) <= 7, "row " + row);
      for (float level : levels) {
        boolean isLess = level > 0 && (steps[row] == 0 || level < steps[row]);
        steps[row] = isLess ? level : steps[row];
      }
      assertTrue(!half || steps[row] == Half.toFloat(Half.fromFloat(steps[row])));
    }
    assertTrue(distinct(steps) > 40, "steps of rows");
  }

  /** A name goes before a glob; common settings fill in. */
  @Test
  void layersHaveSettingsOfTheirOwn() throws IOException {
    Path config = folder.resolve("layers.conf");
    Files.writeString(
        config,
        """
        compress {
          bits = 3, sparsity = 0.9, half = true, encoding = gap4/huffman
          tensors { "fc*" { bits = 2, codebook = linear }, "fc2.weight" { sparsity = asis } }
        }
        """);
    CommandLineRun run = compress("--config", config.toString());
    assertEquals(0, run.status, run::toString);
    assertTrue(run.out.contains("gap4/huffman"), run::toString);
    Map<String, float[]> values = decompressed();
    assertTrue(distinct(values.get("conv.weight")) <= 8);
    assertTrue(distinct(values.get("fc1.weight")) <= 4);
    assertEquals(0, zeros(values.get("fc2.weight")));
    assertEquals(Math.round(0.9 * 4200), zeros(values.get("fc1.weight")));
    for (float[] tensor : values.values()) {
      for (float value : tensor) {
        assertEquals(value, Half.toFloat(Half.fromFloat(value)));
      }
    }
  }

  /** No number changes by more than half a step of 16 bits, and none becomes zero or infinite. */
  @Test
  void numbersThat16BitsCannotHoldStay32() throws IOException {
    Map<String, float[]> values =
        Map.of(
            "fc.weight", new float[] {0.5f, 1, -70_000, 0.1f},
            "fc.bias", new float[] {0.1f, -2},
            "norm.running_mean", new float[] {0.1f, 1e-10f},
            "norm.running_var", new float[] {70_000, -1e6f});
    Map<String, Shape> shapes = new TreeMap<>();
    values.forEach((name, numbers) -> shapes.put(name, Shape.of(numbers.length)));
    shapes.put("fc.weight", Shape.of(2, 2));
    Checkpoints.write(checkpoint, shapes, values);
    CommandLineRun run = compress("--half");
    assertEquals(0, run.status, run::toString);
    Map<String, float[]> back = decompressed();
    for (String wide : List.of("fc.weight", "norm.running_mean", "norm.running_var")) {
      assertArrayEquals(values.get(wide), back.get(wide), wide);
    }
    assertArrayEquals(new float[] {0.099975586f, -2}, back.get("fc.bias"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--bits 9 | bits: 9 is not a whole number in 1..8",
        "--sparsity 1 | 1 is outside [0, 1)",
        "--sparsity many | 'many' is neither a number",
        "--codebook none | unknown codebook",
        "--encoding hybrid(theta=2) | theta: 2.0 outside (0, 1]",
        "--encoding auto(access=no) | access: 'no', expected",
        "--config nothing.conf | nothing.conf"
      })
  void wrongSettingsAreNamed(String options, String message) {
    CommandLineRun run = compress(options.split(" ", -1));
    assertEquals(2, run.status, run::toString);
    assertTrue(run.err.contains(message), run::toString);
    assertFalse(Files.exists(file));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "compress { bit = 5 } | unknown key 'bit'",
        "sweep { bits = 5 } | unknown key 'sweep'",
        "compress { tensors { \"fc9.*\" { bits = 5 } } } | no tensor of",
        "compress { tensors { \"fc1.*\" { bits = 0 } } } | bits: 0 is not",
        "compress { tensors { \"fc1.*\" { sparse = 0 } } } | unknown key 'sparse'"
      })
  void wrongConfigurationsAreNamed(String text, String message) throws IOException {
    Path config = folder.resolve("layers.conf");
    Files.writeString(config, text);
    CommandLineRun run = compress("--config", config.toString());
    assertEquals(2, run.status, run::toString);
    assertTrue(run.err.contains(message), run::toString);
  }

  @Test
  void nothingIsOverwrittenAndDamageIsNamed() throws IOException {
    assertEquals(0, compress().status);
    CommandLineRun again = compress();
    assertEquals(2, again.status);
    assertTrue(again.err.contains("exists already"), again::toString);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    CommandLineRun damaged =
        CommandLineRun.of("decompress", file.toString(), "--to", back.toString());
    assertEquals(2, damaged.status);
    assertTrue(damaged.err.contains("checksum of the file does not match"), damaged::toString);
    assertFalse(Files.exists(back));
    CommandLineRun missing =
        CommandLineRun.of("decompress", folder + "/none.tersor", "--to", back.toString());
    assertEquals(2, missing.status);
    assertTrue(missing.err.contains("none.tersor"), missing::toString);
    try (Stream<Path> left = Files.list(folder)) {
      assertTrue(left.noneMatch(path -> path.getFileName().toString().startsWith(".small")));
    }
  }

  /** A trained network runs on its stored tensors, and says what that takes. */
  @Test
  void aNetworkFileIsRunAsItIsStored() {
    String[] run = {"infer", "../conf/weights/lenet300.tersor", "--model", "lenet300"};
    CommandLineRun infer = CommandLineRun.of(and(run, "--images", "20", "--encoding", "csr"));
    assertEquals(0, infer.status, infer::toString);
    assertTrue(infer.out.contains("| fc1.weight | 300x784 | csr/packed |"), infer.out);
    assertTrue(infer.out.contains("| fc3.weight | 10x100  | csr/packed |"), infer.out);
    String shares =
        "20 images of mnist test: (\\S+ %) from the stored tensors, \\1 from dense .*, \\1";
    assertTrue(infer.out.lines().anyMatch(line -> line.matches(shares + " in ONNX Runtime")));
    assertTrue(infer.out.contains("us an image from the stored tensors"), infer.out);
  }

  @Test
  void withoutAFileABuiltInNetworkIsRun() {
    CommandLineRun any = CommandLineRun.of("infer", "--images", "20");
    assertEquals(0, any.status, any::toString);
    assertTrue(any.out.startsWith("lenet300.tersor, built in"), any.out);
    CommandLineRun named = CommandLineRun.of("infer", "--model", "lenet5", "--images", "20");
    assertEquals(0, named.status, named::toString);
    assertTrue(named.out.startsWith("lenet5.tersor, built in"), named.out);
    CommandLineRun.of("infer", "--model", "resnet34").assertRefused("has no graph");
    CommandLineRun.of("infer", "../conf/weights/lenet5.tersor")
        .assertRefused("--model NAME says how ../conf/weights/lenet5.tersor computes");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--encoding bitmap/huffmann | huffmann",
        "--images 0                 | images: 0 is not a whole number from 1 on",
        "--encoding csr8            | tensor 'fc1.weight' of shape 300x784 cannot be stored as csr8"
      })
  void whatCannotBeRunIsSaid(String options, String message) {
    String[] run = {"infer", "../conf/weights/lenet300.tersor", "--model", "lenet300"};
    CommandLineRun infer = CommandLineRun.of(and(run, options.split(" ")));
    assertEquals(2, infer.status, infer::toString);
    assertEquals(1, infer.errors().size(), infer::toString);
    assertTrue(infer.err.contains(message), infer::toString);
  }

  @Test
  void onlyANetworkFileThatFitsIsRun() {
    String weights = "../conf/weights/lenet300";
    CommandLineRun checkpoint =
        CommandLineRun.of("infer", weights + ".safetensors", "--model", "lenet300");
    assertEquals(2, checkpoint.status);
    assertTrue(checkpoint.err.contains("is no network file"), checkpoint::toString);
    CommandLineRun other = CommandLineRun.of("infer", weights + ".tersor", "--model", "lenet5");
    assertEquals(2, other.status);
    assertTrue(other.err.contains("in the graph of lenet5"), other::toString);
    CommandLineRun graphless =
        CommandLineRun.of("infer", weights + ".tersor", "--model", "resnet34");
    assertEquals(2, graphless.status);
    assertTrue(graphless.err.contains("has no graph"), graphless::toString);
  }

  private static String[] and(String[] some, String... more) {
    return Stream.concat(Arrays.stream(some), Arrays.stream(more)).toArray(String[]::new);
  }
}
