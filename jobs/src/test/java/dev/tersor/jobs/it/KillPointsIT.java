package dev.tersor.jobs.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.jobs.sql.LocalSpark;
import dev.tersor.jobs.table.TwoWriters;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * kill -9 of sweeps, sweeps that begin anew, compactions and expiries, at points that what is on
 * disk chooses: as many files as were not there when the process began. After each, views hold rows
 * of an undisturbed run, each key once; after the next try all of them. {@code bin/table-drill}
 * runs it.
 */
@Tag("drill")
class KillPointsIT {
  private static final int TWO_WRITERS = 100;

  @TempDir Path temporary;

  private SparkSession spark;
  private FileSystem files;
  private String root;
  private List<String> options;
  private List<String> grid;
  private int points;

  /** What can be away for a while; null for a local disk. */
  private S3Server store;

  @Test
  void onALocalDisk() throws Exception {
    root = temporary.resolve("store").toUri().toString().replaceAll("/$", "");
    options = List.of();
    spark = session(Map.of());
    drill();
  }

  @Test
  void onS3() throws Exception {
    try (S3Server server = S3Server.start(temporary)) {
      root = S3Server.BUCKET + "/store";
      List<String> all = new ArrayList<>(List.of("--driver-class-path", connector()));
      server
          .settings()
          .forEach((key, value) -> all.addAll(List.of("--conf", HADOOP + key + "=" + value)));
      options = all;
      spark = session(server.settings());
      store = server;
      drill();
    }
  }

  private static final String HADOOP = "spark.hadoop.fs.s3a.";

  private static SparkSession session(Map<String, String> s3) {
    SparkSession.Builder builder = LocalSpark.builder();
    s3.forEach((key, value) -> builder.config(HADOOP + key, value));
    return builder.getOrCreate();
  }

  /** Jars of the class path of tests that Spark's folder does not have and S3A needs. */
  private static String connector() {
    List<String> jars = new ArrayList<>();
    for (String jar : System.getProperty("surefire.test.class.path").split(":", -1)) {
      if (jar.matches(".*/(software/amazon|hadoop-aws|org/reactivestreams|httpcomponents)/.*")) {
        jars.add(jar);
      }
    }
    assertTrue(jars.size() > 10, jars::toString);
    return String.join(":", jars);
  }

  private void drill() throws Exception {
    grid = ManyLayers.grid(ManyLayers.in(temporary.resolve("models"), 4));
    try (FileSystem opened =
        FileSystem.newInstance(URI.create(root), spark.sparkContext().hadoopConfiguration())) {
      files = opened;
      // Drafts of killed writers, whose sums are cut short, are copied too.
      files.setVerifyChecksum(false);
      runs("undisturbed", night());
      Map<String, List<String>> whole = tables("undisturbed");
      assertEquals(4 * 2 * 3, whole.get("cells").size());
      sweeps(whole);
      beginnings(whole);
      upkeep(whole);
      if (store == null) {
        twoNamespaces(whole);
      } else {
        away(whole);
      }
      TwoWriters.atOnce(spark, root + "/two", TWO_WRITERS);
      assertTrue(points >= 30, points + " processes killed");
      System.out.printf(
          "%s: %d processes killed, %d times two writers at once: every key once%n",
          root.replaceFirst(":.*", ""), points, TWO_WRITERS);
    } finally {
      spark.stop();
    }
  }

  /** Files from a point to the next: a store shows no drafts, so fewer appear. */
  private int step() {
    return store == null ? 2 : 1;
  }

  /** Each goes on where the one before it was killed. */
  private void sweeps(Map<String, List<String>> whole) throws Exception {
    for (int point = 1; killed("sweep", 1 + step() * point, night()); point++) {
      assertPart(whole, tables("sweep"));
    }
    assertEquals(whole, tables("sweep"));
  }

  /** Each begins a generation; the last one is gone on with. */
  private void beginnings(Map<String, List<String>> whole) throws Exception {
    copy("undisturbed", "fresh");
    for (int point = 1; point <= 13; point += step()) {
      if (!killed("fresh", point, night("--fresh"))) {
        break; // a store shows fewer
      }
      assertPart(whole, tables("fresh"));
    }
    runs("fresh", night());
    assertEquals(whole, tables("fresh"));
  }

  /** Of a folder of many files: of killed sweeps, and of one that the last does not stand on. */
  private void upkeep(Map<String, List<String>> whole) throws Exception {
    List<String> other = night();
    other.set(other.indexOf("--bits") + 1, "8");
    runs("nights", other);
    for (int kill = 0; kill < 2; kill++) {
      killed("nights", 4, night());
    }
    runs("nights", night());
    Map<String, List<String>> all = tables("nights");
    assertEquals(2 * 4 * 2 * 3, all.get("cells").size());
    assertPart(all, whole);
    upkeep("compact", all, all);
    upkeep("expire --keep-runs 1", all, whole);
  }

  private void upkeep(
      String command, Map<String, List<String>> before, Map<String, List<String>> after)
      throws Exception {
    List<String> words = new ArrayList<>(List.of(command.split(" ", -1)));
    words.addAll(List.of("--grace", "0h"));
    for (int point = 1; ; point += 1 + point * step() / 16) {
      String out = words.get(0) + point;
      copy("nights", out);
      boolean killed = killed(out, point, words);
      Map<String, List<String>> found = tables(out);
      assertPart(before, found);
      assertPart(found, after);
      runs(out, words);
      assertEquals(after, tables(out), out);
      if (!killed) {
        return;
      }
    }
  }

  /** The store answers nobody for a minute in the middle of a sweep. */
  private void away(Map<String, List<String>> whole) throws Exception {
    SweepProcess sweep = start("away", night());
    while (listed("away").size() < 4) {
      assertTrue(sweep.isAlive(), sweep::log);
      Thread.sleep(20);
    }
    store.pause(60);
    assertEquals(0, sweep.await(), sweep::log);
    assertEquals(whole, tables("away"));
  }

  /** Two sweeps at once whose processes have the same names and numbers. */
  private void twoNamespaces(Map<String, List<String>> whole) throws Exception {
    List<SweepProcess> both = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      List<String> args = night("--out", root + "/namespaces");
      both.add(
          SweepProcess.inNamespace(temporary.resolve("namespace" + i + ".log"), "local[1]", args));
    }
    for (SweepProcess sweep : both) {
      assertEquals(0, sweep.await(), sweep::log);
    }
    assertEquals(whole, tables("namespaces"));
  }

  private List<String> night(String... more) {
    List<String> words = new ArrayList<>(List.of("sweep", "--offline"));
    words.addAll(grid);
    words.addAll(List.of(more));
    return words;
  }

  private SweepProcess start(String out, List<String> words) throws IOException {
    List<String> args = new ArrayList<>(words);
    args.addAll(List.of("--out", root + "/" + out));
    return SweepProcess.submit(
        temporary.resolve(out + "-" + System.nanoTime() + ".log"), "local[2]", options, args);
  }

  private void runs(String out, List<String> words) throws Exception {
    SweepProcess process = start(out, words);
    assertEquals(0, process.await(), process::log);
  }

  /** Whether it was killed when so many new files had been seen, and not at its end before. */
  private boolean killed(String out, int after, List<String> words) throws Exception {
    Set<String> before = listed(out);
    Set<String> seen = new HashSet<>();
    boolean killed =
        start(out, words)
            .killWhen(
                () -> {
                  seen.addAll(listed(out));
                  seen.removeAll(before);
                  return seen.size() >= after;
                });
    points += killed ? 1 : 0;
    return killed;
  }

  private Set<String> listed(String out) {
    Set<String> paths = new HashSet<>();
    try {
      list(new org.apache.hadoop.fs.Path(root + "/" + out), paths);
    } catch (FileNotFoundException e) {
      // Nothing yet, or a file that was renamed while it was listed.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return paths;
  }

  /** Without asking whose a file is, for which a local disk starts a process each. */
  private void list(org.apache.hadoop.fs.Path folder, Set<String> paths) throws IOException {
    for (FileStatus status : files.listStatus(folder)) {
      if (status.isDirectory()) {
        list(status.getPath(), paths);
      } else {
        paths.add(status.getPath().toString());
      }
    }
  }

  private void copy(String from, String to) throws IOException {
    FileUtil.copy(
        files,
        new org.apache.hadoop.fs.Path(root + "/" + from),
        files,
        new org.apache.hadoop.fs.Path(root + "/" + to),
        false,
        spark.sparkContext().hadoopConfiguration());
  }

  private Map<String, List<String>> tables(String out) {
    return Tables.read(spark, root + "/" + out);
  }

  /** Rows of an undisturbed run, each at most once. */
  private static void assertPart(Map<String, List<String>> whole, Map<String, List<String>> found) {
    found.forEach(
        (table, rows) -> {
          assertEquals(rows.size(), Set.copyOf(rows).size(), table);
          assertTrue(Set.copyOf(whole.get(table)).containsAll(rows), table + ": " + rows);
        });
  }
}
