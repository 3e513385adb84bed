package dev.tersor.jobs.it;

import java.io.File;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A store that speaks S3, as a process on this machine, with an empty bucket. */
public final class S3Server implements AutoCloseable {
  public static final String BUCKET = "s3a://bucket";

  private final Process process;
  private final Path log;
  private final String endpoint;

  private S3Server(Process process, Path log, String endpoint) {
    this.process = process;
    this.log = log;
    this.endpoint = endpoint;
  }

  /**
   * @param folder for its settings and log; what it stores it keeps in memory, since its provider
   *     of files answers wrongly for folders
   */
  public static S3Server start(Path folder) throws IOException, InterruptedException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    String endpoint = "http://127.0.0.1:" + port;
    Path properties = folder.resolve("s3.properties");
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
    Path log = folder.resolve("s3.log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("tersor.s3Server") + File.separator + "*",
                "org.gaul.s3proxy.Main",
                "--properties",
                properties.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    S3Server server = new S3Server(process, log, endpoint);
    server.makeBucket();
    return server;
  }

  private void makeBucket() throws IOException, InterruptedException {
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
        if (status != 200) {
          throw new AssertionError("bucket: status " + status);
        }
        return;
      } catch (ConnectException e) {
        if (!process.isAlive() || System.nanoTime() > deadline) {
          throw new AssertionError("no server: " + Files.readString(log), e);
        }
        Thread.sleep(100);
      }
    }
  }

  /** What S3A has to know to find it: names after {@code fs.s3a.} and values. */
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("endpoint", endpoint);
    settings.put("endpoint.region", "us-east-1");
    settings.put("path.style.access", "true");
    settings.put("connection.ssl.enabled", "false");
    settings.put("access.key", "tersor");
    settings.put("secret.key", "tersor");
    settings.put("attempts.maximum", "2");
    return settings;
  }

  /** Answers nobody for a while. */
  void pause(int seconds) throws IOException, InterruptedException {
    for (String signal : List.of("-STOP", "-CONT")) {
      int status =
          new ProcessBuilder("kill", signal, Long.toString(process.pid()))
              .inheritIO()
              .start()
              .waitFor();
      if (status != 0) {
        throw new AssertionError("kill " + signal + ": status " + status);
      }
      if (signal.equals("-STOP")) {
        Thread.sleep(TimeUnit.SECONDS.toMillis(seconds));
      }
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
