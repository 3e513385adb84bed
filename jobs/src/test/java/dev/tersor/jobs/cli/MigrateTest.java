package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders of 0.1.0 are read as they are, and brought over. */
class MigrateTest {
  private static final Path PUBLISHED = Path.of("..", "results", "published", "appendix-b");

  private static final List<String> QUESTIONS =
      List.of(
          "SELECT count(*), sum(total_bytes), count(DISTINCT key) FROM cells",
          "SELECT count(*), sum(coded_bits), sum(symbols), max(stream) FROM streams",
          "SELECT count(*), sum(bin * count), max(histogram) FROM histograms",
          "SELECT count(*), sum(total_bytes) FROM models",
          "SELECT count(*), max(run_id) FROM runs");

  @TempDir Path folder;
  private Path old;

  @BeforeEach
  void copy() throws IOException {
    old = folder.resolve("old");
    try (Stream<Path> all = Files.walk(PUBLISHED)) {
      for (Path path : all.toList()) {
        Files.copy(path, old.resolve(PUBLISHED.relativize(path).toString()));
      }
    }
    Files.delete(old.resolve("answers.txt"));
  }

  private static List<String> answers(Path results) {
    return QUESTIONS.stream()
        .map(question -> CommandLineRun.query(results.toString(), question))
        .toList();
  }

  private static long files(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(Files::isRegularFile).count();
    }
  }

  @Test
  void everyRowIsBroughtOverAndTheOldFolderStays() throws IOException {
    long files = files(old);
    CommandLineRun into =
        CommandLineRun.sweep(old.toString(), "--models", "lenet300", "--encodings", "dense");
    assertEquals(2, into.status, into::toString);
    assertTrue(into.errors().get(0).contains("sweep migrate --out"), into::toString);
    List<String> before = answers(old);
    Path young = folder.resolve("young");
    String[] migrate = {"migrate", "--out", old.toString(), "--to", young.toString()};
    CommandLineRun first = CommandLineRun.of(migrate);
    assertEquals(0, first.status, first::toString);
    assertTrue(first.out.contains("cells: "), first::toString);
    assertEquals(before, answers(young));
    CommandLineRun again = CommandLineRun.of(migrate);
    assertEquals(0, again.status, again::toString);
    assertEquals("", again.out);
    assertEquals(before, answers(young));
    assertEquals(files, files(old));
    CommandLineRun known = CommandLineRun.of("migrate", "--out", young.toString(), "--to", "x");
    assertEquals(2, known.status, known::toString);
  }

  /** 0.1.0 kept the row of a cell that failed beside that of a later run. */
  @Test
  void aFailureAndItsLaterSuccessAreOneRow() throws IOException {
    long cells = CommandLineRun.number(old.toString(), "SELECT count(DISTINCT key) FROM cells");
    Path model = old.resolve("cells/model=resnet8");
    Path failed = folder.resolve("failed");
    Sessions.running()
        .read()
        .parquet(model.toString())
        .limit(3)
        .withColumn("verified", functions.lit(false))
        .withColumn("error", functions.lit("Java heap space"))
        .withColumn("run_id", functions.lit("20200101-000000-abcdef"))
        .coalesce(1)
        .write()
        .parquet(failed.toString());
    try (Stream<Path> all = Files.list(failed)) {
      Path file =
          all.filter(path -> path.toString().endsWith(".parquet")).findFirst().orElseThrow();
      Files.copy(file, model.resolve(file.getFileName().toString()));
    }
    assertEquals(cells + 3, CommandLineRun.number(old.toString(), "SELECT count(*) FROM cells"));
    Path young = folder.resolve("young");
    CommandLineRun run =
        CommandLineRun.of("migrate", "--out", old.toString(), "--to", young.toString());
    assertEquals(0, run.status, run::toString);
    assertEquals(cells, CommandLineRun.number(young.toString(), "SELECT count(*) FROM cells"));
    assertEquals(
        0,
        CommandLineRun.number(young.toString(), "SELECT count(*) FROM cells WHERE NOT verified"));
  }

  /** A wave that was committed and not all moved: its files lie where the snapshot says. */
  @Test
  void filesLieWhereTheNewestSnapshotSays() throws IOException {
    Path staged = Files.createDirectories(old.resolve("_staging/run/wave/cells/model=resnet8"));
    Path cells;
    try (Stream<Path> all = Files.list(old.resolve("cells/model=resnet8"))) {
      cells = all.filter(path -> path.toString().endsWith(".parquet")).findFirst().orElseThrow();
    }
    String name = cells.getFileName().toString();
    Files.move(cells, staged.resolve("part-0.parquet"));
    Files.createDirectories(old.resolve("_snapshots"));
    Files.writeString(old.resolve("_snapshots/00000001.json"), "{\"files\":[]}");
    Files.writeString(
        old.resolve("_snapshots/00000002.json"),
        """
        {"format":1,"snapshot":2,"files":[{"table":"cells","path":"cells/model=resnet8/%s","bytes":1,
        "staged":"_staging/run/wave/cells/model=resnet8/part-0.parquet"}]}
        """
            .formatted(name));
    assertEquals(
        1,
        CommandLineRun.number(old.toString(), "SELECT count(DISTINCT model) FROM cells"),
        "only the file that the snapshot lists");
    assertEquals(0, CommandLineRun.number(old.toString(), "SELECT count(*) FROM models"));
  }
}
