package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.jobs.it.S3Server;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights from S3, results to S3: a server of that protocol on this machine. */
@Tag("full")
class S3IT {
  private final Map<String, String> settings = new HashMap<>();
  @TempDir Path folder;
  private S3Server server;

  @BeforeEach
  void start() throws Exception {
    server = S3Server.start(folder);
    settings.putAll(server.settings());
    settings.forEach((key, value) -> System.setProperty("spark.hadoop.fs.s3a." + key, value));
    CommandLineRun.stopSpark();
  }

  @AfterEach
  void stop() {
    server.close();
    settings.put("impl.disable.cache", "");
    settings.put("aws.credentials.provider", "");
    settings.keySet().forEach(key -> System.clearProperty("spark.hadoop.fs.s3a." + key));
    CommandLineRun.stopSpark();
  }

  @Test
  void everythingGoesOnS3() throws Exception {
    String root = S3Server.BUCKET;
    try (FileSystem files = FileSystem.newInstance(URI.create(root), HadoopSettings.get())) {
      new StoreScenario(files, root).run(folder);
    }
    System.setProperty("spark.hadoop.fs.s3a.impl.disable.cache", "true");
    System.setProperty(
        "spark.hadoop.fs.s3a.aws.credentials.provider",
        "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider");
    System.clearProperty("spark.hadoop.fs.s3a.access.key");
    System.clearProperty("spark.hadoop.fs.s3a.secret.key");
    CommandLineRun.stopSpark();
    CommandLineRun none = CommandLineRun.of("sql", "--out", root + "/results", "SELECT 1");
    assertEquals(2, none.status, none::toString);
    assertEquals(1, none.errors().size(), none::toString);
    assertTrue(none.errors().get(0).contains("s3a://bucket"), none::toString);
  }
}
