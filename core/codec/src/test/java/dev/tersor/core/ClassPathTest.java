package dev.tersor.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who encodes and decodes has nothing on the class path but the codecs and zstd-jni. */
class ClassPathTest {
  private static final Path EXAMPLE =
      Path.of("..", "..", "examples/src/main/java/dev/tersor/examples/EncodeTensor.java");

  private static String location(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
  }

  /** The example chooses among all recipes, so that it loads every codec. */
  @Test
  void theExampleRunsOnCodecsAndZstandardAlone(@TempDir Path folder)
      throws IOException, InterruptedException, URISyntaxException {
    Path out = folder.resolve("out");
    Process java =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                location(Tersor.class) + File.pathSeparator + location(Zstd.class),
                EXAMPLE.toString())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    boolean ended = java.waitFor(2, TimeUnit.MINUTES);
    java.destroyForcibly();
    String text = Files.readString(out);
    assertTrue(ended, text);
    assertEquals(0, java.exitValue(), text);
    assertTrue(text.contains("32768 weights, 3277 kept"), text);
  }
}
