package dev.tersor.jobs.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** sweep.jar in processes of its own, started as a user starts it. */
final class SweepProcess {
  private static final Path HOME = Path.of(System.getProperty("tersor.home"));

  private final Process process;
  private final Path log;

  private SweepProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  static SweepProcess start(Path log, String master, List<String> args) throws IOException {
    List<String> all = new ArrayList<>(List.of("sweep", "--offline"));
    all.addAll(args);
    return submit(log, master, List.of(), all);
  }

  /**
   * Any command.
   *
   * @param options of spark-submit
   */
  static SweepProcess submit(Path log, String master, List<String> options, List<String> args)
      throws IOException {
    return start(log, command(master, options, args), Map.of());
  }

  /** A sweep that sees no process but its own, as in a container. */
  static SweepProcess inNamespace(Path log, String master, List<String> args) throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of("unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc"));
    all.addAll(command(master, List.of(), args));
    return start(log, all, Map.of());
  }

  private static List<String> command(String master, List<String> options, List<String> args) {
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
    return command;
  }

  /** A command as a page gives it, with its spark-submit that of bin. */
  static SweepProcess ofPage(Path log, PageCommand command, Map<String, String> environment)
      throws IOException {
    return start(
        log,
        command.word("spark-submit", HOME.resolve("bin/spark-submit").toString()).words(),
        environment);
  }

  private static SweepProcess start(Path log, List<String> command, Map<String, String> environment)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("SPARK_HOME");
    builder.environment().putAll(environment);
    builder.directory(log.getParent().toFile());
    return new SweepProcess(
        builder.redirectOutput(ProcessBuilder.Redirect.to(log.toFile())).start(), log);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Kills it as soon as a condition holds; says whether it was not at its end before. */
  boolean killWhen(BooleanSupplier condition) throws InterruptedException {
    while (process.isAlive()) {
      if (condition.getAsBoolean()) {
        kill(process.toHandle());
        process.waitFor();
        return true;
      }
      Thread.sleep(2);
    }
    return false;
  }

  /** Waits until the process ends, and returns its exit status. */
  int await() throws InterruptedException {
    if (!process.waitFor(4, TimeUnit.MINUTES)) {
      kill(process.toHandle());
      throw new AssertionError("no end after 4 minutes: " + log());
    }
    return process.exitValue();
  }

  /** kill -9 of the process as soon as so many files of cells are there. */
  void killAfter(Path out, int files) throws InterruptedException {
    awaitFiles(out, files);
    kill(process.toHandle());
    process.waitFor();
  }

  /** Waits for so many files of cells, while the sweep must not have ended. */
  void awaitFiles(Path out, int files) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
    while (files(out) < files) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new AssertionError("ended before file " + files + ": " + log());
      }
      Thread.sleep(20);
    }
  }

  /** Sends a signal to the process and all that it started. */
  void signal(String name) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("kill", "-" + name));
    command.add(Long.toString(process.pid()));
    process.descendants().forEach(child -> command.add(Long.toString(child.pid())));
    assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor());
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

  /** Closed files of cells. */
  static int files(Path out) {
    int files = 0;
    File[] runs = out.resolve("cells").toFile().listFiles();
    for (File run : runs == null ? new File[0] : runs) {
      files += count(run.toPath(), ".parquet");
    }
    return files;
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
