package dev.tersor.jobs.table;

import dev.tersor.jobs.config.UsageException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A folder of result tables, on any Hadoop file system.
 *
 * <pre>
 * _tersor               marker: the folder is one of results; holds the number of its layout
 * _waves/ID             commit record of a wave: the files it moves, written in one rename
 * _staging/RUN/         what a run is writing; invisible to readers of the tables
 * _old/TIME/            tables that --fresh put aside
 * _lock                 names the run that is writing
 * cells/model=M/*.parquet  and the other tables likewise
 * </pre>
 *
 * A wave is staged, then its record is renamed into place, which commits it, then its files are
 * moved into the tables. {@link #recover} finishes the moves of committed waves and drops what was
 * staged without a record, so a run that dies at any moment leaves whole waves only.
 */
public final class ResultsFolder {
  private static final String MARKER = "_tersor";
  private static final String LAYOUT = "1";
  private static final String STAGING = "_staging";
  private static final String OLD = "_old";

  private final Path root;
  private final FileSystem files;

  private ResultsFolder(Path root, FileSystem files) {
    this.root = root;
    this.files = files;
  }

  /**
   * Opens a folder for writing; makes it if there is none.
   *
   * @throws UsageException if it holds something else, is of another layout or cannot be written
   */
  public static ResultsFolder create(String path, Configuration configuration) {
    try {
      Path root = qualified(path, configuration);
      FileSystem files = root.getFileSystem(configuration);
      if (files.exists(root) && !files.getFileStatus(root).isDirectory()) {
        throw new UsageException("out: " + path + " is a file, expected a folder");
      }
      ResultsFolder folder = new ResultsFolder(root, files);
      if (files.exists(new Path(root, MARKER))) {
        folder.checkLayout();
      } else {
        folder.checkEmpty(path);
        files.mkdirs(root);
        folder.mark();
      }
      Path probe = new Path(root, STAGING + "/probe-" + System.nanoTime());
      folder.write(probe, "");
      files.delete(probe, false);
      return folder;
    } catch (IOException e) {
      throw new UsageException("out: cannot write " + path + ": " + e.getMessage(), e);
    }
  }

  /**
   * Opens a folder for reading.
   *
   * @throws UsageException if there are no results there
   */
  public static ResultsFolder open(String path, Configuration configuration) {
    try {
      Path root = qualified(path, configuration);
      ResultsFolder folder = new ResultsFolder(root, root.getFileSystem(configuration));
      if (!folder.files.exists(new Path(root, MARKER))) {
        throw new UsageException("out: " + path + " holds no results of a sweep");
      }
      folder.checkLayout();
      return folder;
    } catch (IOException e) {
      throw new UsageException("out: cannot read " + path + ": " + e.getMessage(), e);
    }
  }

  /**
   * Whether there are results there, of any layout.
   *
   * @throws IOException if the file system cannot say
   */
  public static boolean isOne(Path path, Configuration configuration) throws IOException {
    return path.getFileSystem(configuration).exists(new Path(path, MARKER));
  }

  private static Path qualified(String path, Configuration configuration) throws IOException {
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

  /** Renamed into place whole: a marker that a full disk cut short would lock the folder. */
  private void mark() throws IOException {
    Path draft = new Path(root, STAGING + "/marker-" + System.nanoTime());
    write(draft, LAYOUT + "\n");
    if (!files.rename(draft, new Path(root, MARKER)) && !files.exists(new Path(root, MARKER))) {
      throw new IOException("cannot write " + new Path(root, MARKER));
    }
  }

  private void checkLayout() throws IOException {
    String layout = read(new Path(root, MARKER)).trim();
    if (!layout.equals(LAYOUT)) {
      throw new UsageException(
          "out: " + root + " has layout '" + layout + "', this version knows " + LAYOUT);
    }
  }

  /** A folder that is new, or holds nothing but what a checkout's results folder holds. */
  private void checkEmpty(String path) throws IOException {
    if (!files.exists(root)) {
      return;
    }
    List<String> strangers =
        Arrays.stream(files.listStatus(root))
            .map(status -> status.getPath().getName())
            .filter(name -> !name.startsWith("."))
            .filter(name -> !name.equals("README.md") && !name.equals("published"))
            .filter(name -> !name.equals(STAGING))
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

  public Path root() {
    return root;
  }

  FileSystem files() {
    return files;
  }

  Path child(String name) {
    return new Path(root, name);
  }

  /** Where Spark writes a table of a wave before its commit. */
  public Path staged(String run, String wave, Table table) {
    return new Path(stagedWave(run, wave), table.label());
  }

  private Path stagedWave(String run, String wave) {
    return new Path(root, STAGING + "/" + run + "/" + wave);
  }

  /** Commits what was staged for a wave: all of it or nothing. */
  public void commit(String run, String wave) throws IOException {
    new WaveCommits(this).commit(stagedWave(run, wave), wave);
  }

  /**
   * Finishes committed waves whose files were not all moved, and drops what was staged and not
   * committed. To be called under the lock.
   */
  public void recover() throws IOException {
    new WaveCommits(this).recover(new Path(root, STAGING));
  }

  /** Puts all tables aside under {@code _old}. */
  public void putAside() throws IOException {
    Path old = new Path(root, OLD + "/" + Instant.now().toString().replace(':', '-'));
    List<String> names = new ArrayList<>(List.of(WaveCommits.RECORDS));
    for (Table table : Table.values()) {
      names.add(table.label());
    }
    for (String name : names) {
      Path from = new Path(root, name);
      if (files.exists(from)) {
        files.mkdirs(old);
        if (!files.rename(from, new Path(old, name))) {
          throw new IOException("cannot move " + from + " to " + old);
        }
      }
    }
  }

  /** A table; empty if nothing was written to it yet. */
  public Dataset<Row> table(SparkSession spark, Table table) {
    Path folder = new Path(root, table.label());
    try {
      if (!files.exists(folder)) {
        return spark.createDataFrame(List.of(), table.schema());
      }
    } catch (IOException e) {
      throw new UsageException("out: cannot read " + folder + ": " + e.getMessage(), e);
    }
    return spark.read().schema(table.schema()).parquet(folder.toString());
  }

  /**
   * One file of a table, with its partition column.
   *
   * @param file one of the table's {@code inputFiles()}
   */
  public Dataset<Row> file(SparkSession spark, Table table, String file) {
    return spark
        .read()
        .schema(table.schema())
        .option("basePath", new Path(root, table.label()).toString())
        .parquet(file);
  }

  /** Makes a view of each table, under its name. */
  public void createViews(SparkSession spark) {
    for (Table table : Table.values()) {
      table(spark, table).createOrReplaceTempView(table.label());
    }
  }

  void write(Path file, String text) throws IOException {
    try (OutputStream out = files.create(file, true)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  String read(Path file) throws IOException {
    try (InputStream in = files.open(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (FileNotFoundException e) {
      return "";
    }
  }
}
