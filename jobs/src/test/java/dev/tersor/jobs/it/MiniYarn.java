package dev.tersor.jobs.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/** A small YARN with HDFS, and what its containers wrote. */
final class MiniYarn implements AutoCloseable {
  private final Path folder;
  private final Process servers;

  /**
   * Starts it, and returns before it runs.
   *
   * @param folder an empty one
   */
  MiniYarn(Path folder) throws IOException {
    this.folder = folder;
    servers =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "-Dtest.build.data=" + folder,
                "-Dlog4j2.configurationFile="
                    + Path.of(System.getProperty("tersor.home"), "conf", "log4j2.properties"),
                YarnServers.class.getName(),
                settings().toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("servers.log").toFile())
            .start();
  }

  /** The folder that tells a Spark where this cluster is. */
  private Path settings() {
    return folder.resolve("settings");
  }

  /** Waits until it runs. */
  void await() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (!Files.exists(settings().resolve("yarn-site.xml"))) {
      if (!servers.isAlive() || System.nanoTime() > deadline) {
        throw new AssertionError("no YARN: " + Files.readString(folder.resolve("servers.log")));
      }
      Thread.sleep(50);
    }
  }

  /** The address of HDFS. */
  String uri() {
    Configuration core = new Configuration(false);
    core.addResource(new org.apache.hadoop.fs.Path(settings().resolve("core-site.xml").toUri()));
    return core.get("fs.defaultFS");
  }

  /** What tells a Spark where this cluster is. */
  Map<String, String> environment() {
    return Map.of("HADOOP_CONF_DIR", settings().toString());
  }

  /** The consoles of all containers, of the latest application last. */
  String logs() {
    StringBuilder logs = new StringBuilder();
    try (Stream<Path> all = Files.find(folder, 9, (path, file) -> isConsole(path))) {
      for (Path log : all.sorted().toList()) {
        logs.append(folder.relativize(log)).append(":\n").append(Files.readString(log));
      }
    } catch (IOException e) {
      logs.append(e);
    }
    return logs.toString();
  }

  private static boolean isConsole(Path path) {
    return path.toString().contains("-logDir-")
        && path.getFileName().toString().matches("stdout|stderr");
  }

  @Override
  public void close() throws InterruptedException {
    servers.destroyForcibly().waitFor();
  }
}
