package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.Checkpoints;
import dev.tersor.jobs.table.Failure;
import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.Table;
import dev.tersor.jobs.table.TableWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cells that failed for want of memory, or of a disk, are computed by the next run. */
class RetriedCellsTest {
  @TempDir Path folder;

  private CommandLineRun sweep(String out) {
    return CommandLineRun.sweep(
        out,
        "--weights",
        "net=" + folder.resolve("net.safetensors"),
        "--sparsities",
        "0.5",
        "--encodings",
        "dense,bitmap,csr16,psr");
  }

  @Test
  void whatWasNoFaultOfTheInputIsTriedAgain() throws IOException {
    Checkpoints.write(
        folder.resolve("net.safetensors"),
        Map.of("fc", Shape.of(20, 30)),
        Map.of("fc", Checkpoints.weights(600, 1)));
    String good = folder.resolve("good").toString();
    assertEquals(0, sweep(good).status);
    String out = folder.resolve("out").toString();
    copyWithFailures(
        good,
        out,
        Map.of(
            "dense/packed", new Failure(Failure.Cause.MEMORY, "Java heap space"),
            "bitmap/packed", new Failure(Failure.Cause.FAULT, "Stale file handle"),
            "csr16/packed", new Failure(Failure.Cause.INPUT, "at most 256 columns")));
    CommandLineRun again = sweep(out);
    assertEquals(1, again.status, again::toString);
    assertTrue(again.out.contains("2 cells computed, 2 held before, 1 failed"), again::toString);
    CommandLineRun.assertNumbers(
        out,
        Map.of(
            "SELECT count(DISTINCT key) FROM cells WHERE verified",
            3,
            "SELECT count(*) FROM models WHERE verified",
            3,
            "SELECT failed FROM models WHERE encoding = 'csr16/packed'",
            1));
    assertTrue(sweep(out).out.contains("0 cells computed, 4 held before, 1 failed"));
  }

  /** Two units that lack memory side by side are computed one after the other, in the same run. */
  @Test
  void whatLacksMemoryGivesWayBeforeItFails() throws IOException {
    Checkpoints.write(
        folder.resolve("net.safetensors"),
        Map.of("a", Shape.of(20, 30), "b", Shape.of(20, 30)),
        Map.of("a", Checkpoints.weights(600, 1), "b", Checkpoints.weights(600, 2)));
    String weights = "net=starving:" + folder.resolve("net.safetensors");
    String[] options = {"--weights", weights, "--sparsities", "0.5", "--encodings", "dense,psr"};
    StarvingFileSystem.BEFORE.set(1 << 20);
    String good = folder.resolve("good").toString();
    assertEquals(0, CommandLineRun.sweep(good, options).status);
    int opened = (1 << 20) - StarvingFileSystem.BEFORE.get();
    try {
      // The last files that are opened are those of the two units.
      StarvingFileSystem.BEFORE.set(opened - 2);
      StarvingFileSystem.TIMES.set(2);
      String out = folder.resolve("gave-way").toString();
      CommandLineRun run = CommandLineRun.sweep(out, options);
      assertEquals(0, run.status, run::toString);
      assertEquals(0, Math.max(0, StarvingFileSystem.TIMES.get()));
      assertTrue(run.out.contains("4 cells computed, 0 held before, 0 failed"), run::toString);
      CommandLineRun.assertNumbers(
          out,
          Map.of(
              "SELECT count(*) FROM cells", 4,
              "SELECT count(*) FROM cells WHERE verified", 4,
              "SELECT count(*) FROM models WHERE verified", 2));
      // And where one alone has too little as well, the next run finds that it may try again.
      StarvingFileSystem.BEFORE.set(opened - 2);
      StarvingFileSystem.TIMES.set(1 << 20);
      String none = folder.resolve("none").toString();
      assertEquals(1, CommandLineRun.sweep(none, options).status);
      CommandLineRun.assertNumbers(
          none, Map.of("SELECT count(*) FROM cells WHERE cause = 'memory' AND NOT verified", 4));
      StarvingFileSystem.TIMES.set(0);
      CommandLineRun again = CommandLineRun.sweep(none, options);
      assertTrue(again.out.contains("4 cells computed, 0 held before, 0 failed"), again::toString);
    } finally {
      StarvingFileSystem.BEFORE.set(Integer.MAX_VALUE);
      StarvingFileSystem.TIMES.set(0);
    }
  }

  /** Cells of results as those of a run that failed at some of them. */
  private static void copyWithFailures(String from, String to, Map<String, Failure> errors)
      throws IOException {
    try (Sessions spark = Sessions.start("test")) {
      SparkSession session = spark.session();
      var hadoop = session.sparkContext().hadoopConfiguration();
      var cells = ResultsFolder.open(from, hadoop).table(session, Table.CELLS);
      for (Map.Entry<String, Failure> error : errors.entrySet()) {
        var hit = functions.col("encoding").equalTo(error.getKey());
        for (Map.Entry<String, Object> value : error.getValue().values().entrySet()) {
          String column = value.getKey();
          cells =
              cells.withColumn(
                  column, functions.when(hit, value.getValue()).otherwise(functions.col(column)));
        }
      }
      String run = "20260101-000001-abcdef";
      TableWriter writer = new TableWriter(session, ResultsFolder.create(to, hadoop), run);
      writer.write(cells, Table.CELLS);
    }
  }
}
