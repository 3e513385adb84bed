package dev.tersor.jobs.decode;

import static org.apache.spark.sql.functions.col;

import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.Table;
import java.net.URI;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Stored containers that decoded and agreed with their rows, and those that did not.
 *
 * @param containers how many were read
 * @param damaged a row each: which one, and what is wrong
 */
public record Verification(long containers, List<Row> damaged) {
  private static final StructType FINDING =
      new StructType()
          .add("what", DataTypes.StringType)
          .add("error", DataTypes.StringType)
          .add("read", DataTypes.LongType);

  /**
   * Reads and decodes every container, in tasks. Where a file cannot be read, its rows are read one
   * by one, which finds the damaged ones since every row has pages of its own.
   */
  public static Verification of(SparkSession spark, ResultsFolder folder) {
    Dataset<Row> compressed = folder.table(spark, Table.COMPRESSED);
    List<Row> findings = new ArrayList<>();
    try {
      findings.addAll(decode(compressed));
    } catch (Exception e) {
      if (folder.isFileGone(e)) {
        throw e;
      }
      findings.clear();
      for (String file : compressed.inputFiles()) {
        // Spark gives addresses, escaped, and takes paths.
        String path = new Path(URI.create(file)).toString();
        findings.addAll(ofFile(folder.file(spark, Table.COMPRESSED, path), path));
      }
    }
    long read = findings.stream().mapToLong(row -> row.getLong(2)).sum();
    return new Verification(
        read, findings.stream().filter(row -> row.getString(1) != null).toList());
  }

  private static List<Row> decode(Dataset<Row> compressed) {
    return compressed
        .mapPartitions((MapPartitionsFunction<Row, Row>) Verification::check, Encoders.row(FINDING))
        .collectAsList();
  }

  private static List<Row> ofFile(Dataset<Row> rows, String file) {
    try {
      return decode(rows);
    } catch (Exception e) {
      List<Row> findings = new ArrayList<>();
      try {
        for (Row identity : rows.drop("container").collectAsList()) {
          findings.addAll(ofRow(rows, identity));
        }
      } catch (Exception unreadable) {
        findings.add(RowFactory.create("file " + file, reason(unreadable), 0L));
      }
      return findings;
    }
  }

  private static List<Row> ofRow(Dataset<Row> rows, Row identity) {
    try {
      return decode(rows.filter(col("key").equalTo(identity.<String>getAs("key"))));
    } catch (Exception e) {
      return List.of(RowFactory.create(StoredContainer.label(identity), reason(e), 1L));
    }
  }

  /** The innermost cause: Spark wraps what a reader says in what its task and its job say. */
  private static String reason(Throwable error) {
    Throwable cause = error;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return "cannot be read: " + cause.getClass().getSimpleName() + ": " + cause.getMessage();
  }

  private static Iterator<Row> check(Iterator<Row> rows) {
    List<Row> findings = new ArrayList<>();
    long read = 0;
    while (rows.hasNext()) {
      Row row = rows.next();
      read++;
      String error = error(row);
      if (error != null) {
        findings.add(RowFactory.create(StoredContainer.label(row), error, 0L));
      }
    }
    findings.add(RowFactory.create("", null, read));
    return findings.iterator();
  }

  private static String error(Row row) {
    try {
      StoredContainer.decode(row);
      return null;
    } catch (UsageException e) {
      return e.getMessage();
    }
  }
}
