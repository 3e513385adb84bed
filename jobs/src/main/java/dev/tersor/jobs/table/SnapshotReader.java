package dev.tersor.jobs.table;

import dev.tersor.jobs.config.UsageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Tables of one snapshot, or, where there is none, of all files that their folders have. */
final class SnapshotReader {
  private final ResultsFolder folder;

  SnapshotReader(ResultsFolder folder) {
    this.folder = folder;
  }

  /**
   * A table.
   *
   * @param snapshot null for what lies in the table's folder
   */
  Dataset<Row> table(SparkSession spark, Table table, Snapshot snapshot) {
    try {
      Path home = folder.child(table.label());
      if (snapshot == null) {
        return folder.files().exists(home)
            ? spark.read().schema(table.schema()).parquet(home.toString())
            : empty(spark, table);
      }
      Map<String, List<String>> byBase = new TreeMap<>();
      for (DataFile file : snapshot.files(table)) {
        String path = where(file);
        // Partition columns start after cells/, or after _staging/RUN/WAVE/cells/.
        int label = ("/" + path).indexOf("/" + table.label() + "/");
        String base = path.substring(0, label) + table.label();
        byBase.computeIfAbsent(base, key -> new ArrayList<>()).add(path);
      }
      Dataset<Row> rows = null;
      for (Map.Entry<String, List<String>> part : byBase.entrySet()) {
        Dataset<Row> some = files(spark, table, part.getKey(), part.getValue());
        rows = rows == null ? some : rows.unionByName(some);
      }
      return rows == null ? empty(spark, table) : rows;
    } catch (IOException e) {
      throw new UsageException(
          "out: cannot read " + folder.child(table.label()) + ": " + e.getMessage(), e);
    }
  }

  private static Dataset<Row> empty(SparkSession spark, Table table) {
    return spark.createDataFrame(List.of(), table.schema());
  }

  /** A file that was committed and is still being moved lies where it was staged. */
  private String where(DataFile file) throws IOException {
    return file.staged() == null || folder.files().exists(folder.child(file.path()))
        ? file.path()
        : file.staged();
  }

  /** Files by their paths in the folder, with their partition column. */
  Dataset<Row> files(SparkSession spark, Table table, String base, List<String> paths) {
    return spark
        .read()
        .schema(table.schema())
        .option("basePath", folder.child(base).toString())
        .parquet(paths.stream().map(path -> folder.child(path).toString()).toArray(String[]::new));
  }

  /**
   * The same, of files whose columns are all known: what is written again must not lose any.
   *
   * @throws UsageException naming a column of a newer version
   */
  Dataset<Row> known(SparkSession spark, Table table, String base, List<String> paths) {
    List<String> own = Arrays.asList(table.schema().fieldNames());
    String[] found =
        spark
            .read()
            .option("mergeSchema", true)
            .option("basePath", folder.child(base).toString())
            .parquet(
                paths.stream().map(path -> folder.child(path).toString()).toArray(String[]::new))
            .schema()
            .fieldNames();
    for (String column : found) {
      if (!own.contains(column)) {
        throw new UsageException(
            "out: table "
                + table.label()
                + " of "
                + folder.root()
                + " has a column '"
                + column
                + "' of a newer version, which this one would lose; nothing was changed");
      }
    }
    return files(spark, table, base, paths);
  }
}
