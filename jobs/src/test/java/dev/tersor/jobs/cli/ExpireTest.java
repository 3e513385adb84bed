package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.jobs.Checkpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compaction and expiry of a folder of several runs. */
class ExpireTest {
  private static final List<String> TABLES =
      List.of("cells", "streams", "compressed", "models", "runs", "grids");

  @TempDir Path folder;
  private Path out;

  @BeforeEach
  void checkpoint() throws IOException {
    Checkpoints.small(folder.resolve("small.safetensors"));
    out = folder.resolve("out");
  }

  private CommandLineRun sweep(String sparsities, String encodings) {
    CommandLineRun run =
        CommandLineRun.sweep(
            out.toString(),
            "--weights",
            "v:1=" + folder.resolve("small.safetensors"),
            "--sparsities",
            sparsities,
            "--bits",
            "4",
            "--encodings",
            encodings,
            "--keep",
            "bitmap");
    assertEquals(0, run.status, run::toString);
    return run;
  }

  private long number(String sql) {
    return CommandLineRun.number(out.toString(), sql);
  }

  private CommandLineRun command(String... args) {
    String[] all =
        Stream.concat(Stream.of(args), Stream.of("--out", out.toString())).toArray(String[]::new);
    CommandLineRun run = CommandLineRun.of(all);
    assertEquals(0, run.status, run::toString);
    return run;
  }

  /** A hash of every row of every table. */
  private List<String> dump() {
    return TABLES.stream()
        .map(
            table ->
                CommandLineRun.query(
                    out.toString(),
                    "SELECT md5(to_json(struct(*))) AS row FROM " + table + " ORDER BY row"))
        .toList();
  }

  /** Paths of regular files, but for checksums. */
  private Set<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(out)) {
      return all.filter(Files::isRegularFile)
          .map(path -> out.relativize(path).toString())
          .filter(path -> !path.endsWith(".crc"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private long parquet(String table) throws IOException {
    return files().stream().filter(path -> path.startsWith(table + "/")).count();
  }

  @Test
  void compactionKeepsEveryRow() throws IOException {
    sweep("0.5", "dense,bitmap");
    sweep("0.5,0.9", "bitmap,relative4");
    sweep("0.5,0.9", "bitmap,relative4");
    List<String> before = dump();
    long files = parquet("cells");
    CommandLineRun run = command("compact");
    assertTrue(run.out.contains("cells: " + files + " files of "), run::toString);
    assertEquals(files + 1, parquet("cells"), "nothing is lost");
    assertEquals(before, dump());
    assertTrue(command("compact").out.contains("deleted: 0 files"), "they may be read still");
    CommandLineRun later = command("compact", "--grace", "0h");
    assertTrue(later.out.contains("nothing to put together"), later.out);
    assertEquals(1, parquet("cells"));
    assertEquals(1, parquet("runs"));
    assertEquals(before, dump());
    assertTrue(command("verify").out.contains("8 stored containers read, 0 damaged"));
    CommandLineRun again = sweep("0.5,0.9", "bitmap,relative4");
    assertTrue(again.out.contains("0 cells computed, 16 held before"), again.out);
  }

  @Test
  void whatARunThatStaysStandsOnStays() throws IOException {
    sweep("0.5", "dense,bitmap");
    sweep("0.5,0.9", "bitmap,relative4");
    sweep("0.5,0.9", "bitmap,relative4");
    List<String> before = dump();
    CommandLineRun dry = command("expire", "--keep-runs", "1", "--dry-run");
    assertTrue(dry.out.contains("would expire: 2 runs"), dry.out);
    assertTrue(dry.out.contains("4 rows of cells"), dry.out);
    assertEquals(before, dump());
    CommandLineRun run = command("expire", "--keep-runs", "1");
    assertTrue(run.out.contains("expired: 2 runs"), run.out);
    assertTrue(run.out.contains("4 rows of cells"), run.out);
    CommandLineRun.assertNumbers(
        out.toString(),
        Map.of(
            // Dense cells went; the first run's bitmaps, which the last one stands on, are there.
            "SELECT count(*) FROM cells WHERE encoding LIKE 'dense%'",
            0,
            "SELECT count(*) FROM cells",
            16,
            "SELECT count(DISTINCT run_id) FROM runs",
            3,
            "SELECT count(DISTINCT run_id) FROM cells",
            2,
            "SELECT count(*) FROM streams LEFT ANTI JOIN cells USING (key)",
            0,
            "SELECT count(*) FROM compressed",
            8,
            "SELECT count(DISTINCT grid) FROM grids",
            1));
    assertNoOrphans();
    assertTrue(command("verify").out.contains("8 stored containers read, 0 damaged"));
    CommandLineRun again = sweep("0.5,0.9", "bitmap,relative4");
    assertTrue(again.out.contains("0 cells computed, 16 held before"), again.out);
    CommandLineRun nothing = command("expire", "--older-than", "30d");
    assertTrue(nothing.out.contains("expired: 0 runs"), nothing.out);
    assertEquals(16, number("SELECT count(*) FROM cells"));
  }

  /** After the grace every file is a closed one whose rows count, or says what the folder is. */
  private void assertNoOrphans() throws IOException {
    command("compact", "--grace", "0h");
    command("compact", "--grace", "0h");
    for (String file : files()) {
      boolean known =
          file.equals("_tersor")
              || file.matches("_runs/[^/]*\\.json")
              || file.matches(
                  "(cells|compressed|models|grids|runs)/run=0-[^/]*/[^._][^/]*\\.parquet");
      assertTrue(known, file + " is an orphan");
    }
    assertEquals(1, parquet("cells"));
  }

  @Test
  void badOptionsAreNamed() {
    sweep("0.5", "bitmap");
    for (String[] args :
        new String[][] {
          {"expire"},
          {"expire", "--keep-runs", "0"},
          {"expire", "--older-than", "30"},
          {"expire", "--keep-runs", "1", "--older-than", "30d"},
          {"compact", "--target-mb", "0"}
        }) {
      CommandLineRun run =
          CommandLineRun.of(
              Stream.concat(Stream.of(args), Stream.of("--out", out.toString()))
                  .toArray(String[]::new));
      assertEquals(2, run.status, run::toString);
      assertEquals(1, run.errors().size(), run::toString);
    }
    CommandLineRun none =
        CommandLineRun.of("compact", "--out", folder.resolve("nothing").toString());
    assertEquals(2, none.status);
    assertFalse(Files.exists(folder.resolve("nothing")));
  }
}
