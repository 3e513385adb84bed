package dev.tersor.jobs.table;

import dev.tersor.jobs.config.UsageException;
import java.io.FileNotFoundException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/** Rows of closed files of a table, as Spark reads them. */
record FileRows(ResultsFolder folder, SparkSession spark, Table table) {
  /**
   * @return columns of the table, and the generation
   * @throws UncheckedIOException if some of the files are gone
   */
  Dataset<Row> read(List<String> paths) {
    if (paths.isEmpty()) {
      return spark
          .createDataFrame(List.of(), table.schema())
          .withColumn(KeyOnce.GENERATION, functions.lit(0));
    }
    Dataset<Row> rows =
        spark
            .read()
            .schema(table.schema().add("run", "string"))
            .option("basePath", folder.child(table.label()).toString())
            .option("ignoreMissingFiles", false)
            .option("ignoreCorruptFiles", false)
            .parquet(paths.toArray(String[]::new));
    // Files that vanish while Spark lists them are left out without a word.
    if (rows.inputFiles().length < paths.size()) {
      throw new UncheckedIOException(
          new FileNotFoundException(
              "files of " + folder.child(table.label()) + " were put together"));
    }
    return rows.withColumn(KeyOnce.GENERATION, functions.expr("int(substring_index(run, '-', 1))"))
        .drop("run");
  }

  /**
   * @throws UsageException naming a column of a newer version
   */
  void requireKnown(List<String> paths) {
    StructType found =
        spark.read().option("mergeSchema", true).parquet(paths.toArray(String[]::new)).schema();
    Columns.unknown(table.schema(), found)
        .ifPresent(
            column -> {
              throw new UsageException(
                  "out: table %s of %s has a column '%s' of a newer version, which this one would lose; nothing was changed"
                      .formatted(table.label(), folder.root(), column));
            });
  }
}
