package dev.tersor.jobs.source;

import dev.tersor.core.model.WeightSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Public checkpoints, downloaded once into a cache folder of any Hadoop file system. A file is
 * checked against the sha256 that the model description gives or, without one, that the hub names
 * in its {@code X-Linked-ETag} header; it gets its name only when it is whole, with its sha256 in a
 * file beside it.
 */
final class Downloads {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration RESPONSE = Duration.ofSeconds(30);
  private static final int MAX_REDIRECTS = 5;

  private final Path cache;
  private final Configuration configuration;

  Downloads(Path cache, Configuration configuration) {
    this.cache = cache;
    this.configuration = configuration;
  }

  /**
   * The cached file of an address.
   *
   * @param offline whether to take it from the cache only
   * @throws IOException saying why, if it is neither cached nor to be had
   */
  Path fetch(WeightSource.Hub hub, boolean offline) throws IOException {
    URI address = URI.create(hub.url());
    Path file = new Path(cache, "hub/" + address.getHost() + address.getPath());
    FileSystem files = file.getFileSystem(configuration);
    if (files.exists(file)) {
      return file;
    }
    if (offline) {
      throw new IOException("not in the cache, and --offline");
    }
    HttpClient client =
        HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    Optional<String> expected = hub.sha256();
    for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      HttpResponse<InputStream> response = get(client, address);
      try (InputStream body = response.body()) {
        expected = expected.or(() -> linkedSha256(response));
        if (response.statusCode() == 200) {
          store(
              body,
              file,
              files,
              expected,
              response.headers().firstValueAsLong("Content-Length").orElse(-1));
          return file;
        }
        if (response.statusCode() / 100 != 3) {
          throw new IOException("HTTP status " + response.statusCode());
        }
        String location =
            response
                .headers()
                .firstValue("Location")
                .orElseThrow(() -> new IOException("redirected to nowhere"));
        address = address.resolve(location);
      }
    }
    throw new IOException("more than " + MAX_REDIRECTS + " redirects");
  }

  private static HttpResponse<InputStream> get(HttpClient client, URI address) throws IOException {
    try {
      return client.send(
          HttpRequest.newBuilder(address).timeout(RESPONSE).build(),
          HttpResponse.BodyHandlers.ofInputStream());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static Optional<String> linkedSha256(HttpResponse<?> response) {
    return response
        .headers()
        .firstValue("X-Linked-ETag")
        .map(tag -> tag.replace("\"", ""))
        .filter(tag -> tag.matches("[0-9a-f]{64}"));
  }

  private static void store(
      InputStream body, Path file, FileSystem files, Optional<String> expected, long length)
      throws IOException {
    Path partial = new Path(file.getParent(), "." + file.getName() + "." + System.nanoTime());
    try {
      MessageDigest digest = sha256();
      long copied;
      try (OutputStream out = files.create(partial, true)) {
        copied = new DigestInputStream(body, digest).transferTo(out);
      }
      String actual = HexFormat.of().formatHex(digest.digest());
      if (length >= 0 && copied != length) {
        throw new IOException("got " + copied + " of " + length + " bytes");
      }
      if (expected.isPresent() && !expected.get().equalsIgnoreCase(actual)) {
        throw new IOException("sha256 is " + actual + ", expected " + expected.get());
      }
      try (OutputStream out =
          files.create(new Path(file.getParent(), file.getName() + ".sha256"))) {
        out.write((actual + "\n").getBytes(StandardCharsets.US_ASCII));
      }
      if (!files.rename(partial, file) && !files.exists(file)) {
        throw new IOException("cannot write " + file);
      }
    } finally {
      files.delete(partial, false);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
