package dev.tersor.jobs.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;
import org.junit.jupiter.api.Test;

/**
 * Runs a sweep and executes every notebook over its results, with Jupyter and a kernel of Java.
 * Only the profile {@code notebooks} runs it. What it leaves in {@code target/notebooks} serves a
 * Jupyter of yours as well.
 */
class NotebookExecution {
  private static final Path HOME = Path.of(System.getProperty("tersor.home")).normalize();
  private static final Path SPARK = Path.of(System.getProperty("tersor.sparkHome"));
  private static final Path WORK = SPARK.resolveSibling("notebooks");

  @Test
  void everyNotebookRunsToItsEnd() throws IOException, InterruptedException {
    needsJupyter();
    Path results = WORK.resolve("results");
    run(
        "sweep",
        Map.of(),
        HOME.resolve("bin/sweep").toString(),
        "--config",
        "notebooks",
        "--offline",
        "--out",
        results.toString());
    writeKernel();
    List<Path> notebooks;
    try (Stream<Path> files = Files.list(HOME.resolve("notebooks"))) {
      notebooks = files.filter(file -> file.toString().endsWith(".ipynb")).sorted().toList();
    }
    assertFalse(notebooks.isEmpty());
    for (Path notebook : notebooks) {
      run(
          notebook.getFileName().toString(),
          Map.of(
              "JUPYTER_PATH", WORK.resolve("jupyter").toString(),
              "TERSOR_RESULTS", results.toString()),
          "jupyter",
          "nbconvert",
          "--to",
          "notebook",
          "--execute",
          "--ExecutePreprocessor.timeout=300",
          "--ExecutePreprocessor.record_timing=False",
          "--output-dir",
          WORK.resolve("executed").toString(),
          notebook.toString());
      check(WORK.resolve("executed").resolve(notebook.getFileName()));
    }
  }

  private static void needsJupyter() throws IOException, InterruptedException {
    String missing =
        "the profile notebooks needs 'jupyter nbconvert' on the PATH; Debian has it in the packages"
            + " jupyter-nbconvert and jupyter-client";
    try {
      Process process =
          new ProcessBuilder("jupyter", "nbconvert", "--version")
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      assertEquals(0, process.waitFor(), missing);
    } catch (IOException e) {
      throw new AssertionError(missing, e);
    }
  }

  /** A kernel on this machine's Java, with the jar, its Spark and Spark's own flags. */
  private static void writeKernel() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(JavaModuleOptions.defaultModuleOptions().trim().split("\\s+")));
    command.add("-Djava.awt.headless=true");
    command.add("-cp");
    command.add(
        String.join(
            java.io.File.pathSeparator,
            HOME.resolve("conf").toString(),
            System.getProperty("tersor.sweepJar"),
            SPARK.resolve("jars").resolve("*").toString(),
            WORK.resolve("kernel.jar").toString()));
    command.add("org.rapaio.jupyter.kernel.MainApp");
    command.add("{connection_file}");
    Path folder = Files.createDirectories(WORK.resolve("jupyter/kernels/tersor"));
    new ObjectMapper()
        .writerWithDefaultPrettyPrinter()
        .writeValue(
            folder.resolve("kernel.json").toFile(),
            Map.of(
                "argv",
                command,
                "display_name",
                "Java (Tersor)",
                "language",
                "java",
                "interrupt_mode",
                "message",
                "env",
                Map.of("SPARK_LOCAL_IP", "127.0.0.1")));
  }

  /** Now and then a kernel gets its first message before it is ready, and never answers. */
  private static void run(String name, Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    int tries = 1;
    while (!ends(name, environment, command)) {
      assertTrue(tries++ < 3, () -> name + ": " + read(WORK.resolve(name + ".log")));
    }
  }

  /** Whether a command ended well; not if it found no kernel that answers. */
  private static boolean ends(String name, Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    Path log = Files.createDirectories(WORK).resolve(name + ".log");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("SPARK_HOME");
    builder.environment().putAll(environment);
    Process process = builder.redirectOutput(log.toFile()).start();
    if (!process.waitFor(20, TimeUnit.MINUTES)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      throw new AssertionError(name + ": no end after 20 minutes: " + Files.readString(log));
    }
    boolean ended = process.exitValue() == 0;
    assertTrue(ended || read(log).contains("Kernel didn't respond"), () -> name + ": " + read(log));
    return ended;
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return log + ": " + e;
    }
  }

  /** Every cell ran, none failed, and there are tables and plots. */
  private static void check(Path executed) throws IOException {
    int tables = 0;
    int plots = 0;
    for (JsonNode cell : new ObjectMapper().readTree(executed.toFile()).path("cells")) {
      if (!cell.path("cell_type").asText().equals("code")) {
        continue;
      }
      assertTrue(cell.path("execution_count").isInt(), () -> executed + ": not run: " + cell);
      for (JsonNode output : cell.path("outputs")) {
        assertFalse(
            output.path("output_type").asText().equals("error"), () -> executed + ": " + output);
        tables += output.path("text").toString().contains("+--") ? 1 : 0;
        plots += output.path("data").has("image/png") ? 1 : 0;
      }
    }
    assertTrue(tables > 0, executed + " shows no table");
    assertTrue(plots > 0, executed + " shows no plot");
  }
}
