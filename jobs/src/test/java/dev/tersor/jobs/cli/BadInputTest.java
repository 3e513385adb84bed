package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.Checkpoints;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One clear line, exit status 2, and nothing touched. */
class BadInputTest {
  @TempDir Path folder;

  private void assertRefused(CommandLineRun run, String... parts) {
    run.assertRefused(parts);
  }

  private String out() {
    return folder.resolve("out").toString();
  }

  private String weights(String name, byte[] bytes) throws IOException {
    Path file = folder.resolve(name);
    Files.write(file, bytes);
    return "net=" + file;
  }

  private byte[] good() throws IOException {
    Path file = folder.resolve("good.safetensors");
    Checkpoints.small(file);
    return Files.readAllBytes(file);
  }

  @Test
  void modelsAndOptions() {
    assertRefused(
        CommandLineRun.sweep(out(), "--models", "resnet43"),
        "models: unknown model 'resnet43'",
        "resnet34");
    assertRefused(CommandLineRun.sweep(out(), "--modles", "resnet34"), "--modles");
    assertRefused(CommandLineRun.sweep(out(), "--sparsities", "1.5"), "sparsities", "1.5");
    assertRefused(CommandLineRun.sweep(out(), "--bits", "12"), "bits", "12");
    assertRefused(CommandLineRun.sweep(out(), "--encodings", "zip"), "encodings", "zip");
    assertRefused(CommandLineRun.sweep(out(), "--encodings", ""), "encodings", "nothing");
    assertRefused(
        CommandLineRun.sweep(out(), "--encodings", "bitmap,hybrid(theta=1.2,remainder=bitmap)/*"),
        "encodings: 'hybrid(theta=1.2,remainder=bitmap)/*'",
        "theta: 1.2 outside (0, 1]");
    assertRefused(
        CommandLineRun.sweep(out(), "--encodings", "hybrid(theta=0.7,dense"),
        "encodings: parentheses do not match in 'hybrid(theta=0.7,dense'");
    assertRefused(
        CommandLineRun.sweep(out(), "--keep", "hybrid(sizes=),dense"), "keep", "sizes: empty");
    assertRefused(
        CommandLineRun.sweep(out(), "--encodings", "auto(access=some)"), "access: 'some'");
    assertRefused(CommandLineRun.sweep(out(), "--timing-runs", "0"), "timing-runs: 0", "1..1000");
    assertRefused(CommandLineRun.sweep(out(), "--resume", "--fresh"), "--resume");
    assertRefused(CommandLineRun.sweep(out(), "--executors", "2"), "executors", "--dry-run");
    assertRefused(CommandLineRun.sweep(out(), "--dry-run", "--executors", "0"), "executors: 0");
    assertRefused(
        CommandLineRun.sweep(out(), "--models", "small-vgg16", "--require-trained"),
        "require-trained",
        "small-vgg16",
        "small-vgg16.safetensors: not there");
    assertFalse(Files.exists(folder.resolve("out")));
  }

  @Test
  void checkpoints() throws IOException {
    byte[] good = good();
    assertRefused(
        CommandLineRun.sweep(out(), "--weights", "net=" + folder.resolve("no.safetensors")),
        "weights: net",
        "no.safetensors");
    assertRefused(
        CommandLineRun.sweep(
            out(), "--weights", "net=" + Files.createDirectory(folder.resolve("e"))),
        "weights: net",
        "folder without a checkpoint");
    assertRefused(
        CommandLineRun.sweep(
            out(), "--weights", weights("cut.safetensors", Arrays.copyOf(good, 3000))),
        "weights: net",
        "cut.safetensors");
    ByteBuffer lying = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    lying.putLong(1L << 62).put((byte) '{');
    assertRefused(
        CommandLineRun.sweep(out(), "--weights", weights("lie.safetensors", lying.array())),
        "weights: net",
        "lie.safetensors");
    String header = "{\"a\":{\"dtype\":\"C64\",\"shape\":[2,2],\"data_offsets\":[0,32]}}";
    ByteBuffer doubles = ByteBuffer.allocate(8 + header.length() + 32);
    doubles.order(ByteOrder.LITTLE_ENDIAN).putLong(header.length());
    doubles.put(header.getBytes(StandardCharsets.US_ASCII));
    assertRefused(
        CommandLineRun.sweep(out(), "--weights", weights("f64.safetensors", doubles.array())),
        "'a'",
        "f64.safetensors",
        "dtype C64",
        "floating-point numbers");
    assertRefused(
        CommandLineRun.sweep(out(), "--weights", "resnet8=" + folder.resolve("good.safetensors")),
        "resnet8",
        "has no tensor 'conv2d_1.kernel'");
    assertFalse(Files.exists(folder.resolve("out")));
  }

  @Test
  void notFiniteWeightsAreCounted() throws IOException {
    float[] values = Checkpoints.weights(600, 1);
    values[7] = Float.NaN;
    values[8] = Float.NEGATIVE_INFINITY;
    Path file = folder.resolve("nan.safetensors");
    Checkpoints.write(file, Map.of("fc", Shape.of(20, 30)), Map.of("fc", values));
    assertRefused(
        CommandLineRun.sweep(out(), "--weights", "net=" + file), "net fc", "2 weights", "NaN");
  }

  @Test
  void otherFoldersAreLeftAlone() throws IOException {
    good();
    String weights = "net=" + folder.resolve("good.safetensors");
    Path other = Files.createDirectories(folder.resolve("other"));
    Files.writeString(other.resolve("thesis.tex"), "dear");
    assertRefused(
        CommandLineRun.sweep(other.toString(), "--weights", weights), "out", "thesis.tex");
    try (Stream<Path> left = Files.list(other)) {
      assertEquals(1, left.count());
    }
    Path file = folder.resolve("good.safetensors");
    assertRefused(CommandLineRun.sweep(file.toString(), "--weights", weights), "is a file");
    assertRefused(
        CommandLineRun.sweep("/proc/tersor", "--weights", weights), "out", "/proc/tersor");
    assertRefused(CommandLineRun.of("verify", "--out", other.toString()), "holds no results");
    assertRefused(CommandLineRun.of("sql", "--out", other.toString(), "SELECT 1"), "no results");
  }

  @Test
  void foldersOfAnotherLayoutAreLeftAlone() throws IOException {
    Path out = Files.createDirectories(folder.resolve("later"));
    Files.writeString(out.resolve("_tersor"), "7\n");
    assertRefused(
        CommandLineRun.sweep(out.toString(), "--models", "lenet300"), "layout '7'", "knows 1");
    Files.writeString(out.resolve("_tersor"), "\u0000\u0001");
    assertRefused(
        CommandLineRun.sweep(out.toString(), "--models", "lenet300"), "_tersor is damaged");
    Files.writeString(out.resolve("_tersor"), "1\n");
    Path snapshots = Files.createDirectories(out.resolve("_snapshots"));
    Files.writeString(snapshots.resolve("00000003.json"), "{\"format\":1,\"snap");
    assertRefused(
        CommandLineRun.of("sql", "--out", out.toString(), "SELECT 1"), "_snapshots are damaged");
    Files.writeString(
        snapshots.resolve("00000003.json"), "{\"format\":2,\"snapshot\":3,\"files\":[]}");
    assertRefused(
        CommandLineRun.of("sql", "--out", out.toString(), "SELECT 1"), "format 2", "newer version");
  }
}
