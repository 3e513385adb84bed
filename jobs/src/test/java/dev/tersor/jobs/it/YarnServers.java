package dev.tersor.jobs.it;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.server.MiniYARNCluster;

/**
 * YARN with one node and HDFS in a process of its own, until its standard input ends: so it ends
 * with the test, and at once, while an orderly end takes a quarter of a minute.
 */
final class YarnServers {
  private static final String QUEUE = "yarn.scheduler.capacity.root.default.";

  private YarnServers() {}

  /**
   * @param args a folder that gets core-site.xml and, as soon as all runs, yarn-site.xml
   */
  public static void main(String[] args) throws IOException {
    Path settings = Files.createDirectories(Path.of(args[0]));
    MiniDFSCluster files = new MiniDFSCluster.Builder(new Configuration()).numDataNodes(1).build();
    String uri = "hdfs://localhost:" + files.getNameNodePort();
    MiniYARNCluster yarn = new MiniYARNCluster("yarn", 1, 1, 1);
    yarn.init(node(uri));
    yarn.start();
    Configuration core = new Configuration(false);
    core.set("fs.defaultFS", uri);
    write(core, settings.resolve("core-site.xml"));
    Configuration site = new Configuration(false);
    for (String name :
        new String[] {YarnConfiguration.RM_ADDRESS, YarnConfiguration.RM_SCHEDULER_ADDRESS}) {
      site.set(name, yarn.getConfig().get(name));
    }
    write(site, settings.resolve("yarn-site.xml"));
    while (System.in.read() >= 0) {
      // The test says nothing.
    }
    Runtime.getRuntime().halt(0);
  }

  private static YarnConfiguration node(String uri) {
    YarnConfiguration node = new YarnConfiguration();
    node.set("fs.defaultFS", uri);
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

  /** Whole under its name. */
  private static void write(Configuration configuration, Path file) throws IOException {
    Path partial = file.resolveSibling("partial");
    try (OutputStream out = Files.newOutputStream(partial)) {
      configuration.writeXml(out);
    }
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
