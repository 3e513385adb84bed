package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The jars that the build puts beside each other, in a checkout that was updated without a clean.
 */
class EmbeddedSparkTest {
  @Test
  void noArtifactIsThereInTwoVersions() throws IOException {
    for (String folder : List.of("target/spark/jars", "target/engines")) {
      Map<String, List<String>> byArtifact = new TreeMap<>();
      try (Stream<Path> jars = Files.list(Path.of(folder))) {
        jars.map(jar -> jar.getFileName().toString())
            .forEach(
                jar ->
                    byArtifact
                        .computeIfAbsent(
                            jar.replaceFirst("-[0-9][A-Za-z0-9.]*", ""), key -> new ArrayList<>())
                        .add(jar));
      }
      assertTrue(byArtifact.size() > 3, folder);
      byArtifact.forEach((artifact, jars) -> assertEquals(1, jars.size(), jars::toString));
    }
  }
}
