package dev.tersor.jobs.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive that a first command makes is one that Java takes classes from. */
@Tag("full")
class ClassArchiveIT {
  private static final Path HOME = Path.of(System.getProperty("tersor.home"));

  @TempDir Path folder;

  @Test
  void classesComeFromTheArchive() throws IOException, InterruptedException {
    Path loaded = folder.resolve("loaded");
    Path log = folder.resolve("log");
    ProcessBuilder builder =
        new ProcessBuilder(
                HOME.resolve("bin/sweep").toString(),
                "sql",
                "--out",
                HOME.resolve("results/published/appendix-b").toString(),
                "SELECT count(*) FROM cells")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("SPARK_"));
    // The last of the JVMs of a command writes it: that of the command.
    builder.environment().put("JAVA_TOOL_OPTIONS", "-Xlog:class+load:file=" + loaded);
    Process process = builder.start();
    boolean ended = process.waitFor(3, TimeUnit.MINUTES);
    process.destroyForcibly();
    assertTrue(ended);
    assertEquals(0, process.exitValue(), Files.readString(log));
    List<String> spark =
        Files.readAllLines(loaded).stream()
            .filter(line -> line.contains(" org.apache.spark.sql.") && !line.contains("Lambda"))
            .toList();
    long archived = spark.stream().filter(line -> line.contains("shared objects file")).count();
    assertTrue(archived > 1_000, () -> archived + " of " + spark.size());
    assertTrue(10 * archived > 9L * spark.size(), () -> archived + " of " + spark.size());
  }
}
