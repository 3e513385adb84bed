package dev.tersor.jobs.sql;

import dev.tersor.jobs.table.Coverage;
import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.RowBuilder;
import dev.tersor.jobs.table.Table;
import dev.tersor.jobs.table.TableWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * What a folder of a year costs its readers: 365 runs of 2,740 generated cells in four files each.
 * Prints seconds for the keys that a resume asks for, and for a query over the view beside one over
 * the files. {@code bin/table-drill} runs it.
 */
public final class YearOfNights {
  private static final int NIGHTS = 365;
  private static final int CELLS = 2_740;

  private YearOfNights() {}

  /**
   * @param args folder for the results
   */
  public static void main(String[] args) throws Exception {
    String out = Path.of(args[0]).toAbsolutePath().toString();
    try (SparkSession spark = LocalSpark.start()) {
      double seconds =
          seconds(
              () -> {
                write(spark, out);
                return null;
              });
      System.out.printf(
          Locale.ROOT,
          "%d runs of %,d generated cells, written in %.0f s%n",
          NIGHTS,
          CELLS,
          seconds);
    }
    // Another session: nothing is known of the files.
    try (SparkSession spark = LocalSpark.start()) {
      ResultsFolder folder = ResultsFolder.open(out, new Configuration());
      System.out.printf(
          Locale.ROOT,
          "keys for a resume, cold: %.1f s%n",
          seconds(
              () ->
                  folder
                      .ofGeneration(spark, Table.CELLS)
                      .select("key", "verified", "stored")
                      .filter("verified")
                      .count()));
      System.out.printf(
          Locale.ROOT,
          "files of cells: %d; at most of a run: %d%n",
          folder.files(Table.CELLS).size(),
          folder.files(Table.CELLS).stream()
              .collect(Collectors.groupingBy(file -> file.run(), Collectors.counting()))
              .values()
              .stream()
              .mapToLong(Long::longValue)
              .max()
              .orElse(0));
      folder.createViews(spark, List.of(Table.CELLS));
      Dataset<Row> plain = spark.read().schema(Table.CELLS.schema()).parquet(out + "/cells");
      plain.createOrReplaceTempView("plain");
      String query =
          "SELECT model, encoding, avg(ratio_fp32), count(*) FROM %s WHERE verified GROUP BY ALL";
      for (String table : new String[] {"plain", "cells", "plain", "cells", "plain", "cells"}) {
        System.out.printf(
            Locale.ROOT,
            "query over %s: %.1f s%n",
            table,
            seconds(() -> spark.sql(query.formatted(table)).collectAsList()));
      }
    }
  }

  private static double seconds(Callable<?> work) throws Exception {
    long start = System.nanoTime();
    work.call();
    return (System.nanoTime() - start) / 1e9;
  }

  private static void write(SparkSession spark, String out) throws IOException {
    for (int night = 0; night < NIGHTS; night++) {
      String id = "2026%04d-020000-abcdef".formatted(night);
      ResultsFolder folder = ResultsFolder.create(out, spark.sparkContext().hadoopConfiguration());
      TableWriter tables = new TableWriter(spark, folder, id);
      Dataset<Row> range = spark.range((long) night * CELLS, (night + 1L) * CELLS, 1, 4).toDF("id");
      Map<String, String> cell =
          Map.of(
              "key", "md5(string(id))",
              "run_id", "'" + id + "'",
              "model", "concat('net', id % 10)",
              "encoding", "concat('recipe', id % 24)",
              "verified", "true",
              "total_bytes", "1000 + id % 977",
              "ratio_fp32", "1D + id % 17");
      tables.write(GeneratedCells.of(range, Table.CELLS, cell), Table.CELLS);
      tables.finish(
          List.of(),
          new RowBuilder(Table.RUNS)
              .set("run_id", id)
              .set("finished", Timestamp.from(Instant.now())),
          new Coverage());
    }
  }
}
