package dev.tersor.jobs.table;

import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.source.WholeFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
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
 * _snapshots/N.json     the files of all tables at one moment; the highest number is current
 * _runs/RUN.json        what a run did: stages, counts, failures
 * _staging/RUN/         what a run is writing; invisible to readers of the tables
 * _old/TIME/            tables that --fresh put aside
 * _old/ID/              files that a compaction or expiry replaced
 * _lock, _beat          the run that is writing, and a number that it raises
 * cells/model=M/*.parquet  and the other tables likewise
 * </pre>
 *
 * A wave is staged, then its record is renamed into place, which commits it, then its files are
 * moved into the tables, then a snapshot lists them. {@link #recover} finishes the moves of
 * committed waves and drops what was staged without a record, so a run that dies at any moment
 * leaves whole waves only. Tables are read by the list of one snapshot, so that a wave is seen
 * whole or not at all.
 */
public final class ResultsFolder {
  static final String STAGING = "_staging";
  static final String OLD = "_old";
  static final String REPORTS = "_runs";

  private final Path root;
  private final FileSystem files;
  private final WaveCommits commits;
  private final Snapshots snapshots;
  private Optional<Snapshot> current;
  private RunLock lock;

  private ResultsFolder(Path root, FileSystem files) {
    this.root = root;
    this.files = files;
    this.commits = new WaveCommits(this);
    this.snapshots = new Snapshots(this);
  }

  /**
   * Opens a folder for writing; makes it if there is none.
   *
   * @throws UsageException if it holds something else, is of another layout or cannot be written
   */
  public static ResultsFolder create(String path, Configuration configuration) {
    try {
      Path root = Layout.qualified(path, configuration);
      FileSystem files = root.getFileSystem(configuration);
      if (files.exists(root) && !files.getFileStatus(root).isDirectory()) {
        throw new UsageException("out: " + path + " is a file, expected a folder");
      }
      ResultsFolder folder = new ResultsFolder(root, files);
      Layout layout = new Layout(folder);
      if (layout.isMarked()) {
        layout.check();
      } else {
        layout.checkEmpty(path);
        files.mkdirs(root);
        layout.mark();
      }
      Path probe = folder.child(STAGING + "/probe-" + System.nanoTime());
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
      Path root = Layout.qualified(path, configuration);
      ResultsFolder folder = new ResultsFolder(root, root.getFileSystem(configuration));
      Layout layout = new Layout(folder);
      if (!layout.isMarked()) {
        boolean described = folder.files.exists(folder.child("README.md"));
        throw new UsageException(
            "out: %s holds no results of a sweep%s"
                .formatted(path, described ? "; its README.md says what it holds" : ""));
      }
      layout.check();
      folder.snapshot();
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
    return path.getFileSystem(configuration).exists(new Path(path, Layout.MARKER));
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

  /** A path in the folder, from there. */
  public String relative(Path path) {
    return root.toUri().relativize(path.toUri()).getPath();
  }

  /** The run that holds the folder; a commit is its own last look at the lock. */
  void heldBy(RunLock writer) {
    this.lock = writer;
  }

  /**
   * The snapshot that tables are read from: the current one when it was first asked for, or what
   * this writer published since; none in a folder of an earlier version.
   */
  public Optional<Snapshot> snapshot() {
    if (current == null) {
      try {
        current = snapshots.latest();
      } catch (IOException e) {
        throw new UsageException(
            "out: cannot read " + child(Snapshots.FOLDER) + ": " + e.getMessage(), e);
      }
    }
    return current;
  }

  /** Makes a snapshot current that this writer reads from now on. */
  void publish(String run, String wave, Collection<DataFile> live) throws IOException {
    current = Optional.of(snapshots.publish(run, wave, live));
  }

  /** The files of the current snapshot, or where there is none those of the tables' folders. */
  List<DataFile> live() throws IOException {
    Optional<Snapshot> known = snapshot();
    return known.isPresent() ? known.get().files() : commits.listing();
  }

  /** Forgets what was read; what is asked for next is of the newest snapshot. */
  void refresh() {
    current = null;
  }

  /** Commits what was staged for a wave, all of it or nothing, and publishes a snapshot with it. */
  public void commit(String run, String wave) throws IOException {
    replace(run, wave, List.of());
  }

  /**
   * Commits a wave in place of files of the tables, which go to {@code _old}.
   *
   * @param replaced of the current snapshot
   */
  public void replace(String run, String wave, List<DataFile> replaced) throws IOException {
    if (lock != null) {
      lock.check();
    }
    commits.commit(run, wave, stagedWave(run, wave), replaced);
  }

  /**
   * Finishes committed waves whose files were not all moved, drops what was staged and not
   * committed, and publishes a snapshot if the current one is not what the tables' folders hold. To
   * be called under the lock.
   */
  public void recover() throws IOException {
    refresh();
    commits.recover(child(STAGING));
    List<DataFile> listing = commits.listing();
    if (snapshot().isEmpty() || !snapshot().get().hasSameFiles(listing)) {
      publish(newestRun(), "recovery", listing);
    }
  }

  /** The run that wrote last, or null where that is not known. */
  public String newestRun() {
    return snapshot().map(Snapshot::run).orElse(null);
  }

  /** Writes the report of a run, {@code _runs/RUN.json}, whole or not at all. */
  public void writeReport(String run, String json) throws IOException {
    WholeFile.write(
        files,
        child(REPORTS + "/" + run + ".json"),
        WholeFile.Existing.GOES,
        out -> out.write(json.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * The time by the clock that files of this folder are dated by, which all machines share.
   *
   * @throws IOException if nothing can be written
   */
  public Instant now() throws IOException {
    Path probe = child(STAGING + "/probe-" + System.nanoTime());
    write(probe, "");
    Instant now = Instant.ofEpochMilli(files.getFileStatus(probe).getModificationTime());
    files.delete(probe, false);
    return now;
  }

  /** What the tables do not need, and can go. */
  public Leftovers leftovers(Set<String> runs) throws IOException {
    return Leftovers.of(this, snapshots, runs);
  }

  /** Puts all tables aside under {@code _old}. */
  public void putAside() throws IOException {
    commits.putAside(child(OLD + "/" + Instant.now().toString().replace(':', '-')));
  }

  /** A table, whole waves of it; empty if nothing was written to it yet. */
  public Dataset<Row> table(SparkSession spark, Table table) {
    return new SnapshotReader(this).table(spark, table, snapshot().orElse(null));
  }

  /**
   * One file of a table, with its partition column.
   *
   * @param file one of the table's {@code inputFiles()}
   */
  public Dataset<Row> file(SparkSession spark, Table table, String file) {
    return new SnapshotReader(this)
        .files(spark, table, table.label(), List.of(relative(new Path(file))));
  }

  /**
   * Some files of a table.
   *
   * @throws UsageException if they have columns that this version does not know
   */
  public Dataset<Row> files(SparkSession spark, Table table, List<DataFile> some) {
    List<String> paths = some.stream().map(DataFile::path).toList();
    return new SnapshotReader(this).known(spark, table, table.label(), paths);
  }

  /** What was staged of a table for a wave. */
  public Dataset<Row> stagedRows(SparkSession spark, String run, String wave, Table table) {
    return spark.read().schema(table.schema()).parquet(staged(run, wave, table).toString());
  }

  /** Makes a view of each of these tables, under its name, all of one snapshot. */
  public void createViews(SparkSession spark, Collection<Table> tables) {
    for (Table table : tables) {
      table(spark, table).createOrReplaceTempView(table.label());
    }
  }

  /**
   * Does what reads tables; does it again where a compaction or expiry took files away meanwhile.
   *
   * @param reader asks for its tables anew each time
   * @throws UsageException if a file is gone that the current snapshot still lists
   */
  public <T> T reading(TableRead<T> reader) throws IOException {
    return new LostFiles(this).reading(reader);
  }

  /** Whether something failed since a file of this folder was not there. */
  public boolean isFileGone(Throwable error) {
    return new LostFiles(this).lost(error) != null;
  }

  void write(Path file, String text) throws IOException {
    try (OutputStream out = files.create(file, true)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (FSError e) { // of a full local disk, where other file systems throw an IOException
      throw new IOException(e.getCause().getMessage() + ": " + file, e);
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
