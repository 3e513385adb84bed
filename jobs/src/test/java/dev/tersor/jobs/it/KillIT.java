package dev.tersor.jobs.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sweep that is killed and started again gives the tables of one that was left alone. */
class KillIT {
  @TempDir static Path folder;
  private static SparkSession spark;
  private static Map<String, List<String>> undisturbed;

  @BeforeAll
  static void sweepUndisturbed() throws IOException, InterruptedException {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .getOrCreate();
    Path models = Files.createDirectories(folder.resolve("models"));
    String tensors =
        IntStream.range(0, 14)
            .mapToObj(
                i ->
                    "{ name = fc%d, kind = fc, shape = [%d, 500], macs = 1, prune = true }"
                        .formatted(i, 100 + 20 * i))
            .collect(Collectors.joining("\n"));
    Files.writeString(
        models.resolve("many.conf"),
        "name = many, title = \"many layers\", input = [500]\nsources = [{ synthetic = 3 }]\n"
            + "tensors = [\n"
            + tensors
            + "\n]\n");
    Path out = folder.resolve("undisturbed");
    SweepProcess sweep = start("undisturbed", "local[2]", out);
    assertEquals(0, sweep.await(), sweep::log);
    assertTrue(SweepProcess.waves(out) > 6, "too few waves to kill between them");
    undisturbed = Tables.read(spark, out.toString());
    assertEquals(14 * 2 * 3, undisturbed.get("cells").size());
    assertEquals(14 * 2, undisturbed.get("compressed").size());
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static SweepProcess start(String name, String master, Path out) throws IOException {
    return SweepProcess.start(
        folder.resolve(name + ".log"),
        master,
        "--models",
        "many",
        "--models-dir",
        folder.resolve("models").toString(),
        "--sparsities",
        "0.5,0.9",
        "--encodings",
        "dense/huffman,bitmap,relative4/huffman",
        "--bits",
        "4",
        "--codebooks",
        "linear",
        "--wave-seconds",
        "0.01",
        "--out",
        out.toString());
  }

  @Test
  void driverIsKilledTwice() throws IOException, InterruptedException {
    Path out = folder.resolve("driver");
    start("driver-1", "local[2]", out).killAfterWaves(out, 2);
    int committed = SweepProcess.waves(out);
    start("driver-2", "local[2]", out).killAfterWaves(out, committed + 2);
    SweepProcess last = start("driver-3", "local[2]", out);
    assertEquals(0, last.await(), last::log);
    assertFalse(last.log().contains(" 0 held before"), last::log);
    assertEquals(undisturbed, Tables.read(spark, out.toString()));
    try (Stream<Path> staged = Files.walk(out.resolve("_staging"))) {
      assertEquals(0, staged.filter(Files::isRegularFile).count(), "staged files are left");
    }
  }

  @Test
  void executorOfALocalClusterIsKilled() throws IOException, InterruptedException {
    Path out = folder.resolve("executor");
    SweepProcess sweep = start("executor", "local-cluster[2,1,1024]", out);
    sweep.awaitWaves(out, 2);
    sweep.killOneExecutor();
    assertEquals(0, sweep.await(), sweep::log);
    assertEquals(undisturbed, Tables.read(spark, out.toString()));
  }

  /** Moves that a kill left undone are finished by the next run, staged files without record go. */
  @Test
  void anUnfinishedCommitIsFinished() throws IOException, InterruptedException {
    Path out = folder.resolve("unfinished");
    copy(folder.resolve("undisturbed"), out);
    Path record;
    try (Stream<Path> records = Files.list(out.resolve("_waves"))) {
      record =
          records
              .filter(path -> !path.getFileName().toString().startsWith("."))
              .sorted()
              .findFirst()
              .orElseThrow();
    }
    String wave = record.getFileName().toString();
    Path staged = out.resolve("_staging").resolve("dead").resolve(wave);
    for (String line : Files.readAllLines(record)) {
      String[] move = line.split("\t", 2);
      Files.createDirectories(staged.resolve(move[0]).getParent());
      Files.move(out.resolve(move[1]), staged.resolve(move[0]));
    }
    Path orphan = out.resolve("_staging/dead/never-committed/cells/model=many/part-0.parquet");
    Files.createDirectories(orphan.getParent());
    Files.writeString(orphan, "half a wave");
    SweepProcess again = start("unfinished-2", "local[2]", out);
    assertEquals(0, again.await(), again::log);
    assertTrue(again.log().contains("0 cells computed"), again::log);
    assertEquals(undisturbed, Tables.read(spark, out.toString()));
    assertFalse(Files.exists(orphan));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }
}
