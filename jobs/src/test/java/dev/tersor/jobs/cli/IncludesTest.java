package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever file of settings or descriptions is read, what it includes comes from no network. */
class IncludesTest {
  @TempDir Path folder;

  private String file(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text).toString();
  }

  @Test
  void noCommandAsksForAnAddress() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String include =
          "include url(\"http://127.0.0.1:" + server.getLocalPort() + "/settings.conf\")\n";
      String config = file("a.conf", include);
      String data = Path.of(file("data/mine.conf", include)).getParent().toString();
      String models = Path.of(file("models/net.conf", include)).getParent().toString();
      String train = file("t.conf", "train { network = net, models-dir = \"" + models + "\" }");
      String out = folder.resolve("out").toString();
      String[][] commands = {
        {"sweep", "--dry-run", "--config", config},
        {"sweep", "--dry-run", "--models", "lenet300", "--cost", config},
        {"sweep", "--dry-run", "--models", "net", "--models-dir", models},
        {"codebooks", "--out", out, "--config", config},
        {"device", "--out", out, "--config", config},
        {"train", "--out", out, "--config", config},
        {"train", "--out", out, "--config", train},
        {"compress", "--to", folder.resolve("x.tersor").toString(), "--config", config, "x.npz"},
        {"fetch", "mine", "--data-dir", data},
      };
      for (String[] command : commands) {
        CommandLineRun.of(command).assertRefused("include", "is an address");
      }
      server.setSoTimeout(1);
      assertThrows(SocketTimeoutException.class, server::accept, "nobody has connected");
    }
  }

  @Test
  void filesBesideTheFileAreIncluded() throws IOException {
    file("common/grid.conf", "sweep { sparsities = [0.75], bits = [5] }");
    file(
        "common/tensors.conf",
        "tensors = [{ name = fc, kind = fc, shape = [4, 8], macs = 32, prune = true }]");
    file(
        "models/net.conf",
        "name = net, title = t, input = [8], sources = [{ synthetic = 1 }]\ninclude \"../common/tensors\"");
    String config = file("a.conf", "include \"common/grid.conf\"\nsweep.encodings = [dense]");
    CommandLineRun run =
        CommandLineRun.of(
            "--dry-run",
            "--config",
            config,
            "--models",
            "net",
            "--models-dir",
            folder.resolve("models").toString());
    assertEquals(0, run.status, run::toString);
    assertTrue(run.out.contains("sparsities tensor 0.75; bits [5]"), run::toString);
    assertTrue(run.err.contains("32 weights"), run::toString);
  }
}
