package dev.tersor.jobs.source;

import dev.tersor.core.model.WeightSource;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Checkpoints inside Maven artifacts. The artifact is brought by the Maven wrapper of the checkout
 * that {@code TERSOR_HOME} names, with the user's own Maven settings, which check its checksum; the
 * checkpoint is then unpacked into the cache, so that tasks can read ranges of it.
 */
final class MavenArtifacts {
  private final Path cache;
  private final Configuration configuration;

  MavenArtifacts(Path cache, Configuration configuration) {
    this.cache = cache;
    this.configuration = configuration;
  }

  /**
   * The cached checkpoint of an artifact.
   *
   * @throws IOException saying why, if it is neither cached nor to be had
   * @throws dev.tersor.jobs.config.UsageException if artifact or entry are none, or the cache
   *     cannot be read or written
   */
  Path fetch(WeightSource.Maven source, boolean offline) throws IOException {
    CacheFile file =
        new CacheFile(
            new Path(cache, CacheName.ofEntry(source.artifact(), source.entry())), configuration);
    if (file.exists()) {
      return file.path();
    }
    String home = System.getenv("TERSOR_HOME");
    if (home == null || !new File(home, "mvnw").canExecute()) {
      throw new IOException(
          "not in the cache, and TERSOR_HOME names no checkout whose mvnw could bring it");
    }
    java.nio.file.Path folder = Scratch.folder("tersor-maven");
    try {
      copyArtifact(home, source.artifact(), folder, offline);
      try (Stream<java.nio.file.Path> jars = Files.list(folder)) {
        java.nio.file.Path jar =
            jars.filter(path -> path.toString().endsWith(".jar"))
                .findFirst()
                .orElseThrow(() -> new IOException("Maven brought no jar"));
        unpack(jar, source.entry(), file);
      }
    } finally {
      Scratch.delete(folder);
    }
    return file.path();
  }

  private static void copyArtifact(
      String home, String artifact, java.nio.file.Path folder, boolean offline) throws IOException {
    new Tool(
            "Maven",
            List.of(
                new File(home, "mvnw").getPath(),
                offline ? "-o" : "-B",
                "-q",
                "-N",
                "dependency:copy",
                "-Dartifact=" + artifact,
                "-DoutputDirectory=" + folder))
        .run(java.nio.file.Path.of(home));
  }

  private static void unpack(java.nio.file.Path jar, String entry, CacheFile file)
      throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      ZipEntry found = zip.getEntry(entry);
      if (found == null) {
        throw new IOException(jar.getFileName() + " has no " + entry);
      }
      try (InputStream in = zip.getInputStream(found)) {
        file.write(in::transferTo);
      }
    }
  }
}
