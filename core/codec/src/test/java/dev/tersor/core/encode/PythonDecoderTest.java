package dev.tersor.core.encode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tersor.core.Compression;
import dev.tersor.core.Tersor;
import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.IntegerFormat;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.Step;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The second decoder, {@code docs/reference/decode.py}, reads all golden files of every version,
 * and the dumps in {@code docs/reference/format.md}, as this one does. Where there is no Python it
 * is not tried.
 */
class PythonDecoderTest {
  private static final Path DOCS = Path.of("..", "..", "docs", "reference");
  private static final Path GOLDEN = Path.of("src", "test", "resources", "golden");

  /** Prints of each file its path and a checksum of its weights' bits. */
  private static final String SCRIPT =
      """
      import shutil, struct, sys
      sys.dont_write_bytecode = True
      sys.path.insert(0, sys.argv[1])
      import decode
      for path in sys.stdin.read().split("\\n"):
          if "zstd" in path and sys.version_info < (3, 14) and not shutil.which("zstd"):
              print(path, "-")
              continue
          with open(path, "rb") as file:
              data = file.read()
          if data[:4] in (b"TRSN", b"TRSQ"):
              read = decode.network if data[:4] == b"TRSN" else decode.sequence
              values = [v for tensor in read(data) for v in tensor[4]]
          else:
              values = decode.decode(data)[3]
          print(path, "%08x" % decode.crc32c(struct.pack("<%df" % len(values), *values)))
      """;

  private static String checksum(byte[] file) {
    List<float[]> tensors = new ArrayList<>();
    if (NetworkFile.mayStartWith(file)) {
      NetworkFile.read(file).forEach(tensor -> tensors.add(tensor.values()));
    } else if (file[3] == 'Q') {
      NetworkSequence sequence = NetworkSequence.open(file);
      for (int layer = 0; layer < sequence.layers().size(); layer++) {
        tensors.add(sequence.decode(layer).dequantize());
      }
    } else {
      tensors.add(Content.decode(file).weights());
    }
    CRC32C crc = new CRC32C();
    byte[] bits = new byte[Float.BYTES];
    for (float[] tensor : tensors) {
      for (float value : tensor) {
        LittleEndian.putInt(bits, 0, Float.floatToRawIntBits(value));
        crc.update(bits);
      }
    }
    return "%08x".formatted(crc.getValue());
  }

  /** The blocks of hexadecimal lines that begin with their offset. */
  private static List<byte[]> dumps(String document) {
    List<byte[]> dumps = new ArrayList<>();
    for (String block : document.split("```", -1)) {
      if (block.startsWith("\n00  ")) {
        StringBuilder digits = new StringBuilder();
        block.strip().lines().forEach(line -> digits.append(line.substring(4).replace(" ", "")));
        dumps.add(HexFormat.of().parseHex(digits));
      }
    }
    return dumps;
  }

  @Test
  void readsWhatIsStored(@TempDir Path folder) throws IOException, InterruptedException {
    List<byte[]> dumps = dumps(Files.readString(DOCS.resolve("format.md")));
    assertEquals(3, dumps.size(), "dumps in the document");
    List<Path> files = new ArrayList<>();
    for (byte[] dump : dumps) {
      files.add(Files.write(folder.resolve("dump" + files.size()), dump));
    }
    float[] weights = {0.5f, 0, -1, 0, 0, 2};
    byte[] tensor = Tersor.encode(weights, Shape.of(2, 3), Compression.DEFAULT.bits(2));
    files.add(Files.write(folder.resolve("tensor.tersor"), tensor));
    try (Stream<Path> golden = Files.walk(GOLDEN)) {
      golden
          .filter(Files::isRegularFile)
          .filter(p -> !p.toString().endsWith(".txt"))
          .forEach(files::add);
    }
    Map<String, String> expected = new TreeMap<>();
    for (Path file : files) {
      expected.put(file.toString(), checksum(Files.readAllBytes(file)));
    }
    Map<String, String> read = python(folder, String.join("\n", expected.keySet()));
    read.forEach((file, sum) -> assertTrue(!sum.equals("-") || file.contains("zstd"), file));
    read.replaceAll((file, sum) -> sum.equals("-") ? expected.get(file) : sum);
    assertEquals(expected, read);
  }

  /** Every recipe and kind of codebook, and networks of tensors of all kinds, as they come. */
  @Test
  void readsWhatAGeneratorMakes(@TempDir Path folder) throws IOException, InterruptedException {
    SplittableRandom random = new SplittableRandom(Long.getLong("tersor.seed", 20261130));
    List<byte[]> made = new ArrayList<>();
    for (Recipe recipe : Recipe.all()) {
      for (int i = 0; i < 3; i++) {
        made.add(Container.encode(RandomTensors.small(random), recipe).container());
      }
    }
    for (int i = 0; i < 60; i++) {
      made.add(network(random));
    }
    for (String recipe : List.of("dense/rans", "dense/huffman")) {
      made.add(Container.encode(large(random), Recipe.parse(recipe)).container());
    }
    assertTrue(made.size() > 300, made.size() + " files");
    Map<String, String> expected = new TreeMap<>();
    for (byte[] bytes : made) {
      String name = recipeOf(bytes).replace('/', '_') + "-" + expected.size();
      Path file = Files.write(folder.resolve(name), bytes);
      expected.put(file.toString(), checksum(bytes));
    }
    Map<String, String> read = python(folder, String.join("\n", expected.keySet()));
    read.replaceAll((file, sum) -> sum.equals("-") ? expected.get(file) : sum);
    assertEquals(expected, read);
  }

  /** Codes whose streams are long enough to be cut in chunks, and worth coding. */
  private static Codes large(SplittableRandom random) {
    byte[] codes = new byte[500 * 450];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) Math.max(-127, Math.min(127, random.nextGaussian() * 30));
    }
    Codes large = new Codes(Shape.of(500, 450), codes, new Step(8, 1));
    for (String recipe : List.of("dense/rans", "dense/huffman")) {
      byte[] container = Container.encode(large, Recipe.parse(recipe)).container();
      byte[] packed = Container.encode(large, Recipe.parse("dense/packed")).container();
      assertTrue(container.length < packed.length, recipe);
    }
    return large;
  }

  private static byte[] network(SplittableRandom random) {
    List<NetworkTensor> tensors = new ArrayList<>();
    List<Recipe> recipes = Recipe.all().stream().filter(r -> !r.name().contains("zstd")).toList();
    for (int i = random.nextInt(5); i > 0; i--) {
      Codes codes = RandomTensors.small(random);
      String name = "tensor " + i;
      if (random.nextInt(3) == 0) {
        float[] values = RandomTensors.normal(codes.size(), random);
        tensors.add(new NetworkTensor.Plain(name, codes.shape(), values, random.nextBoolean()));
        continue;
      }
      if (random.nextInt(5) == 0) {
        tensors.add(integers(name, codes.shape(), random));
        continue;
      }
      Recipe recipe = recipes.get(random.nextInt(recipes.size()));
      tensors.add(new NetworkTensor.Coded(name, codes.shape(), recipe, List.of(codes)));
    }
    return NetworkFile.write(tensors).bytes();
  }

  /** Small enough for floats, whatever the width. */
  private static NetworkTensor integers(String name, Shape shape, SplittableRandom random) {
    IntegerFormat[] formats = IntegerFormat.values();
    IntegerFormat format = formats[random.nextInt(formats.length)];
    byte[] numbers = new byte[(int) shape.size() * format.bytes()];
    for (int at = 0; at < numbers.length; at += format.bytes()) {
      numbers[at] = (byte) random.nextInt(format == IntegerFormat.BOOL ? 2 : 256);
    }
    return new NetworkTensor.Integers(name, shape, format, numbers);
  }

  private static String recipeOf(byte[] file) {
    return NetworkFile.mayStartWith(file) ? "network" : Content.recipe(file).name();
  }

  private static Map<String, String> python(Path folder, String input)
      throws IOException, InterruptedException {
    Path in = Files.writeString(folder.resolve("in"), input);
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process python;
    try {
      python =
          new ProcessBuilder("python3", "-c", SCRIPT, DOCS.toString())
              .redirectInput(in.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
    } catch (IOException e) {
      assumeTrue(false, "no python3: " + e.getMessage());
      throw e;
    }
    boolean ended = python.waitFor(5, TimeUnit.MINUTES);
    python.destroyForcibly();
    assertTrue(ended, "decode.py does not end");
    assertEquals(0, python.exitValue(), Files.readString(err, StandardCharsets.UTF_8));
    Map<String, String> sums = new TreeMap<>();
    for (String line : Files.readAllLines(out)) {
      int space = line.lastIndexOf(' ');
      sums.put(line.substring(0, space), line.substring(space + 1));
    }
    return sums;
  }
}
