package dev.tersor.jobs.source;

import dev.tersor.jobs.config.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** The folder of this machine for temporary files. */
public final class Scratch {
  private static final String PROPERTY = "java.io.tmpdir";

  private Scratch() {}

  /**
   * A new folder, which the caller deletes.
   *
   * @throws UsageException if none can be made there
   */
  public static Path folder(String prefix) {
    try {
      return Files.createTempDirectory(prefix);
    } catch (IOException | IllegalArgumentException e) {
      throw trouble(e);
    }
  }

  /** Deletes a folder and all that is in it. */
  public static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /**
   * A new file, which the caller deletes.
   *
   * @throws UsageException if none can be made there
   */
  static Path file(String prefix, String suffix) {
    try {
      return Files.createTempFile(prefix, suffix);
    } catch (IOException | IllegalArgumentException e) {
      throw trouble(e);
    }
  }

  /**
   * Sees to it that temporary files can be written, which Spark needs from its first second on.
   *
   * @throws UsageException if not
   */
  public static void check() {
    // The folder may have been another when this process made its first temporary file.
    Path folder = Path.of(System.getProperty(PROPERTY));
    try {
      Path file = Files.createTempFile(folder, "tersor-check", "");
      Files.delete(file);
    } catch (IOException | IllegalArgumentException e) {
      throw trouble(e);
    }
  }

  private static UsageException trouble(Exception cause) {
    return new UsageException(
        PROPERTY
            + ": cannot write temporary files in "
            + System.getProperty(PROPERTY)
            + ": "
            + cause
            + "; -D"
            + PROPERTY
            + "=DIR names another folder (bin/sweep:"
            + " SWEEP_SPARK=\"--driver-java-options -D"
            + PROPERTY
            + "=DIR\")",
        cause);
  }
}
