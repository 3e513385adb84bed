package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FetchCommandTest {
  @TempDir Path folder;

  private CommandLineRun fetch(String... names) {
    String[] args = new String[names.length + 4];
    System.arraycopy(
        new String[] {"fetch", "--offline", "--cache", folder.toString()}, 0, args, 0, 4);
    System.arraycopy(names, 0, args, 4, names.length);
    return CommandLineRun.of(args);
  }

  private static void assertRefused(CommandLineRun run, String... parts) {
    assertEquals(2, run.status, run::toString);
    assertEquals(1, run.errors().size(), run::toString);
    for (String part : parts) {
      assertTrue(run.errors().get(0).contains(part), run::toString);
    }
  }

  @Test
  void theListSaysWhatIsThere() {
    CommandLineRun run = fetch("--list");
    assertEquals(0, run.status, run::toString);
    assertEquals(3, run.out.lines().count(), run::toString);
    assertTrue(run.out.contains("60,000 + 10,000 images 1x28x28"), run::toString);
    assertTrue(run.out.contains("not in the cache; the test images are built in"), run::toString);
  }

  @Test
  void errorsAreOneLine() {
    assertRefused(fetch(), "data: name what to fetch: cifar10, fashion-mnist, mnist");
    assertRefused(fetch("mnist", "cifar"), "unknown data set 'cifar', nearest: cifar10");
    assertRefused(
        fetch("mnist", "cifar10"),
        "data: mnist: --offline, and " + folder,
        "; data: cifar10: --offline",
        "test_batch.bin");
    assertRefused(
        CommandLineRun.of("fetch", "--cache", "hdfs:///cache", "mnist"),
        "cache: ",
        "hdfs:///cache");
    assertRefused(
        CommandLineRun.of("fetch", "--cache", "/proc/tersor", "mnist"), "data: cannot write /proc");
  }
}
