package dev.tersor.jobs.table;

import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.source.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * A folder of result tables, on any Hadoop file system.
 *
 * <pre>
 * _tersor                           marker: the folder is one of results; the number of its layout
 * TABLE/run=G-ID/NAME.parquet       closed files, each written once, by the run ID in generation G
 * _replaced/ID.N                    paths of files whose rows stand in newer ones
 * _runs/RUN.json                    what a run did: stages, counts, failures
 * </pre>
 *
 * A row is a verified fact that any number of writers may find, and needs no transaction, only to
 * be whole: a closed file is published, nobody touches another's, and readers take each fact once.
 */
public final class ResultsFolder {
  static final String REPORTS = "_runs";

  private final Path root;
  private final FileSystem files;
  private final EarlierLayout earlier;
  private Listing listing;
  private Integer generation;

  private ResultsFolder(Path root, FileSystem files, boolean isEarlier) {
    this.root = root;
    this.files = files;
    this.earlier = isEarlier ? new EarlierLayout(this) : null;
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
      Layout.makeWritable(files, root, path);
      return new ResultsFolder(root, files, false);
    } catch (IOException e) {
      throw new UsageException("out: cannot write " + path + ": " + e.getMessage(), e);
    }
  }

  /**
   * Opens a folder for reading, of this layout or that of 0.1.0.
   *
   * @throws UsageException if there are no results there
   */
  public static ResultsFolder open(String path, Configuration configuration) {
    try {
      Path root = Layout.qualified(path, configuration);
      FileSystem files = root.getFileSystem(configuration);
      ResultsFolder folder = new ResultsFolder(root, files, Layout.isEarlier(files, root, path));
      if (folder.earlier == null) {
        folder.listing();
      }
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

  /** Whether it has the layout of 0.1.0. */
  public boolean isEarlier() {
    return earlier != null;
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

  /** Where a run has its files of a table. */
  Path home(Table table, int generation, String run) {
    return child(table.label() + "/" + DataFile.home(generation, run));
  }

  /** A path in the folder, from there. */
  String relative(Path path) {
    return root.toUri().relativize(path.toUri()).getPath();
  }

  private Listing listing() throws IOException {
    if (listing == null) {
      listing = Listing.of(this);
    }
    return listing;
  }

  /** Forgets what was listed: what is asked for next is of what is there then. */
  public void refresh() {
    listing = null;
    if (earlier != null) {
      earlier.refresh();
    }
  }

  /**
   * What is there.
   *
   * @throws UsageException if it cannot be listed
   */
  private Listing listed() {
    try {
      return listing();
    } catch (IOException e) {
      throw new UsageException("out: cannot read " + root + ": " + e.getMessage(), e);
    }
  }

  /** The files of a table whose rows count. */
  public List<DataFile> files(Table table) {
    return listed().of(table);
  }

  /** The generation that is written, which is the greatest one that was there when first asked. */
  public int generation() {
    if (generation == null) {
      generation = listed().generation();
    }
    return generation;
  }

  /** Of a writer what it writes; of a reader the greatest one that has cells. */
  private List<DataFile> current(Table table) {
    int shown = generation != null ? generation : listed().shownGeneration();
    return files(table).stream().filter(file -> file.generation() == shown).toList();
  }

  /**
   * The files of a table of the generation that is shown; in folders of 0.1.0 the model is only in
   * their paths.
   */
  public List<Path> shownFiles(Table table) {
    List<String> paths =
        earlier == null
            ? current(table).stream().map(DataFile::path).toList()
            : earlier.paths(table);
    return paths.stream().map(this::child).toList();
  }

  /** Begins a generation: what is there stays, and is not held. */
  public void begin() {
    generation = listed().files().isEmpty() ? 0 : listed().generation() + 1;
  }

  /** The id that sorts last of those of runs that wrote here, or null. */
  public String newestRun() {
    return listed().newestRun();
  }

  /** The closed files that a run has of a table, replaced ones among them. */
  List<DataFile> own(Table table, int generation, String run) throws IOException {
    refresh();
    return Stream.concat(listing().files().stream(), listing().replaced().stream())
        .filter(file -> file.table() == table && file.generation() == generation)
        .filter(file -> file.run().equals(run))
        .toList();
  }

  /** Deletes files, by name. */
  void delete(List<DataFile> some) throws IOException {
    for (DataFile file : some) {
      files.delete(child(file.path()), false);
    }
    refresh();
  }

  /** Says that the rows of some files stand in others, which are published already. */
  public void replace(String run, List<DataFile> replaced) throws IOException {
    long number =
        replaced().stream()
            .filter(list -> list.run().equals(run))
            .mapToLong(list -> list.number() + 1)
            .max()
            .orElse(0);
    Replaced.write(this, run + "." + number, replaced.stream().map(DataFile::path).toList());
    refresh();
  }

  /** The lists of replaced files whose files may be there still. */
  public List<Replaced> replaced() throws IOException {
    return Replaced.all(this);
  }

  /** Deletes the files of a list. */
  public void delete(Replaced list) throws IOException {
    list.delete(this);
    refresh();
  }

  /** Deletes what writers began before some time and never closed; says how many files. */
  public int deleteDrafts(Instant before) throws IOException {
    int deleted = 0;
    for (Draft draft : Draft.all(this, listing().drafts())) {
      if (draft.modified() < before.toEpochMilli()) {
        deleted += files.delete(child(draft.path()), false) ? 1 : 0;
      }
    }
    return deleted;
  }

  /** The files that others replace and that are there still. */
  public List<DataFile> replacedFiles() throws IOException {
    refresh();
    return listing().replaced();
  }

  /** Writes the report of a run, {@code _runs/RUN.json}, whole or not at all. */
  public void writeReport(String run, String json) throws IOException {
    WholeFile.write(
        files,
        child(REPORTS + "/" + run + ".json"),
        WholeFile.Existing.GOES,
        out -> out.write(json.getBytes(StandardCharsets.UTF_8)));
  }

  /** Deletes the reports of runs. */
  public void deleteReports(Collection<String> runs) throws IOException {
    for (String run : runs) {
      files.delete(child(REPORTS + "/" + run + ".json"), false);
    }
  }

  /**
   * The time by the clock that files of this folder are dated by, which all machines share.
   *
   * @throws IOException if nothing can be written
   */
  public Instant now() throws IOException {
    return Layout.probe(files, root);
  }

  /** A table of one generation, each fact once; empty if nothing was written to it yet. */
  public Dataset<Row> table(SparkSession spark, Table table) {
    if (earlier != null) {
      return earlier.table(spark, table);
    }
    if (!table.hasFiles()) {
      return CellParts.of(table, table(spark, Table.CELLS));
    }
    return once(spark, table, current(table));
  }

  /** The runs of all generations, each once. */
  public Dataset<Row> runs(SparkSession spark) {
    return earlier == null
        ? once(spark, Table.RUNS, files(Table.RUNS))
        : earlier.table(spark, Table.RUNS);
  }

  private Dataset<Row> once(SparkSession spark, Table table, List<DataFile> some) {
    return some.isEmpty()
        ? spark.createDataFrame(List.of(), table.schema())
        : KeyOnce.of(table, rows(spark, table, some));
  }

  /** All rows of all generations, equal ones as often as they are there, with their generation. */
  public Dataset<Row> rows(SparkSession spark, Table table) {
    return earlier == null
        ? rows(spark, table, files(table))
        : earlier.table(spark, table).withColumn(KeyOnce.GENERATION, functions.lit(0));
  }

  /** All rows of the generation that is written. */
  public Dataset<Row> ofGeneration(SparkSession spark, Table table) {
    generation();
    return shown(spark, table);
  }

  /** All rows of the generation that is shown, equal ones as often as they are there. */
  public Dataset<Row> shown(SparkSession spark, Table table) {
    return earlier == null ? rows(spark, table, current(table)) : rows(spark, table);
  }

  /** Rows of some files of a table, with their generation. */
  public Dataset<Row> rows(SparkSession spark, Table table, List<DataFile> some) {
    return new FileRows(this, spark, table).read(paths(some));
  }

  private List<String> paths(List<DataFile> some) {
    return some.stream().map(file -> child(file.path()).toString()).toList();
  }

  /**
   * Rows of one file of a table, with their generation.
   *
   * @param file one of the table's {@code inputFiles()}
   */
  public Dataset<Row> file(SparkSession spark, Table table, String file) {
    return earlier == null
        ? new FileRows(this, spark, table).read(List.of(file))
        : earlier.file(spark, table, file);
  }

  /**
   * The same, of files whose columns are all known: what is written again must not lose any.
   *
   * @throws UsageException naming a column of a newer version
   */
  public Dataset<Row> known(SparkSession spark, Table table, List<DataFile> some) {
    new FileRows(this, spark, table).requireKnown(paths(some));
    return rows(spark, table, some);
  }

  /** Makes a view of each of these tables, under its name. */
  public void createViews(SparkSession spark, Collection<Table> tables) {
    for (Table table : tables) {
      table(spark, table).createOrReplaceTempView(table.label());
    }
  }

  /**
   * Does what reads tables; does it again where files were put together and deleted meanwhile.
   *
   * @param reader asks for its tables anew each time
   * @throws UsageException if files go on being lost
   */
  public <T> T reading(TableRead<T> reader) throws IOException {
    return new LostFiles(this).reading(reader);
  }

  /** Whether something failed since a file of this folder was not there. */
  public boolean isFileGone(Throwable error) {
    return new LostFiles(this).lost(error) != null;
  }

  /** A text in the folder; empty where there is none. */
  String read(Path file) throws IOException {
    return Layout.read(files, file, Integer.MAX_VALUE);
  }
}
