package dev.tersor.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.checkpoint.SafetensorsWriter;
import dev.tersor.core.tensor.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the examples, and compares the README's Java with them. */
class ExamplesTest {
  private static final Path SOURCES = Path.of("src", "main", "java", "dev", "tersor", "examples");
  private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  /** A program that may fail. */
  private interface Program {
    void run() throws IOException;
  }

  private static String output(Program program) throws IOException {
    PrintStream before = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
      System.setOut(out);
      program.run();
    } finally {
      System.setOut(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** Of 32,768 weights 3,277 are left; 4 bits each and their places fit in a twentieth. */
  @Test
  void aTensorIsEncoded() throws IOException {
    String text = output(() -> EncodeTensor.main(new String[0]));
    Matcher line = Pattern.compile("(\\d+) bytes for 32768 weights, 3277 kept\\s*").matcher(text);
    assertTrue(line.matches(), text);
    assertTrue(Integer.parseInt(line.group(1)) < 32_768 * Float.BYTES / 20, text);
  }

  @Test
  void aCheckpointIsCompressed(@TempDir Path folder) throws IOException {
    Path checkpoint = folder.resolve("net.safetensors");
    float[] weights = new float[2000];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) Math.sin(i);
    }
    Map<String, Shape> shapes = Map.of("fc.bias", Shape.of(40), "fc.weight", Shape.of(40, 50));
    try (SafetensorsWriter writer =
        new SafetensorsWriter(Files.newOutputStream(checkpoint), shapes, Map.of())) {
      writer.write("fc.bias", weights, 0, 40);
      writer.write("fc.weight", weights);
    }
    Path compressed = folder.resolve("net.tersor");
    String[] paths = {
      checkpoint.toString(), compressed.toString(), folder.resolve("small.safetensors").toString()
    };
    String text = output(() -> CompressCheckpoint.main(paths));
    assertEquals("fc.bias 40: 40\nfc.weight 40x50: 2000\n", text.replace("\r", ""));
    assertTrue(Files.size(compressed) < Files.size(checkpoint) / 10);
  }

  /** Each paragraph of the README's Java stands in an example so, line for line. */
  @Test
  void theReadmeShowsThem() throws IOException {
    String examples = "";
    for (String name : new String[] {"EncodeTensor", "CompressCheckpoint"}) {
      examples += stripped(Files.readString(SOURCES.resolve(name + ".java")));
    }
    Matcher block = JAVA.matcher(Files.readString(Path.of("..", "README.md")));
    assertTrue(block.find(), "README has no Java");
    assertTrue(block.group(1).lines().count() <= 12, "lines of Java in README");
    for (String paragraph : block.group(1).split("\n\n", -1)) {
      assertTrue(examples.contains(stripped(paragraph)), paragraph + "is in no example");
    }
  }

  private static String stripped(String code) {
    return code.lines().map(String::strip).collect(Collectors.joining("\n", "", "\n"));
  }
}
