package dev.tersor.jobs.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MissingEngineTest {
  @Test
  void eachPlatformHasItsProfile() throws IOException {
    String pom = Files.readString(Path.of("pom.xml"));
    String[][] platforms = {
      {"Linux", "amd64", "engine-linux-x86_64"},
      {"Linux", "aarch64", "engine-linux-aarch64"},
      {"Mac OS X", "aarch64", "engine-osx-aarch64"},
      {"Windows 11", "amd64", "engine-win-x86_64"}
    };
    for (String[] platform : platforms) {
      String profile = MissingEngine.profile(platform[0], platform[1]);
      assertEquals(platform[2], profile);
      assertTrue(pom.contains("<id>" + profile + "</id>"), profile);
    }
  }

  @Test
  void theMessageSaysWhatBringsIt() {
    String message = MissingEngine.message(new NoClassDefFoundError("ai/djl/ndarray/NDManager"));
    assertTrue(message.contains("ai/djl/ndarray/NDManager"), message);
    assertTrue(message.contains("-Pengine-"), message);
  }
}
