package dev.tersor.jobs.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights from HDFS, results to HDFS. */
class HdfsIT {
  @TempDir Path folder;
  private MiniDFSCluster cluster;

  @BeforeEach
  void start() throws IOException {
    Configuration configuration = new Configuration();
    configuration.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.resolve("hdfs").toString());
    cluster = new MiniDFSCluster.Builder(configuration).numDataNodes(2).build();
  }

  @AfterEach
  void stop() {
    cluster.shutdown();
  }

  @Test
  void everythingGoesOnHdfs() throws Exception {
    String root = cluster.getFileSystem().getUri().toString();
    new StoreScenario(cluster.getFileSystem(), root).run(folder);
  }
}
