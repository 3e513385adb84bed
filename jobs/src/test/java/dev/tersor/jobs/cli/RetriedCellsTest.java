package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.Checkpoints;
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
            "dense/packed", "OutOfMemoryError: Java heap space",
            "bitmap/packed", "UncheckedIOException: net fc: Stale file handle",
            "csr16/packed", "IllegalArgumentException: at most 256 columns"));
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

  /** Cells of results as those of a run that failed at some of them. */
  private static void copyWithFailures(String from, String to, Map<String, String> errors)
      throws IOException {
    try (SparkSession session = Sessions.start("test")) {
      var hadoop = session.sparkContext().hadoopConfiguration();
      var cells = ResultsFolder.open(from, hadoop).table(session, Table.CELLS);
      for (Map.Entry<String, String> error : errors.entrySet()) {
        var hit = functions.col("encoding").equalTo(error.getKey());
        cells =
            cells
                .withColumn(
                    "error",
                    functions.when(hit, error.getValue()).otherwise(functions.col("error")))
                .withColumn(
                    "verified", functions.when(hit, false).otherwise(functions.col("verified")));
      }
      String run = "20260101-000001-abcdef";
      TableWriter writer = new TableWriter(session, ResultsFolder.create(to, hadoop), run);
      writer.stage(cells, "00000", Table.CELLS);
      writer.commit("00000");
    }
  }
}
