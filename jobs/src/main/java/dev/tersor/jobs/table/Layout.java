package dev.tersor.jobs.table;

import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.source.WholeFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** What tells a results folder from others: its marker, which holds the number of its layout. */
final class Layout {
  static final String MARKER = "_tersor";
  private static final int NUMBER = 2;
  private static final int EARLIER = 1;

  private Layout() {}

  static Path qualified(String path, Configuration configuration) throws IOException {
    if (path.chars().anyMatch(c -> "[]{}*?".indexOf(c) >= 0)) {
      throw new UsageException("out: '" + path + "' has a character of globs, which Spark expands");
    }
    try {
      Path given = new Path(path);
      return given.getFileSystem(configuration).makeQualified(given);
    } catch (IllegalArgumentException e) {
      throw new UsageException("out: '" + path + "' is not a path: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      if (e.getCause() instanceof ClassNotFoundException) {
        throw new UsageException(
            "out: '"
                + path
                + "' needs a file system that is not here: "
                + e.getCause().getMessage(),
            e);
      }
      throw e;
    }
  }

  /** Marks a folder that is new; checks that one that is not can be written. */
  static void makeWritable(FileSystem files, Path root, String path) throws IOException {
    if (files.exists(root) && !files.getFileStatus(root).isDirectory()) {
      throw new UsageException("out: " + path + " is a file, expected a folder");
    }
    Path marker = new Path(root, MARKER);
    if (!files.exists(marker)) {
      checkEmpty(files, root, path);
      files.mkdirs(root);
      // Renamed into place whole: a marker that a full disk cut short would lock the folder.
      WholeFile.write(
          files,
          marker,
          WholeFile.Existing.STAYS,
          out -> out.write((NUMBER + "\n").getBytes(StandardCharsets.UTF_8)));
    }
    if (number(files, root) == EARLIER) {
      throw new UsageException(
          "out: "
              + path
              + " was written by 0.1.0; 'sweep migrate --out "
              + path
              + " --to FOLDER' brings it over, sql, report and compare read it as it is");
    }
    probe(files, root);
  }

  /**
   * Writes a file and deletes it.
   *
   * @return when it was written, by the clock that files of the folder are dated by
   */
  static Instant probe(FileSystem files, Path root) throws IOException {
    Path probe = new Path(root, ".probe-" + UUID.randomUUID());
    files.create(probe, false).close();
    try {
      return Instant.ofEpochMilli(files.getFileStatus(probe).getModificationTime());
    } finally {
      files.delete(probe, false);
    }
  }

  /**
   * Whether a folder has the layout of 0.1.0, and not that of this version.
   *
   * @throws UsageException if it has neither
   */
  static boolean isEarlier(FileSystem files, Path root, String path) throws IOException {
    if (!files.exists(new Path(root, MARKER))) {
      boolean described = files.exists(new Path(root, "README.md"));
      throw new UsageException(
          "out: %s holds no results of a sweep%s"
              .formatted(path, described ? "; its README.md says what it holds" : ""));
    }
    return number(files, root) == EARLIER;
  }

  private static int number(FileSystem files, Path root) throws IOException {
    Path marker = new Path(root, MARKER);
    String number = read(files, marker, 64).trim();
    if (!number.matches("\\d{1,9}")) {
      throw new UsageException(
          "out: " + marker + " is damaged: it holds '" + start(number) + "', expected " + NUMBER);
    }
    int layout = Integer.parseInt(number);
    if (layout != NUMBER && layout != EARLIER) {
      throw new UsageException(
          "out: %s has layout '%s', this version knows %d and %d"
              .formatted(root, number, EARLIER, NUMBER));
    }
    return layout;
  }

  /** At most so many bytes of a text; empty where there is none. */
  static String read(FileSystem files, Path file, int most) throws IOException {
    try (InputStream in = files.open(file)) {
      return new String(in.readNBytes(most), StandardCharsets.UTF_8);
    } catch (FileNotFoundException e) {
      return "";
    }
  }

  private static String start(String text) {
    String first = text.lines().findFirst().orElse("");
    return first.length() > 20 ? first.substring(0, 20) + "..." : first;
  }

  /** A folder that is new, or holds nothing but what a checkout's results folder holds. */
  private static void checkEmpty(FileSystem files, Path root, String path) throws IOException {
    if (!files.exists(root)) {
      return;
    }
    List<String> names =
        Arrays.stream(files.listStatus(root)).map(status -> status.getPath().getName()).toList();
    // Another writer marked it after it was asked whether it is marked.
    if (names.contains(MARKER)) {
      return;
    }
    List<String> strangers =
        names.stream()
            .filter(name -> !name.startsWith("."))
            .filter(name -> !name.equals("README.md") && !name.equals("published"))
            .sorted()
            .toList();
    if (!strangers.isEmpty()) {
      throw new UsageException(
          "out: "
              + path
              + " holds something else than results: "
              + strangers.get(0)
              + (strangers.size() > 1 ? " and " + (strangers.size() - 1) + " more" : ""));
    }
  }
}
