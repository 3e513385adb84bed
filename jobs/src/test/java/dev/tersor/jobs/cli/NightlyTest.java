package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.Checkpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a scheduler sees of a night, good and bad. */
class NightlyTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private String out() {
    return folder.resolve("out").toString();
  }

  private CommandLineRun sweep(String... options) {
    return CommandLineRun.sweep(out(), options);
  }

  private JsonNode report() throws IOException {
    try (Stream<Path> all = Files.list(folder.resolve("out/_runs"))) {
      Path last =
          all.filter(path -> path.toString().endsWith(".json"))
              .sorted()
              .reduce((a, b) -> b)
              .orElseThrow();
      return JSON.readTree(last.toFile());
    }
  }

  @Test
  void aNightLogsItsStagesAndLeavesAReport() throws IOException {
    CommandLineRun run =
        sweep(
            "--config",
            "nightly",
            "--models",
            "lenet300",
            "--sparsities",
            "0.9",
            "--bits",
            "4",
            "--encodings",
            "bitmap,dense",
            "--no-accuracy");
    assertEquals(0, run.status, run::toString);
    List<String> stages = new ArrayList<>();
    String id = null;
    for (String line : run.err.lines().filter(l -> l.startsWith("{")).toList()) {
      JsonNode entry = JSON.readTree(line);
      stages.add(entry.get("stage").asText());
      assertTrue(entry.get("seconds").asDouble() >= 0, line);
      assertTrue(id == null || id.equals(entry.get("run").asText()), line);
      id = entry.get("run").asText();
    }
    assertEquals(List.of("plan", "scan", "fit", "wave", "accuracy", "totals", "end"), stages);
    JsonNode report = report();
    assertEquals(id, report.get("run").asText());
    assertEquals(0, report.get("status").asInt());
    assertEquals(6, report.get("cells").get("done").asLong());
    assertEquals(0, report.get("cells").get("failed").asLong());
    assertEquals("lenet300", report.get("models").get(0).asText());
    assertEquals(7, report.get("stages").size());
    assertEquals(0, report.get("failures").size());
    assertTrue(report.get("written").get("cells").get("bytes").asLong() > 0);
    assertEquals(
        1, CommandLineRun.number(out(), "SELECT count(*) FROM runs WHERE run_id = '" + id + "'"));
    CommandLineRun quiet = sweep("--models", "lenet300", "--encodings", "dense", "--no-accuracy");
    assertFalse(quiet.err.lines().anyMatch(line -> line.startsWith("{")), quiet::toString);
  }

  @Test
  void aModelThatWasNotDeliveredIsLeftOut() throws IOException {
    Path there = folder.resolve("there.safetensors");
    Checkpoints.small(there);
    String[] both = {
      "--weights",
      "there=" + there,
      "--weights",
      "gone=" + folder.resolve("gone.safetensors"),
      "--sparsities",
      "0.5",
      "--encodings",
      "dense"
    };
    assertEquals(2, sweep(both).status);
    assertFalse(Files.exists(folder.resolve("out")));
    CommandLineRun run = sweep(with(both, "--skip-missing"));
    assertEquals(1, run.status, run::toString);
    assertTrue(run.err.contains("gone IS LEFT OUT: weights: gone: no such file"), run.err);
    JsonNode report = report();
    assertEquals(1, report.get("status").asInt());
    assertTrue(report.get("models_left_out").get("gone").asText().contains("gone.safetensors"));
    assertEquals(4, report.get("cells").get("done").asLong());
    Files.delete(there);
    List<String> before = tree();
    CommandLineRun none = sweep(with(both, "--skip-missing"));
    assertEquals(69, none.status, none::toString);
    assertTrue(none.errors().get(0).contains("models: none is available"), none::toString);
    assertEquals(before, tree());
  }

  @Test
  void failuresAreGroupedByError() throws IOException {
    Path file = folder.resolve("wide.safetensors");
    Checkpoints.write(
        file,
        Map.of("a", Shape.of(3, 300), "b", Shape.of(3, 300), "c", Shape.of(30, 40)),
        Map.of(
            "a",
            Checkpoints.weights(900, 1),
            "b",
            Checkpoints.weights(900, 2),
            "c",
            Checkpoints.weights(1200, 3)));
    CommandLineRun run =
        sweep("--weights", "net=" + file, "--sparsities", "0.5", "--encodings", "csr8,dense");
    assertEquals(1, run.status, run::toString);
    JsonNode failures = report().get("failures");
    assertEquals(1, failures.size(), failures.toString());
    assertEquals(2, failures.get(0).get("cells").asLong());
    assertTrue(failures.get(0).get("error").asText().contains("at most 256 columns"));
    assertTrue(failures.get(0).get("example").asText().matches("net [ab] csr8/packed"));
  }

  /**
   * A disk that fills up in the middle of a wave: what was there stays, and the next run goes on.
   */
  @Test
  void aFullDiskLosesNothing() throws IOException {
    Path file = folder.resolve("small.safetensors");
    Checkpoints.small(file);
    String[] options = {"--weights", "small=" + file, "--encodings", "bitmap,dense"};
    assertEquals(0, sweep(with(options, "--sparsities", "0.5")).status);
    List<String> before = tree();
    System.setProperty("spark.hadoop.fs.file.impl", FullFileSystem.class.getName());
    System.setProperty("spark.hadoop.fs.file.impl.disable.cache", "true");
    try {
      // Another Spark, with that disk.
      CommandLineRun.stopSpark();
      FullFileSystem.ROOM.set(1);
      CommandLineRun full = sweep(with(options, "--sparsities", "0.5,0.9"));
      assertEquals(2, full.status, full::toString);
      assertTrue(full.errors().get(0).contains("No space left on device"), full::toString);
      assertTrue(full.errors().get(0).contains("untouched"), full::toString);
      CommandLineRun fuller = sweep(with(options, "--sparsities", "0.5,0.9"));
      assertEquals(2, fuller.status, fuller::toString);
      assertTrue(fuller.errors().get(0).contains("No space left on device"), fuller::toString);
    } finally {
      FullFileSystem.ROOM.set(Integer.MAX_VALUE);
      System.clearProperty("spark.hadoop.fs.file.impl");
      System.clearProperty("spark.hadoop.fs.file.impl.disable.cache");
      CommandLineRun.stopSpark();
    }
    // The report of a run that had no room for it is missing, too.
    assertTrue(tree().containsAll(before));
    assertEquals(8, CommandLineRun.number(out(), "SELECT count(*) FROM cells"));
    CommandLineRun next = sweep(with(options, "--sparsities", "0.5,0.9"));
    assertEquals(0, next.status, next::toString);
    assertTrue(next.out.contains("8 cells computed, 8 held before"), next.out);
  }

  private static String[] with(String[] options, String... more) {
    return Stream.concat(Stream.of(options), Stream.of(more)).toArray(String[]::new);
  }

  /** Paths of the results' files. */
  private List<String> tree() throws IOException {
    Path out = folder.resolve("out");
    try (Stream<Path> all = Files.walk(out)) {
      return all.filter(Files::isRegularFile)
          .map(path -> out.relativize(path).toString())
          .sorted()
          .toList();
    }
  }
}
