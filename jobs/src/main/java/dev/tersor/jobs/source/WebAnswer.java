package dev.tersor.jobs.source;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;

/**
 * What a web server has at an address, found through redirects.
 *
 * @param body to be closed by whoever reads it
 * @param length in bytes, -1 where the server does not say
 * @param sha256 that the hub says the file has ({@code X-Linked-ETag}), on the way or at the end
 */
public record WebAnswer(InputStream body, long length, Optional<String> sha256)
    implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration RESPONSE = Duration.ofSeconds(30);
  private static final int MAX_REDIRECTS = 5;

  /**
   * Asks for an address.
   *
   * @throws IOException saying why, if there is no answer or it is not a file
   */
  public static WebAnswer to(URI asked) throws IOException {
    HttpClient client =
        HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    URI address = asked;
    Optional<String> sha256 = Optional.empty();
    for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      HttpResponse<InputStream> response = get(client, address);
      sha256 = sha256.or(() -> linkedSha256(response));
      if (response.statusCode() == 200) {
        return new WebAnswer(
            new Unstalled(response.body(), RESPONSE),
            response.headers().firstValueAsLong("Content-Length").orElse(-1),
            sha256);
      }
      response.body().close();
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
    } catch (ConnectException | HttpConnectTimeoutException e) {
      // Where a name is not known, the exception has no message at all.
      throw new IOException("cannot connect to " + address.getHost(), e);
    } catch (HttpTimeoutException e) {
      throw new IOException(
          address.getHost() + " did not answer in " + RESPONSE.toSeconds() + " seconds", e);
    }
  }

  private static Optional<String> linkedSha256(HttpResponse<?> response) {
    return response
        .headers()
        .firstValue("X-Linked-ETag")
        .map(tag -> tag.replace("\"", ""))
        .filter(tag -> tag.matches("[0-9a-f]{64}"));
  }

  /**
   * Checks what was copied of the body.
   *
   * @param expected hash that it should have, where one is known
   * @throws IOException saying what was expected and found, if it is not whole or another file
   */
  public void check(Sha256.Copied copied, Optional<String> expected) throws IOException {
    if (length >= 0 && copied.bytes() != length) {
      throw new IOException("got " + copied.bytes() + " of " + length + " bytes");
    }
    if (expected.isPresent() && !expected.get().equalsIgnoreCase(copied.sha256())) {
      throw new IOException("sha256 is " + copied.sha256() + ", expected " + expected.get());
    }
  }

  @Override
  public void close() throws IOException {
    body.close();
  }
}
