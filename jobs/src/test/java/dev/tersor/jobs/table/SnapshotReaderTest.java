package dev.tersor.jobs.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.jobs.config.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables as the list of a snapshot has them. */
class SnapshotReaderTest {
  private static SparkSession spark;
  @TempDir Path out;

  @BeforeAll
  static void start() {
    spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .getOrCreate();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private ResultsFolder writer() throws IOException {
    ResultsFolder folder = ResultsFolder.create(out.toString(), new Configuration());
    folder.recover();
    return folder;
  }

  private ResultsFolder reader() {
    return ResultsFolder.open(out.toString(), new Configuration());
  }

  private void stage(ResultsFolder folder, String wave, String model, String... keys) {
    List<Row> rows =
        Arrays.stream(keys)
            .map(key -> new RowBuilder(Table.STREAMS).set("key", key).set("model", model).build())
            .toList();
    spark
        .createDataFrame(rows, Table.STREAMS.schema())
        .coalesce(1)
        .write()
        .mode("append")
        .partitionBy("model")
        .parquet(folder.staged("run", wave, Table.STREAMS).toString());
  }

  private static List<String> read(ResultsFolder folder) {
    return folder.table(spark, Table.STREAMS).collectAsList().stream()
        .map(row -> row.getAs("model") + " " + row.getAs("key"))
        .sorted()
        .toList();
  }

  private Path only(String folder) throws IOException {
    try (Stream<Path> all = Files.walk(out.resolve(folder))) {
      return all.filter(path -> path.toString().endsWith(".parquet")).findFirst().orElseThrow();
    }
  }

  @Test
  void whatNoSnapshotListsIsNotSeen() throws IOException {
    ResultsFolder folder = writer();
    assertEquals(List.of(), read(folder));
    stage(folder, "w1", "7", "a", "b");
    stage(folder, "w1", "net=1:x", "c");
    folder.commit("run", "w1");
    ResultsFolder early = reader();
    Path half = out.resolve("streams/model=7/w2-0.parquet");
    Files.copy(only("streams/model=7"), half);
    List<String> first = List.of("7 a", "7 b", "net=1:x c");
    assertEquals(first, read(reader()), "half a wave is seen");
    Files.delete(half);
    stage(folder, "w2", "7", "d");
    folder.commit("run", "w2");
    assertEquals(first, read(early), "a reader stays with its snapshot");
    assertEquals(List.of("7 a", "7 b", "7 d", "net=1:x c"), read(reader()));
    assertEquals(1, reader().table(spark, Table.STREAMS).filter("key = 'd'").count());
  }

  @Test
  void committedFilesAreReadWhereTheyAre() throws IOException {
    ResultsFolder folder = writer();
    stage(folder, "w1", "m", "a");
    folder.commit("run", "w1");
    stage(folder, "w2", "m", "b");
    Path staged = out.relativize(only("_staging"));
    folder.publish(
        "run",
        "w2",
        List.of(
            folder.snapshot().orElseThrow().files().get(0),
            DataFile.of(
                "streams/model=m/w2-0.parquet",
                Files.size(out.resolve(staged)),
                staged.toString())));
    assertEquals(List.of("m a", "m b"), read(reader()));
    Files.move(out.resolve(staged), out.resolve("streams/model=m/w2-0.parquet"));
    assertEquals(List.of("m a", "m b"), read(reader()));
  }

  @Test
  void aReaderThatLosesItsFilesReadsTheNextSnapshot() throws IOException {
    ResultsFolder folder = writer();
    stage(folder, "w1", "m", "a");
    folder.commit("run", "w1");
    ResultsFolder reader = reader();
    AtomicInteger times = new AtomicInteger();
    List<String> rows =
        reader.reading(
            () -> {
              var table = reader.table(spark, Table.STREAMS);
              if (times.incrementAndGet() == 1) {
                stage(folder, "w2", "m", "b");
                replace(folder, "w2");
              }
              return table.collectAsList().stream().map(row -> row.<String>getAs("key")).toList();
            });
    assertEquals(List.of("b"), rows);
    assertEquals(2, times.get());
    Files.delete(only("streams"));
    UsageException e = assertThrows(UsageException.class, () -> reader.reading(() -> read(reader)));
    assertTrue(e.getMessage().contains("lacks a file that its snapshot"), e.getMessage());
    assertTrue(e.getMessage().contains("w2-0.parquet"), e.getMessage());
  }

  private static void replace(ResultsFolder folder, String wave) {
    try {
      folder.replace("run", wave, folder.snapshot().orElseThrow().files());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
