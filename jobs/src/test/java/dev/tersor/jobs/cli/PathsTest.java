package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tersor.jobs.Checkpoints;
import dev.tersor.jobs.source.TypedPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of any name, wherever a user types one. */
class PathsTest {
  @TempDir Path folder;

  private static CommandLineRun ok(String... args) {
    CommandLineRun run = CommandLineRun.of(args);
    assertEquals(0, run.status, run::toString);
    return run;
  }

  @ParameterizedTest
  @ValueSource(strings = {"a:b", "a b", "50%", "%20", "#1", "c:/d", "x?y", "a=b", "a+b", "größe"})
  void everyCommandTakesThem(String name) throws IOException {
    Path inside = Files.createDirectories(folder.resolve("in:side " + name));
    Path checkpoint = inside.resolve("net " + name.replace('/', '-') + ".safetensors");
    Checkpoints.small(checkpoint);
    String network = inside.resolve("net " + name.replace('/', '-') + ".tersor").toString();
    String back = inside.resolve("back " + name.replace('/', '-') + ".safetensors").toString();
    ok("compress", checkpoint.toString(), "--to", network, "--bits", "4");
    ok("decompress", network, "--to", back);
    String again = folder.resolve("again.safetensors").toString();
    Path plain = Files.copy(Path.of(network), folder.resolve("plain.tersor"));
    ok("decompress", plain.toString(), "--to", again);
    assertArrayEquals(Files.readAllBytes(Path.of(again)), Files.readAllBytes(Path.of(back)));
    try (Stream<Path> left = Files.list(inside)) {
      assertEquals(3, left.count());
    }
    String out = folder.resolve("out").toString();
    for (String weights : List.of(checkpoint.toString(), network)) {
      CommandLineRun run =
          CommandLineRun.sweep(
              out,
              "--weights",
              "net=" + weights,
              "--cache",
              folder.resolve("cache").toString(),
              "--dry-run");
      assertEquals(0, run.status, run::toString);
    }
  }

  /** The same where tasks read the file. */
  @Test
  void aSweepReadsThem() throws IOException {
    Path checkpoint = folder.resolve("layer:0 #1.safetensors");
    Checkpoints.small(checkpoint);
    String network = folder.resolve("net:1.tersor").toString();
    ok("compress", checkpoint.toString(), "--to", network);
    CommandLineRun run =
        CommandLineRun.sweep(
            folder.resolve("out").toString(),
            "--weights",
            "net=" + checkpoint,
            "--saliency",
            "net=" + checkpoint,
            "--weights",
            "coded=" + network,
            "--cache",
            folder.resolve("cache").toString(),
            "--sparsities",
            "0.5",
            "--encodings",
            "bitmap");
    assertEquals(0, run.status, run::toString);
    for (String view :
        List.of("safetensors OPTIONS (path '" + checkpoint, "tersor OPTIONS (path '" + network)) {
      String sql =
          "CREATE TEMPORARY VIEW net USING %s');\nSELECT count(DISTINCT name) FROM net"
              .formatted(view);
      assertEquals(5, CommandLineRun.number(folder.resolve("out").toString(), sql));
    }
  }

  @Test
  void networksRunFromThem() throws IOException {
    Path network = folder.resolve("a:b %20#.tersor");
    Files.copy(Path.of("../conf/weights/lenet300.tersor"), network);
    ok("infer", network.toString(), "--model", "lenet300", "--images", "20");
    ok("evaluate", network.toString(), "--model", "lenet300", "--models-dir", "../conf/models");
  }

  @ParameterizedTest
  @CsvSource({
    "hdfs://host:9000/net.onnx, hdfs://host:9000/net.onnx",
    "s3a://bucket/a b.onnx, s3a://bucket/a b.onnx",
    "file:/x/a:b, file:/x/a:b",
    "/x/a:b, /x/a:b",
    "a:b, ./a:b",
    "x/a:b, x/a:b",
    "a, a"
  })
  void addressesStayAddresses(String typed, String path) {
    assertEquals(path, TypedPath.of(typed).toString());
  }
}
