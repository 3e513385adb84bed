package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.Checkpoints;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A network's weights do not become other ones because of a disk, and no source writes elsewhere.
 */
class WeightSourcesTest {
  /** A folder that nobody can make, root neither. */
  private static final String NO_FOLDER = "/proc/tersor";

  @TempDir Path folder;

  private String out() {
    return folder.resolve("out").toString();
  }

  /** A sweep of a described model that has synthetic weights where its first source has none. */
  private CommandLineRun described(String source, String... options) throws IOException {
    Path models = Files.createDirectories(folder.resolve("models"));
    Files.writeString(
        models.resolve("net.conf"),
        """
        name = net
        title = "A net"
        input = [8]
        sources = [
          %s
          { synthetic = 1 }
        ]
        tensors = [
          { name = fc, kind = fc, shape = [4, 8], macs = 32, prune = true }
        ]
        """
            .formatted(source));
    List<String> args =
        new java.util.ArrayList<>(
            List.of("--dry-run", "--out", out(), "--models", "net", "--models-dir"));
    args.add(models.toString());
    args.addAll(List.of(options));
    return CommandLineRun.of(args.toArray(new String[0]));
  }

  private byte[] checkpoint() throws IOException {
    Path file = folder.resolve("served.safetensors");
    Checkpoints.write(file, Map.of("fc", Shape.of(4, 8)), Map.of("fc", Checkpoints.weights(32, 1)));
    return Files.readAllBytes(file);
  }

  @Test
  void builtInWeightsNeedNoCache() {
    CommandLineRun run =
        CommandLineRun.sweep(
            out(),
            "--models",
            "lenet300",
            "--require-trained",
            "--no-accuracy",
            "--sparsities",
            "0.9",
            "--encodings",
            "bitmap",
            "--cache",
            NO_FOLDER);
    assertEquals(0, run.status, run::toString);
    assertEquals(
        3,
        CommandLineRun.number(
            out(), "SELECT count(*) FROM cells WHERE weights_source = 'trained' AND verified"));
  }

  @Test
  void builtInWeightsOfAMisspeltNameAreNoSyntheticOnes() throws IOException {
    described("{ trained = \"lenet33.safetensors\" }")
        .assertRefused("lenet33.safetensors is not in the jar");
    described("{ trained = \"../models/resnet8.conf\" }")
        .assertRefused("../models/resnet8.conf is not in the jar");
  }

  @Test
  void aCacheThatCannotBeWrittenIsSaid() throws IOException {
    byte[] checkpoint = checkpoint();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/net.safetensors",
        exchange -> {
          exchange.sendResponseHeaders(200, checkpoint.length);
          exchange.getResponseBody().write(checkpoint);
          exchange.close();
        });
    server.start();
    try {
      String hub =
          "{ hub = \"http://127.0.0.1:" + server.getAddress().getPort() + "/net.safetensors\" }";
      CommandLineRun good = described(hub, "--cache", folder.resolve("cache").toString());
      assertEquals(0, good.status, good::toString);
      assertTrue(good.err.contains("32 weights from hub"), good::toString);
      described(hub, "--cache", NO_FOLDER)
          .assertRefused("cache: cannot write " + NO_FOLDER + "/hub/127.0.0.1", "--cache DIR");
      Path file = Files.writeString(folder.resolve("file"), "no folder");
      described(hub, "--cache", file.toString()).assertRefused("cache: cannot", file.toString());
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aSourceOutOfReachIsSynthetic() throws IOException {
    CommandLineRun run =
        described(
            "{ hub = \"http://127.0.0.1:1/net.safetensors\" }",
            "--cache",
            folder.resolve("cache").toString());
    assertEquals(0, run.status, run::toString);
    assertTrue(run.err.contains("SYNTHETIC WEIGHTS"), run::toString);
  }

  @Test
  void aLocalFileThatIsNoCheckpointIsNoReasonForSyntheticWeights() throws IOException {
    Path weights = Files.createDirectories(folder.resolve("weights"));
    String file = "{ file = \"net.safetensors\" }";
    CommandLineRun missing = described(file, "--weights-dir", weights.toString());
    assertTrue(missing.err.contains("net.safetensors: not there"), missing::toString);
    Files.createDirectories(weights.resolve("net.safetensors"));
    described(file, "--weights-dir", weights.toString())
        .assertRefused("net.safetensors", "is a folder without a checkpoint");
  }

  @Test
  void noAddressLeadsOutOfTheCache() throws IOException {
    String cache = folder.resolve("a/b/c/cache").toString();
    for (String path :
        List.of(
            "/../../../escaped",
            "/a/../../../escaped",
            "/%2e%2e/%2E%2E/escaped",
            "/..%2f..%2fescaped",
            "/a//escaped",
            "/./escaped",
            "/a%5c..%5cescaped",
            "/escaped%00",
            "/escaped?name=1",
            "/escaped#1",
            "/",
            "")) {
      described("{ hub = \"http://127.0.0.1:1" + path + "\" }", "--cache", cache)
          .assertRefused("sources: hub http://127.0.0.1:1" + path);
    }
    for (String address :
        List.of("http:///escaped", "file:///etc/passwd", "127.0.0.1/x", "http://u:p@h/x", "a b")) {
      described("{ hub = \"" + address + "\" }", "--cache", cache)
          .assertRefused("sources: hub " + address);
    }
    for (String artifact : List.of("..:..:escaped", "g:a", "g:a:../../x", "g::1")) {
      described("{ maven = \"" + artifact + "\", entry = net.safetensors }", "--cache", cache)
          .assertRefused("sources: maven " + artifact);
    }
    for (String entry : List.of("../../../../escaped", "/escaped", "a\\\\..\\\\escaped")) {
      described("{ maven = \"g:a:1\", entry = \"" + entry + "\" }", "--cache", cache)
          .assertRefused("sources: maven g:a:1, entry");
    }
    for (String name :
        List.of("..@1", "../x@1", "@a/../b@1", "a", "a@latest", "-a@1", "@/b@1", "a@1/../x")) {
      described("{ npm = \"" + name + "\", entry = package/net.safetensors }", "--cache", cache)
          .assertRefused("sources: npm " + name);
    }
    described("{ npm = \"a@1\", entry = \"../../../escaped\" }", "--cache", cache)
        .assertRefused("sources: npm a@1, entry");
    assertFalse(Files.exists(folder.resolve("a")), "nothing is written, inside or outside");
  }

  @Test
  void aColonInANameIsNoScheme() throws IOException {
    Path file = Path.of("target", "epoch:12.safetensors");
    Files.write(file, checkpoint());
    try {
      for (String name : List.of("target/epoch:12.safetensors", file.toAbsolutePath().toString())) {
        CommandLineRun run = CommandLineRun.sweep(out(), "--dry-run", "--weights", "net=" + name);
        assertEquals(0, run.status, run::toString);
      }
      CommandLineRun.sweep(out(), "--weights", "net=no:12.safetensors")
          .assertRefused("weights: net: no such file: no:12.safetensors");
    } finally {
      Files.delete(file);
    }
  }
}
