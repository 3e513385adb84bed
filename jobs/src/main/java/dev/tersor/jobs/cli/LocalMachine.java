package dev.tersor.jobs.cli;

import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.source.Scratch;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.SparkConf;

/**
 * What Spark needs of the machine that the driver runs on. It is looked at before Spark starts,
 * which says it with a stack trace or, of its own folders, ends the process.
 */
final class LocalMachine {
  private static final String IP = "SPARK_LOCAL_IP";
  private static final String HOST = "SPARK_LOCAL_HOSTNAME";
  private static final String DIRS = "SPARK_LOCAL_DIRS";
  private static final String STANDALONE = "spark://";

  private final SparkConf spark;
  private final Map<String, String> environment;
  private final Resolver resolver;

  /** Finds the address of a name, or of this machine. */
  interface Resolver {
    /**
     * @param name null for this machine
     */
    InetAddress find(String name) throws UnknownHostException;
  }

  /** This machine as it is. */
  LocalMachine(SparkConf spark) {
    this(
        spark,
        System.getenv(),
        name -> name == null ? InetAddress.getLocalHost() : InetAddress.getByName(name));
  }

  LocalMachine(SparkConf spark, Map<String, String> environment, Resolver resolver) {
    this.spark = spark;
    this.environment = environment;
    this.resolver = resolver;
  }

  /**
   * @throws UsageException saying what to set, if something is missing
   */
  void check() {
    Scratch.check();
    checkFolders();
    for (String variable : new String[] {IP, HOST}) {
      checkName(variable, environment.get(variable));
    }
    checkMaster(spark.get("spark.master", ""));
    checkName("spark.driver.host", spark.get("spark.driver.host", null));
    checkName("spark.driver.bindAddress", spark.get("spark.driver.bindAddress", null));
    if (!environment.containsKey(IP) && !environment.containsKey(HOST)) {
      try {
        resolver.find(null);
      } catch (UnknownHostException e) {
        throw new UsageException(
            "spark: the name of this machine does not resolve ("
                + e.getMessage()
                + "): set SPARK_LOCAL_IP=127.0.0.1, or its address on the cluster's network",
            e);
      }
    }
  }

  /** A standalone cluster has one master or more. */
  private void checkMaster(String master) {
    if (!master.startsWith(STANDALONE)) {
      return;
    }
    for (String address : master.substring(STANDALONE.length()).split(",", -1)) {
      String host = address.replaceFirst(":[0-9]*$", "");
      try {
        resolver.find(host);
        return;
      } catch (UnknownHostException e) {
        // Another master may be there.
      }
    }
    throw new UsageException("master: no host of " + master + " resolves");
  }

  private void checkName(String option, String name) {
    if (name == null || name.isEmpty()) {
      return;
    }
    try {
      resolver.find(name);
    } catch (UnknownHostException e) {
      throw new UsageException(
          option + ": '" + name + "' is no address of this machine: it does not resolve", e);
    }
  }

  /** One that can be written is enough for Spark. */
  private void checkFolders() {
    String folders = environment.getOrDefault(DIRS, spark.get("spark.local.dir", ""));
    if (folders.isEmpty()) {
      return;
    }
    IOException last = null;
    for (String folder : folders.split(",", -1)) {
      try {
        Path path = Files.createDirectories(Path.of(folder.strip()));
        Files.delete(Files.createTempFile(path, "tersor-check", ""));
        return;
      } catch (IOException e) {
        last = e;
      }
    }
    throw new UsageException(
        "spark.local.dir (SPARK_LOCAL_DIRS): cannot write in " + folders + ": " + last, last);
  }
}
