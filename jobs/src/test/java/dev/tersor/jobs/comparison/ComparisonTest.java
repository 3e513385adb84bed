package dev.tersor.jobs.comparison;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.jobs.config.UsageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {
  private static final Tolerances STRICT = new Tolerances(0, 0.1, 0.1, 20);

  private static SparkSession session;

  @TempDir Path folder;

  @BeforeAll
  static void start() {
    session =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "1")
            // A query over ten rows is over before its code is compiled.
            .config("spark.sql.codegen.wholeStage", "false")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .getOrCreate();
  }

  @AfterAll
  static void stop() throws IOException {
    session.close();
  }

  private Results results(String name) {
    return new Results(session, folder.resolve(name));
  }

  private static RunHistory runs(Results results) {
    return new RunHistory(session, results.folder(), List.of());
  }

  private static Comparison compare(Results before, Results after, Tolerances tolerances) {
    return compare(before, after, new Comparison.Options(List.of(), tolerances, false, false));
  }

  private static Comparison compare(Results before, Results after, Comparison.Options options) {
    RunHistory one = runs(before);
    RunHistory other = runs(after);
    return Comparison.of(session, one.at(one.newest()), other.at(other.newest()), options);
  }

  /** Regressions as {@code kind metric encoding worse}, worst first. */
  private static List<String> worst(Comparison comparison) {
    return comparison.regressions().collectAsList().stream()
        .map(
            row ->
                "%s %s %s %s"
                    .formatted(
                        row.getAs("kind"),
                        row.getAs("metric"),
                        row.getAs("encoding"),
                        row.getAs("worse")))
        .toList();
  }

  @Test
  void everythingThatIsWorseIsListedWorstFirstAndTheOtherWayRoundIsBetter() throws IOException {
    Results before =
        results("before")
            .run(
                1,
                List.of(
                    Results.cell("size", 1000),
                    Results.cell("larger", 1000),
                    Results.cell("error", 1000),
                    Results.cell("slow", 1000),
                    Results.cell("fails", 1000),
                    Results.cell("gone", 1000),
                    Results.cell("same", 1000)),
                Results.model("size", 0.98),
                Results.model("error", 0.98));
    Results after =
        results("after")
            .run(
                2,
                List.of(
                    Results.cell("size", 1010),
                    Results.cell("larger", 1500),
                    Results.cell("error", 1000, "mse", 0.0011),
                    Results.cell("slow", 1000, "decode_ns_per_weight", 3.0),
                    Results.failed("fails"),
                    Results.cell("same", 1000),
                    Results.cell("fresh", 1000)),
                Results.model("size", 0.97),
                Results.model("error", 0.97));
    try (Comparison worse = compare(before, after, STRICT)) {
      assertEquals(
          List.of(
              "failed verified fails Infinity",
              "vanished verified gone Infinity",
              "accuracy top1_accuracy 2 encodings 1.0",
              "size total_bytes larger 50.0",
              "size total_bytes size 1.0",
              "error mse error 10.0",
              "speed decode_copies slow 50.0"),
          worst(worse));
      assertEquals(1, worse.count("new"));
      assertEquals(1, worse.count("vanished"));
      assertEquals(6, worse.count("common"));
      assertEquals(0, worse.count("better"));
      Row first = worse.summary().get(0);
      assertEquals(1L, first.<Long>getAs("worse"));
    }
    try (Comparison better = compare(after, before, STRICT)) {
      assertEquals(List.of("vanished verified fresh Infinity"), worst(better));
      // Four that are smaller, more exact or faster, and the one that is mended.
      assertEquals(5, better.count("better"));
      assertEquals(1, better.count("mended"));
      assertEquals(1, better.betterAccuracies());
    }
    Comparison.Options lenient =
        new Comparison.Options(List.of(), new Tolerances(50, 10, 1, 50), false, true);
    try (Comparison within = compare(before, after, lenient)) {
      assertEquals(List.of("failed verified fails Infinity"), worst(within), "equal to tolerance");
    }
  }

  @Test
  void whatCannotBeComparedIsCountedAndNoRegression() throws IOException {
    Results before =
        results("before")
            .run(
                1,
                List.of(
                    Results.cell("once", 1000, "timing_runs", 1),
                    Results.cell("old", 1000, "timing_runs", null, "copy_ns_per_weight", null),
                    Results.cell("lossless", 1000, "mse", 0.0, "sparsity_target", null),
                    Results.failed("never")),
                Results.model("once", null),
                Results.model("old", 0.98),
                Results.model("lossless", 0.98));
    Results after =
        results("after")
            .run(
                2,
                "1.1",
                true,
                List.of(
                    Results.cell("once", 1000, "timing_runs", 1, "decode_ns_per_weight", 90.0),
                    Results.cell("old", 1000, "weights_hash", "other"),
                    Results.cell("lossless", 1000, "mse", 0.0, "sparsity_target", null),
                    Results.failed("never")),
                Results.model("once", 0.5),
                Results.model("old", null),
                Results.model("lossless", 0.5, "test_images", 100L));
    try (Comparison comparison = compare(before, after, STRICT)) {
      assertEquals(List.of(), worst(comparison));
      assertEquals(4, comparison.count("common"));
      assertEquals(1, comparison.count("failing"));
      assertEquals(2, comparison.count("untimed"));
      assertEquals(1, comparison.count("changed_weights"));
      assertEquals(4, comparison.count("changed_version"));
      assertEquals(1, comparison.accuracies("new"));
      assertEquals(1, comparison.accuracies("lost"));
      assertEquals(1, comparison.accuracies("other-test"));
    }
    Results lossy =
        results("lossy")
            .run(
                2,
                List.of(
                    Results.cell("lossless", 1000, "mse", 1e-30, "sparsity_target", null),
                    Results.cell("old", 1001, "weights_hash", "other")));
    Comparison.Options sameWeights = new Comparison.Options(List.of("net"), STRICT, true, true);
    try (Comparison comparison = compare(before, lossy, sameWeights)) {
      assertEquals(List.of("error mse lossless Infinity"), worst(comparison));
      assertEquals(1, comparison.count("left_out"));
    }
  }

  @Test
  void aHeaderDoesNotHideAPayloadAndAnotherShapeIsComparedByBits() throws IOException {
    Results before =
        results("before").run(1, List.of(Results.cell("a", 1000), Results.cell("b", 1000)));
    Results after =
        results("after")
            .run(
                2,
                List.of(
                    Results.cell("a", 990, "payload_bytes", 920L, "header_bytes", 70L),
                    Results.cell("b", 2000, "params", 2000L, "bits_per_weight", 8.0)));
    try (Comparison comparison = compare(before, after, STRICT)) {
      assertEquals(List.of("size payload_bytes a 2.222222222"), worst(comparison));
    }
  }

  @Test
  void ofEachCellTheNewestRowCountsWhicheverRunComputedIt() throws IOException {
    Results results =
        results("out")
            .run(1, List.of(Results.cell("a", 1000), Results.cell("b", 1000)))
            .run(2, List.of(Results.failed("a")))
            // Killed before its end, gone on with by the next.
            .run(3, "1.0", false, List.of(Results.cell("a", 1100)))
            .run(4, List.of(Results.cell("b", 900)));
    RunHistory runs = runs(results);
    assertEquals(Results.id(4), runs.newest().id());
    Run good = runs.lastGoodBefore(runs.newest());
    assertEquals(Results.id(1), good.id(), "run 2 has a failed cell, run 3 has no end");
    Comparison.Options options = new Comparison.Options(List.of(), STRICT, false, false);
    try (Comparison comparison =
        Comparison.of(session, runs.at(good), runs.at(runs.newest()), options)) {
      assertEquals(List.of("size total_bytes a 10.0"), worst(comparison));
      assertEquals(1, comparison.count("better"));
    }
    Run second = runs.get("run", Results.id(2));
    try (Comparison comparison = Comparison.of(session, runs.at(good), runs.at(second), options)) {
      assertEquals(List.of("failed verified a Infinity"), worst(comparison));
      assertEquals(1, comparison.count("held"), "b, which run 2 did not compute again");
    }
    UsageException first =
        assertThrows(
            UsageException.class, () -> runs.lastGoodBefore(runs.get("run", Results.id(1))));
    assertTrue(first.getMessage().contains("no run before"), first.getMessage());
    UsageException unknown = assertThrows(UsageException.class, () -> runs.get("with", "x"));
    assertEquals(
        "with: no run 'x' in %s, the newest is %s"
            .formatted(results.folder().root(), Results.id(4)),
        unknown.getMessage());
  }

  @Test
  void nothingInCommonIsNoComparison() throws IOException {
    Results before = results("before").run(1, List.of(Results.cell("a", 1000)));
    Results after = results("after").run(2, List.of(Results.cell("a", 1000, "bits", 4)));
    UsageException e =
        assertThrows(UsageException.class, () -> compare(before, after, STRICT).close());
    assertTrue(e.getMessage().contains("no cell in common: 1 of "), e.getMessage());
  }

  /** The last bit of 0.9 - 0.899 is above a tenth of a point. */
  @Test
  void aChangeThatEqualsTheToleranceIsWithinIt() throws IOException {
    Results before =
        results("before").run(1, List.of(Results.cell("a", 300)), Results.model("a", 0.9));
    Results after =
        results("after").run(2, List.of(Results.cell("a", 301)), Results.model("a", 0.899));
    try (Comparison comparison = compare(before, after, new Tolerances(0.333333334, 0, 0.1, 0))) {
      assertEquals(List.of(), worst(comparison));
    }
    Results further =
        results("further").run(2, List.of(Results.cell("a", 301)), Results.model("a", 0.8989));
    try (Comparison comparison = compare(before, further, new Tolerances(0.333333333, 0, 0.1, 0))) {
      assertEquals(List.of("accuracy top1_accuracy a 0.11"), worst(comparison));
    }
    assertThrows(UsageException.class, () -> new Tolerances(-1, 0, 0, 0));
    assertEquals(20, Tolerances.parse("tolerance-speed", "20 %"));
    assertThrows(UsageException.class, () -> Tolerances.parse("tolerance-speed", "fast"));
  }
}
