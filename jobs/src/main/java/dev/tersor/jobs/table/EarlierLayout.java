package dev.tersor.jobs.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tersor.jobs.config.UsageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The tables of 0.1.0, read as they are: {@code TABLE/model=M/*.parquet}, streams and histograms as
 * tables of their own. The newest of {@code _snapshots/N.json} lists the files, some of which may
 * lie where they were staged; a folder without one has those that lie in its tables.
 */
final class EarlierLayout {
  private static final String SNAPSHOTS = "_snapshots";
  private static final Pattern HIDDEN = Pattern.compile("(^|/)[_.]");

  private final ResultsFolder folder;

  /** What lists the files, once it was asked for; empty where they are those of the folders. */
  private Optional<JsonNode> snapshot;

  EarlierLayout(ResultsFolder folder) {
    this.folder = folder;
  }

  /** Forgets which snapshot is the newest. */
  void refresh() {
    snapshot = null;
  }

  /** All rows of a table, in the columns that it has now. */
  Dataset<Row> table(SparkSession spark, Table table) {
    Map<String, List<String>> byBase = new TreeMap<>();
    for (String path : paths(table)) {
      byBase
          .computeIfAbsent(base(table, path), key -> new ArrayList<>())
          .add(folder.child(path).toString());
    }
    Dataset<Row> rows = null;
    for (Map.Entry<String, List<String>> part : byBase.entrySet()) {
      Dataset<Row> some = read(spark, table, part.getKey(), part.getValue());
      rows = rows == null ? some : rows.unionByName(some);
    }
    return rows == null ? spark.createDataFrame(List.of(), table.schema()) : rows;
  }

  /** Partition columns start after cells/, or after _staging/RUN/WAVE/cells/. */
  private static String base(Table table, String path) {
    return path.substring(0, ("/" + path).indexOf("/" + table.label() + "/")) + table.label();
  }

  /** One file of a table. */
  Dataset<Row> file(SparkSession spark, Table table, String file) {
    return read(spark, table, base(table, folder.relative(new Path(file))), List.of(file));
  }

  private Dataset<Row> read(SparkSession spark, Table table, String base, List<String> paths) {
    return spark
        .read()
        .schema(table.schema())
        .option("basePath", folder.child(base).toString())
        .parquet(paths.toArray(String[]::new))
        .select(table.columns());
  }

  /** The files of a table, from the folder on. */
  List<String> paths(Table table) {
    try {
      return list(table);
    } catch (IOException e) {
      throw new UsageException("out: cannot read " + folder.root() + ": " + e.getMessage(), e);
    }
  }

  private List<String> list(Table table) throws IOException {
    if (snapshot == null) {
      snapshot = newest();
    }
    List<String> paths = new ArrayList<>();
    if (snapshot.isEmpty()) {
      Path home = folder.child(table.label());
      if (folder.files().exists(home)) {
        RemoteIterator<LocatedFileStatus> all = folder.files().listFiles(home, true);
        while (all.hasNext()) {
          String path = folder.relative(all.next().getPath());
          if (path.endsWith(".parquet") && !HIDDEN.matcher(path).find()) {
            paths.add(path);
          }
        }
      }
      return paths;
    }
    for (JsonNode file : snapshot.get().path("files")) {
      if (file.path("table").asText().equals(table.label())) {
        String path = file.path("path").asText();
        JsonNode staged = file.get("staged");
        paths.add(
            staged == null || folder.files().exists(folder.child(path)) ? path : staged.asText());
      }
    }
    return paths;
  }

  /**
   * The newest snapshot that is not damaged; none where there never was one.
   *
   * @throws UsageException if all are damaged, or it is of a newer version
   */
  private Optional<JsonNode> newest() throws IOException {
    FileSystem files = folder.files();
    Path home = folder.child(SNAPSHOTS);
    if (!files.exists(home)) {
      return Optional.empty();
    }
    List<Path> snapshots =
        Arrays.stream(files.listStatus(home))
            .map(FileStatus::getPath)
            .filter(path -> path.getName().matches("\\d+\\.json"))
            .sorted(Comparator.comparing(Path::getName).reversed())
            .toList();
    for (Path path : snapshots) {
      try {
        JsonNode read = new ObjectMapper().readTree(folder.read(path));
        if (read.path("format").asInt(1) != 1) {
          throw new UsageException(
              "out: " + path + " has format " + read.path("format") + " of a newer version");
        }
        if (read.path("files").isArray()) {
          return Optional.of(read);
        }
      } catch (JsonProcessingException e) {
        // The one before it.
      }
    }
    if (snapshots.isEmpty()) {
      return Optional.empty();
    }
    throw new UsageException("out: all of " + home + " are damaged");
  }
}
