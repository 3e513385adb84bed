package dev.tersor.jobs.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.jobs.sql.LocalSpark;
import dev.tersor.jobs.upkeep.Compaction;
import dev.tersor.jobs.upkeep.Expiry;
import dev.tersor.jobs.upkeep.KeepRule;
import dev.tersor.jobs.upkeep.Upkeep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Writers that die, or whose disk is full, before one of their changes to the file system: whatever
 * they did, every fact that was there is there once, and after the next try all is.
 */
class DrillTest {
  private static SparkSession spark;

  @TempDir Path temporary;
  private Path out;

  @BeforeAll
  static void start() {
    spark = LocalSpark.start();
    // Few rows, asked for often.
    spark.conf().set("spark.sql.shuffle.partitions", 1);
    spark.conf().set("spark.sql.adaptive.enabled", false);
    spark.sparkContext().hadoopConfiguration().set("fs.file.impl", DyingFileSystem.class.getName());
    spark.sparkContext().hadoopConfiguration().setBoolean("fs.file.impl.disable.cache", true);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @AfterEach
  void revive() {
    DyingFileSystem.revive();
  }

  private ResultsFolder folder() {
    return ResultsFolder.create(out.toString(), spark.sparkContext().hadoopConfiguration());
  }

  private static String id(int run) {
    return "20260101-00000%d-abcdef".formatted(run);
  }

  private static List<Row> cells(int run, String... keys) {
    List<Row> rows = new ArrayList<>();
    for (String key : keys) {
      rows.add(
          new RowBuilder(Table.CELLS)
              .set("key", key)
              .set("run_id", id(run))
              .set("model", "net")
              .set("verified", !key.startsWith("failed"))
              .build());
    }
    return rows;
  }

  /** What a sweep does at its end, that computed some keys and found others. */
  private void run(int run, List<String> computed, List<String> grid) throws IOException {
    ResultsFolder folder = folder();
    TableWriter tables = new TableWriter(spark, folder, id(run));
    for (String key : computed) {
      tables.write(cells(run, key), Table.CELLS);
    }
    tables.finish(
        List.of(),
        new RowBuilder(Table.RUNS)
            .set("run_id", id(run))
            .set("finished", Timestamp.from(Instant.EPOCH.plusSeconds(run))),
        new Coverage().add(Table.CELLS, grid));
  }

  private List<String> keys() {
    return folder().table(spark, Table.CELLS).select("key", "run_id").collectAsList().stream()
        .map(row -> row.getString(0) + " " + row.getString(1).charAt(14))
        .sorted()
        .toList();
  }

  private List<Path> files(String table) throws IOException {
    Path home = out.resolve(table);
    if (!Files.exists(home)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(home)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  /** What is done to a folder, and may die. */
  private interface Work {
    void run() throws Exception;
  }

  /**
   * Dies before every change in turn, or every seventh without -Dtersor.everywhere=true, and tries
   * once more.
   *
   * @param before keys that are there at first, and stay whatever happens
   * @param after those that the work ends with
   * @return how many places to die there were
   */
  private int everywhere(Work setUp, Work work, List<String> before, List<String> after)
      throws Exception {
    Path template = temporary.resolve("template");
    out = template;
    setUp.run();
    assertEquals(before, keys());
    int step = Boolean.getBoolean("tersor.everywhere") ? 1 : 7;
    for (int changes = 0; ; changes += step) {
      out = temporary.resolve("after" + changes);
      copy(template, out);
      boolean died = false;
      DyingFileSystem.dieAfter(changes);
      try {
        work.run();
      } catch (Exception e) {
        died = true;
      }
      DyingFileSystem.revive();
      List<String> seen = new ArrayList<>(keys());
      assertTrue(
          seen.containsAll(before.stream().filter(after::contains).toList()),
          changes + ": " + seen);
      seen.removeAll(before);
      assertTrue(after.containsAll(seen), changes + ": " + seen);
      if (!died) {
        assertEquals(after, keys());
        return changes;
      }
      work.run();
      assertEquals(after, keys(), "after " + changes + " changes");
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Files.copy(
            path, to.resolve(from.relativize(path).toString()), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  private void threeRuns() throws IOException {
    run(1, List.of("a", "b"), List.of("a", "b"));
    run(2, List.of("c"), List.of("b", "c"));
    run(3, List.of("d"), List.of("b", "c", "d"));
  }

  private static final List<String> THREE = List.of("a 1", "b 1", "c 2", "d 3");

  @Test
  void aRunOfManyFilesLeavesFew() throws Exception {
    int places =
        everywhere(
            this::threeRuns,
            () -> {
              run(4, List.of("e", "f", "g", "h", "i"), List.of("a", "e", "f", "g", "h", "i"));
              assertTrue(
                  files("cells").stream().filter(path -> path.toString().contains(id(4))).count()
                      <= 4 * 2);
            },
            THREE,
            Stream.concat(THREE.stream(), Stream.of("e 4", "f 4", "g 4", "h 4", "i 4")).toList());
    assertTrue(places > 20, places + " places to die");
  }

  private void compact(Duration grace) throws IOException {
    ResultsFolder folder = folder();
    RunInfo info = RunInfo.start("1", "", folder.newestRun());
    Upkeep upkeep = new Upkeep(spark, folder, grace);
    new Compaction(spark, folder, info, upkeep).run(1 << 20);
    upkeep.clean();
  }

  @Test
  void compactionLosesNothing() throws Exception {
    int places = everywhere(this::threeRuns, () -> compact(Duration.ZERO), THREE, THREE);
    assertTrue(places > 10, places + " places to die");
    assertEquals(1, folder().files(Table.CELLS).size());
    compact(Duration.ZERO);
    compact(Duration.ZERO);
    assertEquals(
        1,
        files("cells").stream().filter(path -> path.toString().endsWith(".parquet")).count(),
        "what was replaced is deleted, and drafts are");
  }

  /** Columns that say where rows lie do not take the place of a table's own. */
  @Test
  void namesOfNetworksStay() throws Exception {
    out = temporary.resolve("trained");
    ResultsFolder folder = folder();
    TableWriter tables = new TableWriter(spark, folder, id(1));
    for (String key : List.of("a", "b")) {
      Row row =
          new RowBuilder(Table.TRAINED)
              .set("key", key)
              .set("run_id", id(1))
              .set("model", "net")
              .set("file", key + ".tersor")
              .set("verified", true)
              .build();
      tables.write(List.of(row), Table.TRAINED);
    }
    tables.finish(
        List.of(),
        new RowBuilder(Table.RUNS)
            .set("run_id", id(1))
            .set("finished", Timestamp.from(Instant.EPOCH)),
        new Coverage());
    for (int files : new int[] {2, 1}) {
      assertEquals(files, folder().files(Table.TRAINED).size());
      assertEquals(
          List.of("a.tersor", "b.tersor"),
          folder().table(spark, Table.TRAINED).orderBy("key").collectAsList().stream()
              .map(row -> row.<String>getAs("file"))
              .toList());
      compact(Duration.ofDays(1));
    }
  }

  /** Drafts beside the tables, by names that only drafts have. */
  @Test
  void whatDeadWritersLeftBesideTheTablesGoes() throws Exception {
    out = temporary.resolve("drafts");
    threeRuns();
    compact(Duration.ofDays(1));
    List<String> drafts =
        List.of(
            ".probe-8630f947-c7c1-42ae-98e8-9543ef540abf",
            "._tersor.17",
            "_replaced/." + id(1) + ".0.17",
            "_runs/." + id(1) + ".json.17",
            "networks/.net.tersor.17");
    List<String> others = List.of(".gitignore", "_runs/.notes", "networks/.about");
    for (List<String> names : List.of(drafts, others)) {
      for (String name : names) {
        Files.createDirectories(out.resolve(name).getParent());
        Files.writeString(out.resolve(name), "x");
        assertTrue(out.resolve(name).toFile().setLastModified(0));
      }
    }
    compact(Duration.ofDays(1));
    assertEquals(List.of(), drafts.stream().filter(d -> Files.exists(out.resolve(d))).toList());
    assertEquals(others, others.stream().filter(d -> Files.exists(out.resolve(d))).toList());
  }

  private void expire() throws IOException {
    ResultsFolder folder = folder();
    RunInfo info = RunInfo.start("1", "", folder.newestRun());
    Upkeep upkeep = new Upkeep(spark, folder, Duration.ZERO);
    upkeep.restore(new TableWriter(spark, folder, info.id()));
    Expiry.of(spark, folder, upkeep, KeepRule.last(1)).commit(info);
    upkeep.clean();
  }

  @Test
  void expiryTakesOnlyWhatNoRunStandsOn() throws Exception {
    int places = everywhere(this::threeRuns, this::expire, THREE, List.of("b 1", "c 2", "d 3"));
    assertTrue(places > 8, places + " places to die");
  }

  /** A night that found its cells before they expired, and ended after that. */
  @Test
  void whatANightBesideExpiryStandsOnComesBack() throws Exception {
    out = temporary.resolve("beside");
    threeRuns();
    ResultsFolder folder = folder();
    RunInfo info = RunInfo.start("1", "", folder.newestRun());
    Upkeep upkeep = new Upkeep(spark, folder, Duration.ofDays(1));
    Expiry expiry = Expiry.of(spark, folder, upkeep, KeepRule.last(1));
    run(4, List.of(), List.of("a", "b"));
    expiry.commit(info);
    assertEquals(THREE, keys());
    expire();
    assertEquals(List.of("a 1", "b 1"), keys(), "and it is the last run from then on");
  }

  @Test
  void twoUpkeepsAtOnceLoseNothing() throws Exception {
    out = temporary.resolve("two");
    threeRuns();
    List<ResultsFolder> folders = List.of(folder(), folder());
    List<Upkeep> upkeeps = new ArrayList<>();
    for (ResultsFolder folder : folders) {
      folder.files(Table.CELLS);
      upkeeps.add(new Upkeep(spark, folder, Duration.ofDays(1)));
    }
    for (int i = 0; i < 2; i++) {
      new Compaction(
              spark,
              folders.get(i),
              new RunInfo("20260102-00000" + i + "-abcdef", Instant.EPOCH, "1", ""),
              upkeeps.get(i))
          .run(1 << 20);
    }
    assertEquals(THREE, keys());
    compact(Duration.ZERO);
    assertEquals(THREE, keys());
  }

  /** Ids go on from the newest, and which run is the last is said by them. */
  @Test
  void aClockThatGoesBackChangesNothing() throws Exception {
    out = temporary.resolve("clock");
    threeRuns();
    String id = RunInfo.id(Instant.parse("2020-01-01T00:00:00Z"), folder().newestRun());
    assertTrue(id.startsWith("20260101-000004-"), id);
    ResultsFolder folder = folder();
    TableWriter tables = new TableWriter(spark, folder, id);
    tables.write(cells(4, "e"), Table.CELLS);
    tables.finish(
        List.of(),
        new RowBuilder(Table.RUNS)
            .set("run_id", id)
            .set("finished", Timestamp.from(Instant.EPOCH.minusSeconds(1))),
        new Coverage().add(Table.CELLS, List.of("a", "e")));
    assertEquals(id, folder().newestRun());
    compact(Duration.ofDays(1));
    assertEquals(List.of("a 1", "b 1", "c 2", "d 3", "e 4"), keys());
    expire();
    assertEquals(List.of("a 1", "e 4"), keys(), "what the last run stands on, whenever it was");
  }

  /** A failed cell and its later success, and a generation that began anew. */
  @Test
  void aKeyIsThereOnce() throws Exception {
    out = temporary.resolve("once");
    ResultsFolder folder = folder();
    TableWriter tables = new TableWriter(spark, folder, id(1));
    tables.write(cells(1, "a", "b"), Table.CELLS);
    new TableWriter(spark, folder(), id(2)).write(cells(2, "b", "c"), Table.CELLS);
    assertEquals(List.of("a 1", "b 1", "c 2"), keys());
    ResultsFolder fresh = folder();
    fresh.begin();
    new TableWriter(spark, fresh, id(3)).write(cells(3, "b"), Table.CELLS);
    assertEquals(List.of("b 3"), keys());
    assertEquals(1, folder().generation());
    assertEquals(1, folder().ofGeneration(spark, Table.CELLS).count(), "resume knows but these");
    assertEquals(5, folder().rows(spark, Table.CELLS).count(), "compare finds the old ones");
    assertEquals(id(3), folder().newestRun());
  }
}
