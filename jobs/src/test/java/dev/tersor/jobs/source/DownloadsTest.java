package dev.tersor.jobs.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.tersor.core.model.WeightSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Downloads from a hub on the loopback address. */
class DownloadsTest {
  private static final byte[] CONTENT = "weights".getBytes(StandardCharsets.US_ASCII);

  @TempDir Path cache;
  private HttpServer server;
  private final AtomicInteger requests = new AtomicInteger();
  private String linkedHash;

  @BeforeEach
  void start() throws Exception {
    linkedHash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(CONTENT));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    // As the hub does it: the named address redirects, and says the sha256 of what will come.
    server.createContext(
        "/model.safetensors",
        exchange -> {
          exchange.getResponseHeaders().add("Location", "/blobs/1");
          exchange.getResponseHeaders().add("X-Linked-ETag", "\"" + linkedHash + "\"");
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
    server.createContext(
        "/blobs/1",
        exchange -> {
          requests.incrementAndGet();
          exchange.sendResponseHeaders(200, CONTENT.length);
          exchange.getResponseBody().write(CONTENT);
          exchange.close();
        });
    server.createContext(
        "/short",
        exchange -> {
          exchange.sendResponseHeaders(200, CONTENT.length + 10L);
          exchange.getResponseBody().write(CONTENT);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private org.apache.hadoop.fs.Path fetch(String path, String sha256, boolean offline)
      throws IOException {
    String url = "http://127.0.0.1:" + server.getAddress().getPort() + path;
    return new Downloads(new org.apache.hadoop.fs.Path(cache.toUri()), new Configuration())
        .fetch(new WeightSource.Hub(url, Optional.ofNullable(sha256)), offline);
  }

  private long files() throws IOException {
    try (Stream<Path> all = Files.walk(cache)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> !file.toString().endsWith(".crc"))
          .count();
    }
  }

  @Test
  void isDownloadedOnceAndServedOffline() throws IOException {
    org.apache.hadoop.fs.Path file = fetch("/model.safetensors", null, false);
    assertArrayEquals(CONTENT, Files.readAllBytes(Path.of(file.toUri())));
    assertEquals(file, fetch("/model.safetensors", null, false));
    assertEquals(file, fetch("/model.safetensors", linkedHash, true));
    assertEquals(1, requests.get());
    assertEquals(2, files(), "the file and its sha256");
  }

  @Test
  void anotherHashIsRefusedAndLeavesNothing() throws IOException {
    String wrong = "0".repeat(64);
    IOException given =
        assertThrows(IOException.class, () -> fetch("/model.safetensors", wrong, false));
    assertTrue(given.getMessage().contains("expected " + wrong), given.getMessage());
    linkedHash = "1".repeat(64);
    IOException linked =
        assertThrows(IOException.class, () -> fetch("/model.safetensors", null, false));
    assertTrue(linked.getMessage().contains("expected " + linkedHash), linked.getMessage());
    assertEquals(0, files());
  }

  @Test
  void whatIsNotToBeHadIsSaid() throws IOException {
    assertTrue(
        assertThrows(IOException.class, () -> fetch("/nothing", null, false))
            .getMessage()
            .contains("404"));
    assertThrows(IOException.class, () -> fetch("/short", null, false));
    assertTrue(
        assertThrows(IOException.class, () -> fetch("/model.safetensors", null, true))
            .getMessage()
            .contains("offline"));
    assertEquals(0, files());
  }
}
