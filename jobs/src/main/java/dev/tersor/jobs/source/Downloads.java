package dev.tersor.jobs.source;

import dev.tersor.core.model.WeightSource;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
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
    try (WebAnswer answer = WebAnswer.to(address)) {
      store(answer, file, files, hub.sha256().or(answer::sha256));
    }
    return file;
  }

  private static void store(
      WebAnswer answer, Path file, FileSystem files, Optional<String> expected) throws IOException {
    Path partial = new Path(file.getParent(), "." + file.getName() + "." + System.nanoTime());
    try {
      Sha256.Copied copied;
      try (OutputStream out = files.create(partial, true)) {
        copied = Sha256.copy(answer.body(), out);
      }
      answer.check(copied, expected);
      try (OutputStream out =
          files.create(new Path(file.getParent(), file.getName() + ".sha256"))) {
        out.write((copied.sha256() + "\n").getBytes(StandardCharsets.US_ASCII));
      }
      if (!files.rename(partial, file) && !files.exists(file)) {
        throw new IOException("cannot write " + file);
      }
    } finally {
      files.delete(partial, false);
    }
  }
}
