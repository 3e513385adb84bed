package dev.tersor.jobs.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.jobs.train.SmallDigits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings on executors of their own, killed and started again. */
class TrainIT {
  private static final String ENGINES =
      Path.of(System.getProperty("tersor.sparkHome"), "..", "engines", "*").toString();

  private static final String GRID =
      """
      train { seeds = [1, 2], densities = [1, 0.2], bits = [4, 32]
        dense { epochs = 60 }, prune { epochs = 40 }, share { epochs = 20 } }
      """;

  @TempDir Path folder;

  private SweepProcess train(String name, String master, SmallDigits digits) throws IOException {
    return SweepProcess.submit(
        folder.resolve(name + ".log"),
        master,
        List.of(
            "--driver-class-path", ENGINES, "--conf", "spark.executor.extraClassPath=" + ENGINES),
        List.of("train", "--config", digits.config(GRID).toString()));
  }

  private static Map<String, byte[]> networks(SmallDigits digits) throws IOException {
    Map<String, byte[]> networks = new TreeMap<>();
    try (Stream<Path> files = Files.list(digits.out().resolve("networks"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".tersor")).toList()) {
        networks.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    return networks;
  }

  @Test
  void aTrainingThatIsKilledEndsWithTheSameNetworks() throws IOException, InterruptedException {
    SmallDigits whole = new SmallDigits(Files.createDirectories(folder.resolve("whole")));
    SweepProcess undisturbed = train("whole", "local[2]", whole);
    assertEquals(0, undisturbed.await(), undisturbed::log);
    Map<String, byte[]> expected = networks(whole);
    assertEquals(8, expected.size());

    SmallDigits parts = new SmallDigits(Files.createDirectories(folder.resolve("parts")));
    train("killed", "local-cluster[2,1,1024]", parts)
        .killAfterFile(parts.out().resolve("networks"), ".partial");
    SweepProcess last = train("resumed", "local-cluster[2,1,1024]", parts);
    assertEquals(0, last.await(), last::log);
    Map<String, byte[]> found = networks(parts);
    assertEquals(expected.keySet(), found.keySet());
    expected.forEach((name, bytes) -> assertArrayEquals(bytes, found.get(name), name));
    try (Stream<Path> files = Files.list(parts.out().resolve("networks"))) {
      assertTrue(files.noneMatch(file -> file.toString().endsWith(".partial")));
    }
  }
}
