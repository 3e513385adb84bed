package dev.tersor.jobs.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.tersor.jobs.config.DataSpec;
import dev.tersor.jobs.config.UsageException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sources on the loopback address, and programs that are played. */
class FetchTest {
  @TempDir Path cache;
  private final Map<String, byte[]> served = new ConcurrentHashMap<>();
  private final AtomicInteger requests = new AtomicInteger();
  private final List<String> notes = Collections.synchronizedList(new ArrayList<>());
  private final Map<String, byte[]> idx = FewImages.idx();
  private HttpServer server;
  private String url;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          requests.incrementAndGet();
          byte[] body = served.get(exchange.getRequestURI().getPath());
          exchange.sendResponseHeaders(body == null ? 404 : 200, body == null ? -1 : body.length);
          if (body != null) {
            exchange.getResponseBody().write(body);
          }
          exchange.close();
        });
    server.start();
    url = "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private Path fetch(DataSpec spec, Bringer bringer) {
    return new Fetch(cache, notes::add, bringer).fetch(spec, false);
  }

  private Path fetch(DataSpec spec) {
    return fetch(spec, new PlayedTools(Map.of()));
  }

  private String refusal(DataSpec spec, boolean offline) {
    Fetch fetch = new Fetch(cache, notes::add, new PlayedTools(Map.of()));
    return assertThrows(UsageException.class, () -> fetch.fetch(spec, offline)).getMessage();
  }

  private String each() {
    return "{ url = \"" + url + "/few/{file}.gz\" }";
  }

  private void serveIdx() throws IOException {
    for (Map.Entry<String, byte[]> file : idx.entrySet()) {
      served.put("/few/" + file.getKey() + ".gz", FewImages.gzip(file.getValue()));
    }
  }

  private void assertThere(Map<String, byte[]> files, Path folder) throws IOException {
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      assertArrayEquals(file.getValue(), Files.readAllBytes(folder.resolve(file.getKey())));
    }
    try (Stream<Path> all = Files.list(folder)) {
      assertEquals(
          files.size(),
          all.map(path -> path.getFileName().toString())
              .filter(name -> !name.equals(".lock") && !name.endsWith(".damaged"))
              .count(),
          "nothing else is left");
    }
  }

  @Test
  void whatIsThereIsLeftAlone() throws IOException {
    serveIdx();
    DataSpec spec = FewImages.idxSpec(idx, each());
    assertTrue(refusal(spec, true).contains("lacks train-images, train-labels"));
    assertFalse(Files.exists(cache.resolve("data")), "asking offline makes no folder");
    Path folder = fetch(spec);
    assertEquals(cache.resolve("data").resolve("few"), folder);
    assertThere(idx, folder);
    assertEquals(4, requests.get());
    assertEquals(folder, fetch(spec));
    assertEquals(folder, new Fetch(cache, notes::add).fetch(spec, true));
    assertEquals(4, requests.get());
    assertEquals(1, notes.size(), notes::toString);
    assertTrue(notes.get(0).contains("files: 4, bytes: " + spec.bytes()), notes::toString);
  }

  @Test
  void theFirstSourceThatHasItGivesIt() throws IOException {
    serveIdx();
    served.put("/bad/train-images", FewImages.flipped(idx.get("train-images")));
    served.put("/cut.tgz", new byte[] {0x1f, (byte) 0x8b, 8, 0});
    DataSpec spec =
        FewImages.idxSpec(
            idx,
            "{ npm = few }",
            "{ url = \"" + url + "/bad/{file}\" }",
            "{ url = \"" + url + "/cut.tgz\" }",
            "{ url = \"no address/{file}\" }",
            each());
    served.put("/bad/train-labels", idx.get("train-labels"));
    served.put("/bad/test-images", idx.get("test-images"));
    served.put("/bad/test-labels", idx.get("test-labels"));
    assertThere(idx, fetch(spec));
    assertEquals(5, notes.size(), notes::toString);
    assertEquals("few: npm few: npm: E: no such package", notes.get(0));
    assertTrue(
        notes
            .get(1)
            .endsWith(
                "train-images is damaged: sha256 is "
                    + FewImages.sha256(served.get("/bad/train-images"))
                    + ", expected "
                    + FewImages.sha256(idx.get("train-images"))),
        notes.get(1));
    assertTrue(notes.get(2).contains("/cut.tgz: archive.tar.gz is damaged"), notes.get(2));
    assertTrue(notes.get(3).startsWith("few: url no address/{file}: "), notes.get(3));
  }

  @Test
  void whereNoSourceHasItEveryReasonIsSaid() throws IOException {
    DataSpec spec =
        FewImages.idxSpec(
            idx,
            each(),
            "{ debian = few }",
            "{ url = \"" + url + "/all.tgz\", files = \"few/{file}\" }");
    served.put("/all.tgz", FewImages.tgz(Map.of("few/train-images", idx.get("train-images"))));
    String message = refusal(spec, false);
    assertTrue(message.startsWith("data: few: no source has it: url "), message);
    assertTrue(message.contains("HTTP status 404; debian few: apt-get: E: no such"), message);
    assertTrue(message.endsWith("/all.tgz: has no few/train-labels"), message);
    assertFalse(message.contains("\n"), message);
    assertThere(Map.of(), cache.resolve("data/few"));
  }

  @Test
  void theDamagedFileAloneIsFetchedAgain() throws IOException {
    serveIdx();
    DataSpec spec = FewImages.idxSpec(idx, each());
    Path folder = fetch(spec);
    byte[] damaged = FewImages.flipped(idx.get("test-images"));
    Files.write(folder.resolve("test-images"), damaged);
    String message = refusal(spec, true);
    assertTrue(message.endsWith("lacks test-images"), message);
    assertTrue(message.contains("sha256 is " + FewImages.sha256(damaged)), message);
    assertTrue(message.contains("expected " + FewImages.sha256(idx.get("test-images"))), message);
    assertArrayEquals(damaged, Files.readAllBytes(folder.resolve("test-images.damaged")));
    assertThere(idx, fetch(spec));
    assertEquals(5, requests.get());
    Files.write(folder.resolve("test-labels"), new byte[3]);
    assertThere(idx, fetch(spec));
    assertEquals(6, requests.get());
    String note = notes.get(2);
    assertTrue(note.contains("test-labels is damaged: sha256 is "), note);
    assertTrue(note.endsWith("put aside as test-labels.damaged"), note);
  }

  @Test
  void npmAndDebianPackagesAreUnpacked() throws IOException {
    byte[] tgz = FewImages.tgz(FewImages.under("package/data/", idx));
    String npm =
        "{ npm = \"few@1.0.0\", sha256 = %s, files = \"package/data/{file}\" }"
            .formatted(FewImages.sha256(tgz));
    PlayedTools played = new PlayedTools(Map.of("few-1.0.0.tgz", tgz));
    assertThere(idx, fetch(FewImages.idxSpec(idx, npm), played));
    assertEquals("npm", played.commands().get(0).get(0));
    assertTrue(played.commands().get(0).containsAll(List.of("pack", "--ignore-scripts")));
    assertTrue(played.commands().get(0).contains("few@1.0.0"));

    DataFolder.remove(cache.resolve("data"));
    PlayedTools other = new PlayedTools(Map.of("few-1.0.0.tgz", FewImages.flipped(tgz)));
    UsageException refusal =
        assertThrows(UsageException.class, () -> fetch(FewImages.idxSpec(idx, npm), other));
    assertTrue(refusal.getMessage().contains("few-1.0.0.tgz: sha256 is "), refusal.getMessage());

    Map<String, byte[]> deb = FewImages.under("usr/share/few/", idx);
    deb.put("few_1_all.deb", new byte[1]);
    PlayedTools debian = new PlayedTools(deb);
    String source = "{ debian = few, files = \"usr/share/few/{file}\" }";
    assertThere(idx, fetch(FewImages.idxSpec(idx, source), debian));
    assertEquals("apt-get", debian.commands().get(0).get(0));
    assertEquals("dpkg-deb", debian.commands().get(1).get(0));
  }

  @Test
  void whatAKilledFetchLeftIsRemoved() throws IOException {
    serveIdx();
    Path left = cache.resolve("data/few/.partial-1");
    Files.createDirectories(left);
    Files.write(left.resolve("train-images"), new byte[7]);
    assertThere(idx, fetch(FewImages.idxSpec(idx, each())));
  }

  @Test
  void twoFetchesAtOnceFetchOnce() throws Exception {
    serveIdx();
    DataSpec spec = FewImages.idxSpec(idx, each());
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Path>> fetches = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        fetches.add(threads.submit(() -> fetch(spec)));
      }
      for (Future<Path> fetch : fetches) {
        assertThere(idx, fetch.get());
      }
    } finally {
      threads.shutdownNow();
    }
    assertEquals(4, requests.get());
  }

  @Test
  void aCacheThatCannotBeWrittenIsNoFaultOfASource() throws IOException {
    serveIdx();
    Files.write(cache.resolve("data"), new byte[1]);
    DataSpec spec = FewImages.idxSpec(idx, each());
    String message = refusal(spec, false);
    assertTrue(message.startsWith("data: cannot write " + cache.resolve("data/few")), message);
    // The device that is always full.
    Path full = Path.of("/dev/full");
    if (Files.exists(full)) {
      UsageException disk =
          assertThrows(
              UsageException.class,
              () -> {
                try (var out = DataFolder.write(full)) {
                  out.write(new byte[10], 0, 10);
                }
              });
      assertTrue(disk.getMessage().contains("/dev/full: No space left"), disk.getMessage());
    }
    assertEquals(0, requests.get());
  }
}
