package dev.tersor.jobs.config;

import java.io.File;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;

/** Where what was fetched is kept: outside of any checkout, the same for every command. */
public final class CacheFolder {
  private CacheFolder() {}

  /**
   * What the user gave, else {@code TERSOR_CACHE}, else {@code tersor} in {@code XDG_CACHE_HOME} or
   * {@code ~/.cache}.
   *
   * @param given empty for none
   */
  public static String of(String given) {
    return of(given, System.getenv());
  }

  /**
   * The same as a folder of this machine's own disk, where data sets are kept.
   *
   * @throws UsageException if it is one of another file system
   */
  public static Path local(String given) {
    String folder = of(given);
    try {
      if (!isElsewhere(folder)) {
        return Path.of(folder);
      }
    } catch (InvalidPathException e) {
      // said below
    }
    throw new UsageException("cache: data sets are kept on this machine's own disk, not " + folder);
  }

  /** The same where it is a folder of this machine's own disk, else the user's. */
  public static Path near(String given) {
    String folder = of(given);
    return Path.of(isElsewhere(folder) ? user(System.getenv()) : folder);
  }

  /** Whether a folder is one of another file system: hdfs:, s3a:. */
  private static boolean isElsewhere(String folder) {
    return folder.matches("[a-z0-9]{2,}:.*");
  }

  static String of(String given, Map<String, String> environment) {
    if (!given.isEmpty()) {
      return given;
    }
    String own = environment.getOrDefault("TERSOR_CACHE", "");
    if (!own.isEmpty()) {
      return own;
    }
    return user(environment);
  }

  private static String user(Map<String, String> environment) {
    String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
    File user = xdg.isEmpty() ? new File(System.getProperty("user.home"), ".cache") : new File(xdg);
    return new File(user, "tersor").getPath();
  }
}
