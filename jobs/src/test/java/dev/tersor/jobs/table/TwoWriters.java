package dev.tersor.jobs.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Two runs that open a folder, find the same cells missing and write them at the same instant. */
public final class TwoWriters {
  private TwoWriters() {}

  /**
   * @param root address of a folder for the results, one for each time
   */
  public static void atOnce(SparkSession session, String root, int times) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      for (int time = 0; time < times; time++) {
        String out = root + "/" + time;
        CyclicBarrier together = new CyclicBarrier(2);
        List<Future<Void>> runs = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
          String id = "20260101-00000%d-abcdef".formatted(i);
          runs.add(
              threads.submit(
                  () -> {
                    together.await();
                    write(session.newSession(), out, id);
                    return null;
                  }));
        }
        for (Future<Void> run : runs) {
          run.get();
        }
        check(session, out);
      }
    } finally {
      threads.shutdown();
    }
  }

  private static final List<String> KEYS = IntStream.range(0, 20).mapToObj(i -> "key" + i).toList();

  private static void write(SparkSession session, String out, String id) throws Exception {
    ResultsFolder folder = ResultsFolder.create(out, session.sparkContext().hadoopConfiguration());
    TableWriter tables = new TableWriter(session, folder, id);
    List<Row> cells =
        KEYS.stream()
            .map(
                key ->
                    new RowBuilder(Table.CELLS)
                        .set("key", key)
                        .set("run_id", id)
                        .set("model", "net")
                        .set("verified", true)
                        .build())
            .toList();
    tables.write(session.createDataFrame(cells, Table.CELLS.schema()).repartition(2), Table.CELLS);
    tables.finish(
        List.of(),
        new RowBuilder(Table.RUNS).set("run_id", id).set("finished", Timestamp.from(Instant.now())),
        new Coverage().add(Table.CELLS, KEYS));
  }

  private static void check(SparkSession session, String out) {
    ResultsFolder folder = ResultsFolder.open(out, session.sparkContext().hadoopConfiguration());
    List<String> found =
        folder
            .table(session, Table.CELLS)
            .select("key")
            .as(Encoders.STRING())
            .collectAsList()
            .stream()
            .sorted()
            .toList();
    assertEquals(KEYS.stream().sorted().toList(), found);
    assertEquals(2L * KEYS.size(), folder.rows(session, Table.CELLS).count(), "both wrote all");
    assertEquals(2, folder.table(session, Table.RUNS).count());
    assertTrue(folder.files(Table.CELLS).size() <= 4);
  }
}
