package dev.tersor.jobs.source;

import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.source.WholeFile.Existing;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A file that a user named, on any Hadoop file system, which appears only when it is whole. */
public final class NewFile {
  private NewFile() {}

  /**
   * Writes a file that must not exist.
   *
   * @param what the command, for messages
   * @throws UsageException if there is such a file, or it cannot be written there
   */
  public static void write(String what, String to, Configuration configuration, WholeFile.Body body)
      throws IOException {
    write(what, to, configuration, body, draft -> {}, false);
  }

  /**
   * Writes a file that must not exist, and looks at it before it appears.
   *
   * @param what the command, for messages
   * @throws UsageException if there is such a file, or it cannot be written there
   */
  public static void write(
      String what,
      String to,
      Configuration configuration,
      WholeFile.Body body,
      WholeFile.Check check)
      throws IOException {
    write(what, to, configuration, body, check, false);
  }

  /**
   * Looks whether a file may be written later, before what it will hold is computed.
   *
   * @param what the command, for messages
   * @throws UsageException if there is such a file, or the name is none
   */
  public static void check(String what, String to, Configuration configuration) throws IOException {
    Path target = target(what, to);
    if (TypedPath.fileSystem(target, configuration).exists(target)) {
      throw new UsageException(what + ": " + to + " exists already");
    }
  }

  /**
   * Writes a file in the place of one that may be there, which stays as it is until then.
   *
   * @param what the command, for messages
   * @throws UsageException if it cannot be written there
   */
  public static void replace(
      String what, String to, Configuration configuration, WholeFile.Body body) throws IOException {
    write(what, to, configuration, body, draft -> {}, true);
  }

  private static void write(
      String what,
      String to,
      Configuration configuration,
      WholeFile.Body body,
      WholeFile.Check check,
      boolean replaces)
      throws IOException {
    Path target = target(what, to);
    // An instance of its own: Spark's writes no checksum files either if told so on the shared one.
    try (FileSystem instance =
        FileSystem.newInstance(target.getFileSystem(configuration).getUri(), configuration)) {
      instance.setWriteChecksum(false);
      FileSystem files = TypedPath.raw(instance, target);
      if (replaces && files.exists(target) && files.getFileStatus(target).isDirectory()) {
        throw new UsageException(what + ": cannot write " + to + ": it is a folder");
      }
      if (files.exists(target) && !replaces) {
        throw new UsageException(what + ": " + to + " exists already");
      }
      WholeFile.write(files, target, replaces ? Existing.GOES : Existing.REFUSED, body, check);
    }
  }

  private static Path target(String what, String to) {
    try {
      return TypedPath.of(to);
    } catch (IllegalArgumentException e) {
      throw new UsageException(what + ": '" + to + "' is not a path: " + e.getMessage(), e);
    }
  }
}
