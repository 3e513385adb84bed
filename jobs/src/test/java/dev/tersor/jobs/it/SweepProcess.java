package dev.tersor.jobs.it;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** sweep.jar in processes of its own, started as a user starts it. */
final class SweepProcess {
  private static final Path HOME = Path.of(System.getProperty("tersor.home"));

  private final Process process;
  private final Path log;

  private SweepProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  static SweepProcess start(Path log, String master, String... args) throws IOException {
    List<String> all = new ArrayList<>(List.of("sweep", "--offline"));
    all.addAll(List.of(args));
    return submit(log, master, List.of(), all);
  }

  /**
   * Any command.
   *
   * @param options of spark-submit
   */
  static SweepProcess submit(Path log, String master, List<String> options, List<String> args)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                HOME.resolve("bin/spark-submit").toString(),
                "--master",
                master,
                "--conf",
                "spark.driver.bindAddress=127.0.0.1",
                "--conf",
                "spark.driver.host=127.0.0.1",
                "--driver-java-options",
                "-XX:TieredStopAtLevel=1"));
    command.addAll(options);
    command.add(System.getProperty("tersor.sweepJar"));
    command.addAll(args);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("SPARK_HOME");
    builder.directory(log.getParent().toFile());
    return new SweepProcess(
        builder.redirectOutput(ProcessBuilder.Redirect.to(log.toFile())).start(), log);
  }

  /** Waits until the process ends, and returns its exit status. */
  int await() throws InterruptedException {
    if (!process.waitFor(4, TimeUnit.MINUTES)) {
      kill(process.toHandle());
      throw new AssertionError("no end after 4 minutes: " + log());
    }
    return process.exitValue();
  }

  /** kill -9 of the process as soon as so many waves are committed. */
  void killAfterWaves(Path out, int waves) throws InterruptedException {
    awaitWaves(out, waves);
    kill(process.toHandle());
    process.waitFor();
  }

  /** Waits for so many committed waves, while the sweep must not have ended. */
  void awaitWaves(Path out, int waves) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
    while (waves(out) < waves) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new AssertionError("ended before wave " + waves + ": " + log());
      }
      Thread.sleep(20);
    }
  }

  /** kill -9 of the process as soon as there is such a file. */
  void killAfterFile(Path folder, String suffix) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
    while (count(folder, suffix) == 0) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new AssertionError("no " + suffix + " in " + folder + ": " + log());
      }
      Thread.sleep(5);
    }
    kill(process.toHandle());
    process.waitFor();
  }

  private static int count(Path folder, String suffix) {
    String[] files =
        folder.toFile().list((dir, name) -> !name.startsWith(".") && name.endsWith(suffix));
    return files == null ? 0 : files.length;
  }

  static int waves(Path out) {
    String[] records = out.resolve("_waves").toFile().list((dir, name) -> !name.startsWith("."));
    return records == null ? 0 : records.length;
  }

  /** kill -9 of one executor of a local cluster. */
  void killOneExecutor() {
    ProcessHandle executor =
        process
            .toHandle()
            .descendants()
            .filter(
                child ->
                    child.info().commandLine().orElse("").contains("CoarseGrainedExecutorBackend"))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no executor: " + log()));
    kill(executor);
  }

  private static void kill(ProcessHandle handle) {
    handle.descendants().forEach(ProcessHandle::destroyForcibly);
    handle.destroyForcibly();
  }

  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return new File(log.toString()) + ": " + e;
    }
  }
}
