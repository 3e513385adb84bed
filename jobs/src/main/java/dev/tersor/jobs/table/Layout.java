package dev.tersor.jobs.table;

import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.source.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** What tells a results folder from others: its marker, which holds the number of its layout. */
final class Layout {
  static final String MARKER = "_tersor";
  private static final String NUMBER = "1";

  private final ResultsFolder folder;
  private final FileSystem files;

  Layout(ResultsFolder folder) {
    this.folder = folder;
    this.files = folder.files();
  }

  static Path qualified(String path, Configuration configuration) throws IOException {
    if (path.chars().anyMatch(c -> "[]{}*?".indexOf(c) >= 0)) {
      throw new UsageException("out: '" + path + "' has a character of globs, which Spark expands");
    }
    try {
      Path given = new Path(path);
      return given.getFileSystem(configuration).makeQualified(given);
    } catch (IllegalArgumentException e) {
      throw new UsageException("out: '" + path + "' is not a path: " + e.getMessage(), e);
    }
  }

  boolean isMarked() throws IOException {
    return files.exists(folder.child(MARKER));
  }

  void mark() throws IOException {
    mark(folder.root());
  }

  /**
   * Marks a root of tables in this folder, or this folder. Renamed into place whole: a marker that
   * a full disk cut short would lock the folder.
   */
  void mark(Path root) throws IOException {
    byte[] text = (NUMBER + "\n").getBytes(StandardCharsets.UTF_8);
    WholeFile.write(
        files, new Path(root, MARKER), WholeFile.Existing.STAYS, out -> out.write(text));
  }

  /**
   * @throws UsageException if the marker is damaged, or of another version
   */
  void check() throws IOException {
    Path marker = folder.child(MARKER);
    String number = folder.read(marker).trim();
    if (number.equals(NUMBER)) {
      return;
    }
    if (!number.matches("\\d{1,9}")) {
      throw new UsageException(
          "out: " + marker + " is damaged: it holds '" + start(number) + "', expected " + NUMBER);
    }
    throw new UsageException(
        "out: " + folder.root() + " has layout '" + number + "', this version knows " + NUMBER);
  }

  private static String start(String text) {
    String first = text.lines().findFirst().orElse("");
    return first.length() > 20 ? first.substring(0, 20) + "..." : first;
  }

  /** A folder that is new, or holds nothing but what a checkout's results folder holds. */
  void checkEmpty(String path) throws IOException {
    if (!files.exists(folder.root())) {
      return;
    }
    List<String> strangers =
        Arrays.stream(files.listStatus(folder.root()))
            .map(status -> status.getPath().getName())
            .filter(name -> !name.startsWith("."))
            .filter(name -> !name.equals("README.md") && !name.equals("published"))
            .filter(name -> !name.equals(ResultsFolder.STAGING))
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
