package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.jobs.Checkpoints;
import dev.tersor.jobs.table.TwoWriters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.SparkSession;

/** Weights from a store, results to it, upkeep there, and two writers at the same instant. */
final class StoreScenario {
  private final FileSystem files;
  private final String root;

  /**
   * @param root address of an empty folder of the store
   */
  StoreScenario(FileSystem files, String root) {
    this.files = files;
    this.root = root;
  }

  void run(Path local) throws Exception {
    Path file = local.resolve("small.safetensors");
    Checkpoints.small(file);
    String weights = root + "/weights/small.safetensors";
    files.copyFromLocalFile(
        new org.apache.hadoop.fs.Path(file.toUri()), new org.apache.hadoop.fs.Path(weights));
    Files.delete(file);
    String out = root + "/results";
    String[] options = {"--weights", "small=" + weights, "--sparsities", "0.8", "--bits", "4"};
    CommandLineRun sweep = CommandLineRun.sweep(out, options);
    assertEquals(0, sweep.status, sweep::toString);
    assertTrue(sweep.out.contains("96 cells computed"), sweep.out);
    CommandLineRun again = CommandLineRun.sweep(out, options);
    assertEquals(0, again.status, again::toString);
    assertTrue(again.out.contains("0 cells computed, 96 held before"), again.out);
    CommandLineRun verify = CommandLineRun.of("verify", "--out", out);
    assertTrue(verify.out.contains("4 stored containers read, 0 damaged"), verify::toString);
    CommandLineRun decode =
        CommandLineRun.of(
            "decode", "--out", out, "--model", "small", "--to", root + "/small.safetensors");
    assertEquals(0, decode.status, decode::toString);
    CommandLineRun decoded =
        CommandLineRun.sweep(
            out,
            "--weights",
            "back=" + root + "/small.safetensors",
            "--sparsities",
            "asis",
            "--encodings",
            "bitmap");
    assertEquals(0, decoded.status, decoded::toString);
    CommandLineRun query =
        CommandLineRun.of(
            "sql",
            "--out",
            out,
            "SELECT count(*) AS n FROM cells WHERE model = 'back' AND abs(sparsity - 0.8) < 0.01");
    assertTrue(query.out.contains("| 4 |"), query::toString);
    CommandLineRun tensors =
        CommandLineRun.of(
            "sql",
            "--out",
            out,
            """
            CREATE TEMPORARY VIEW stored USING tersor OPTIONS (path '%s');
            CREATE TEMPORARY VIEW file USING safetensors OPTIONS (path '%s');
            SELECT count(*) AS n FROM stored JOIN file ON tensor = name
            WHERE stored.model = 'small' AND stored.values = file.values
            """
                .formatted(out, root + "/small.safetensors"));
    assertTrue(tensors.out.contains("| 4 |"), tensors::toString);
    compactsAndExpires(out);
    TwoWriters.atOnce(SparkSession.active(), root + "/two", 5);
  }

  /** Few files for many, then only what the last run stands on: its own four cells. */
  private void compactsAndExpires(String out) throws IOException {
    CommandLineRun compact = CommandLineRun.of("compact", "--out", out);
    assertEquals(0, compact.status, compact::toString);
    assertTrue(compact.out.contains("cells: "), compact::toString);
    assertEquals(100, CommandLineRun.number(out, "SELECT count(*) FROM cells"));
    CommandLineRun expire = CommandLineRun.of("expire", "--out", out, "--older-than", "1h");
    assertTrue(expire.out.contains("expired: 0 runs"), expire::toString);
    expire = CommandLineRun.of("expire", "--out", out, "--keep-runs", "1");
    assertEquals(0, expire.status, expire::toString);
    assertTrue(expire.out.contains("96 rows of cells"), expire::toString);
    assertEquals(4, CommandLineRun.number(out, "SELECT count(*) FROM cells"));
    assertEquals(1, CommandLineRun.number(out, "SELECT count(*) FROM runs"));
    CommandLineRun verify = CommandLineRun.of("verify", "--out", out);
    assertTrue(verify.out.contains("4 stored containers read, 0 damaged"), verify::toString);
    Set<String> left = new TreeSet<>();
    var all = files.listFiles(new org.apache.hadoop.fs.Path(out), true);
    while (all.hasNext()) {
      String path = all.next().getPath().toUri().getPath();
      left.add(path.replaceFirst(".*/results/([^/]+).*", "$1"));
    }
    assertEquals(
        Set.of("_replaced", "_runs", "_tersor", "cells", "compressed", "grids", "models", "runs"),
        left);
  }
}
