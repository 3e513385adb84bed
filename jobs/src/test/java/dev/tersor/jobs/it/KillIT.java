package dev.tersor.jobs.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tersor.jobs.sql.LocalSpark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sweep that is killed and started again gives the tables of one that was left alone. */
class KillIT {
  @TempDir static Path folder;
  private static SparkSession spark;
  private static Map<String, List<String>> undisturbed;
  private static List<String> grid;

  @BeforeAll
  static void sweepUndisturbed() throws IOException, InterruptedException {
    spark = LocalSpark.start();
    Path models = ManyLayers.in(folder.resolve("models"), 4);
    grid = ManyLayers.grid(models);
    Path out = folder.resolve("undisturbed");
    SweepProcess sweep = start("undisturbed", "local[2]", out);
    assertEquals(0, sweep.await(), sweep::log);
    undisturbed = Tables.read(spark, out.toString());
    assertEquals(4 * 2 * 3, undisturbed.get("cells").size());
    assertEquals(4 * 2, undisturbed.get("compressed").size());
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static SweepProcess start(String name, String master, Path out) throws IOException {
    List<String> options = new ArrayList<>(grid);
    options.addAll(List.of("--out", out.toString()));
    return SweepProcess.start(folder.resolve(name + ".log"), master, options);
  }

  /**
   * A writer that stands still, as on a laptop that sleeps, while another is killed and a third
   * ends what there is to do; then it goes on as if nothing had been.
   */
  @Test
  void writersThatAreStoppedAndKilledAndGoOn() throws IOException, InterruptedException {
    Path out = folder.resolve("driver");
    SweepProcess first = start("first", "local[2]", out);
    first.awaitFiles(out, 2);
    first.signal("STOP");
    int files = SweepProcess.files(out);
    start("second", "local[2]", out).killAfter(out, files + 2);
    SweepProcess third = start("third", "local[2]", out);
    assertEquals(0, third.await(), third::log);
    assertFalse(third.log().contains(" 0 held before"), third::log);
    assertEquals(undisturbed, Tables.read(spark, out.toString()));
    // Drills wait longer than Spark waits for a heartbeat.
    Thread.sleep(TimeUnit.SECONDS.toMillis(Long.getLong("tersor.stopped", 0)));
    first.signal("CONT");
    assertEquals(0, first.await(), first::log);
    assertEquals(undisturbed, Tables.read(spark, out.toString()));
  }

  @Test
  @Tag("full")
  void executorOfALocalClusterIsKilled() throws IOException, InterruptedException {
    Path out = folder.resolve("executor");
    SweepProcess sweep = start("executor", "local-cluster[2,1,1024]", out);
    sweep.awaitFiles(out, 2);
    sweep.killOneExecutor();
    assertEquals(0, sweep.await(), sweep::log);
    assertEquals(undisturbed, Tables.read(spark, out.toString()));
  }
}
