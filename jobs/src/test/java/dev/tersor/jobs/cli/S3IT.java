package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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
  private Process server;
  private String endpoint;

  @BeforeEach
  void start() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    endpoint = "http://127.0.0.1:" + port;
    Path properties = folder.resolve("s3.properties");
    // Its file system provider answers wrongly for folders; this one keeps all in memory.
    Files.writeString(
        properties,
        """
        s3proxy.authorization=none
        s3proxy.endpoint=%s
        jclouds.provider=transient
        jclouds.identity=any
        jclouds.credential=any
        """
            .formatted(endpoint));
    server =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("tersor.s3Server") + File.separator + "*",
                "org.gaul.s3proxy.Main",
                "--properties",
                properties.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("s3.log").toFile())
            .start();
    settings.put("endpoint", endpoint);
    settings.put("endpoint.region", "us-east-1");
    settings.put("path.style.access", "true");
    settings.put("connection.ssl.enabled", "false");
    settings.put("access.key", "tersor");
    settings.put("secret.key", "tersor");
    settings.put("attempts.maximum", "2");
    settings.forEach((key, value) -> System.setProperty("spark.hadoop.fs.s3a." + key, value));
    CommandLineRun.stopSpark();
    makeBucket();
  }

  private void makeBucket() throws Exception {
    HttpRequest put =
        HttpRequest.newBuilder(URI.create(endpoint + "/bucket"))
            .PUT(HttpRequest.BodyPublishers.noBody())
            .build();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (true) {
      try {
        int status =
            HttpClient.newHttpClient()
                .send(put, HttpResponse.BodyHandlers.discarding())
                .statusCode();
        assertEquals(200, status);
        return;
      } catch (java.net.ConnectException e) {
        assertTrue(
            server.isAlive() && System.nanoTime() < deadline,
            () -> "no server: " + folder.resolve("s3.log"));
        Thread.sleep(100);
      }
    }
  }

  @AfterEach
  void stop() {
    server.destroyForcibly();
    settings.put("impl.disable.cache", "");
    settings.put("aws.credentials.provider", "");
    settings.keySet().forEach(key -> System.clearProperty("spark.hadoop.fs.s3a." + key));
    CommandLineRun.stopSpark();
  }

  @Test
  void everythingGoesOnS3() throws Exception {
    String root = "s3a://bucket";
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
