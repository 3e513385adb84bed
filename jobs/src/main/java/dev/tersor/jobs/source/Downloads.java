package dev.tersor.jobs.source;

import dev.tersor.core.model.WeightSource;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Public checkpoints, downloaded once into a cache folder of any Hadoop file system. A file is
 * checked against the sha256 that the model description gives or, without one, that the hub names
 * in its {@code X-Linked-ETag} header; it gets its name only when it is whole, with its sha256 in a
 * file beside it.
 */
final class Downloads {
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
   * @throws dev.tersor.jobs.config.UsageException if it is no address of a file, or the cache
   *     cannot be read or written
   */
  Path fetch(WeightSource.Hub hub, boolean offline) throws IOException {
    CacheFile file = new CacheFile(new Path(cache, CacheName.ofAddress(hub.url())), configuration);
    if (file.exists()) {
      return file.path();
    }
    if (offline) {
      throw new IOException("not in the cache, and --offline");
    }
    try (WebAnswer answer = WebAnswer.to(URI.create(hub.url()))) {
      file.write(
          out -> {
            Sha256.Copied copied = Sha256.copy(answer.body(), out);
            answer.check(copied, hub.sha256().or(answer::sha256));
            writeHash(file.path(), copied.sha256());
          });
    }
    return file.path();
  }

  private void writeHash(Path file, String sha256) throws IOException {
    Path beside = new Path(file.getParent(), file.getName() + ".sha256");
    new CacheFile(beside, configuration)
        .write(out -> out.write((sha256 + "\n").getBytes(StandardCharsets.US_ASCII)));
  }
}
