package dev.tersor.jobs.it;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.server.MiniYARNCluster;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;

/** YARN with one node and HDFS, in this JVM, and the folder of settings that names them. */
final class MiniYarn implements AutoCloseable {
  private static final String QUEUE = "yarn.scheduler.capacity.root.default.";

  private final MiniDFSCluster files;
  private final MiniYARNCluster yarn;
  private final Path settings;

  /**
   * @param folder an empty one
   */
  MiniYarn(Path folder) throws IOException, InterruptedException {
    // Servers that share a JVM, and end before their threads, warn of both.
    Configurator.setLevel("org.apache.hadoop", Level.OFF);
    Configuration hdfs = new Configuration();
    hdfs.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.resolve("hdfs").toString());
    files = new MiniDFSCluster.Builder(hdfs).numDataNodes(1).build();
    settings = Files.createDirectories(folder.resolve("hadoop"));
    Configuration core = new Configuration(false);
    core.set("fs.defaultFS", uri());
    write(core, "core-site.xml");
    yarn = new MiniYARNCluster("YarnIT", 1, 1, 1);
    try {
      yarn.init(node());
      yarn.start();
      Configuration site = new Configuration(false);
      site.set(YarnConfiguration.RM_ADDRESS, address(YarnConfiguration.RM_ADDRESS));
      site.set(
          YarnConfiguration.RM_SCHEDULER_ADDRESS, address(YarnConfiguration.RM_SCHEDULER_ADDRESS));
      write(site, "yarn-site.xml");
    } catch (IOException | InterruptedException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private YarnConfiguration node() {
    YarnConfiguration node = new YarnConfiguration();
    node.set("fs.defaultFS", uri());
    // Disks of a test may be fuller than those of a node.
    node.set(
        "yarn.nodemanager.disk-health-checker.max-disk-utilization-per-disk-percentage", "100.0");
    node.setInt(YarnConfiguration.RM_SCHEDULER_MINIMUM_ALLOCATION_MB, 128);
    node.setBoolean(YarnConfiguration.NM_VMEM_CHECK_ENABLED, false);
    node.setBoolean(YarnConfiguration.NM_PMEM_CHECK_ENABLED, false);
    node.setLong(YarnConfiguration.RM_NM_HEARTBEAT_INTERVAL_MS, 100);
    // The jar of the small cluster has no capacity-scheduler.xml.
    node.set("yarn.scheduler.capacity.root.queues", "default");
    node.set(QUEUE + "capacity", "100");
    node.set(QUEUE + "maximum-am-resource-percent", "1");
    node.set(QUEUE + "acl_submit_applications", "*");
    node.set(QUEUE + "acl_administer_queue", "*");
    return node;
  }

  /** The address of a server, which it has as soon as it runs. */
  private String address(String name) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (true) {
      String address = yarn.getConfig().get(name, ":0");
      if (!address.endsWith(":0")) {
        return address;
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("YARN has no " + name + " after 30 s");
      }
      Thread.sleep(50);
    }
  }

  private void write(Configuration configuration, String name) throws IOException {
    try (OutputStream out = Files.newOutputStream(settings.resolve(name))) {
      configuration.writeXml(out);
    }
  }

  /** The address of HDFS. */
  String uri() {
    return "hdfs://localhost:" + files.getNameNodePort();
  }

  /** What tells a Spark where this cluster is. */
  Map<String, String> environment() {
    return Map.of("HADOOP_CONF_DIR", settings.toString());
  }

  /** What the processes of the cluster wrote on their consoles. */
  String logs() {
    StringBuilder logs = new StringBuilder();
    String folder = yarn.getNodeManager(0).getConfig().get(YarnConfiguration.NM_LOG_DIRS);
    try (Stream<Path> all = Files.walk(Path.of(folder))) {
      for (Path log : all.filter(MiniYarn::isConsole).sorted().toList()) {
        logs.append(log).append(":\n").append(Files.readString(log));
      }
    } catch (IOException e) {
      logs.append(e);
    }
    return logs.toString();
  }

  private static boolean isConsole(Path path) {
    return path.toFile().isFile() && path.getFileName().toString().matches("stdout|stderr");
  }

  @Override
  public void close() throws IOException {
    yarn.close();
    files.shutdown();
    Configurator.setLevel("org.apache.hadoop", Level.WARN);
  }
}
