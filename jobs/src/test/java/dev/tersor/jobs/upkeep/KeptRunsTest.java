package dev.tersor.jobs.upkeep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.jobs.config.UsageException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class KeptRunsTest {
  private static final Instant NOW = Instant.parse("2026-03-31T02:00:00Z");

  private static Row run(String id, String finished, String grid, int generation) {
    return new GenericRowWithSchema(
        new Object[] {id, Timestamp.from(Instant.parse(finished)), grid, generation},
        new StructType()
            .add("run_id", "string")
            .add("finished", "timestamp")
            .add("grid", "string")
            .add("generation", "int"));
  }

  private static final List<Row> NIGHTS =
      List.of(
          run("a", "2026-03-01T03:00:00Z", "g1", 0),
          run("b", "2026-03-02T03:00:00Z", "g1", 0),
          run("c", "2026-03-29T03:00:00Z", "g2", 1),
          run("d", "2026-03-30T03:00:00Z", "g3", 1));

  @Test
  void theLastRunsStay() {
    KeptRuns kept = KeptRuns.of(NIGHTS, Set.of(), KeepRule.last(2));
    assertEquals(Set.of("c", "d"), kept.ids());
    assertEquals(Set.of("a", "b"), kept.expired());
    assertEquals(Map.of("g2", Set.of(1), "g3", Set.of(1)), kept.grids());
    assertEquals("c", kept.oldest());
    assertEquals(4, KeptRuns.of(NIGHTS, Set.of(), KeepRule.last(9)).ids().size());
    assertEquals(Set.of(), KeptRuns.of(List.of(), Set.of(), KeepRule.last(9)).ids());
  }

  @Test
  void youngRunsStayAndTheLastWhateverItsAge() {
    assertEquals(
        Set.of("c", "d"), KeptRuns.of(NIGHTS, Set.of(), KeepRule.youngerThan("1w", NOW)).ids());
    assertEquals(
        Set.of("d"),
        KeptRuns.of(NIGHTS, Set.of(), KeepRule.youngerThan("1h", NOW.plusSeconds(1 << 30))).ids());
  }

  @Test
  void trainingsStay() {
    KeptRuns kept = KeptRuns.of(NIGHTS, Set.of("a"), KeepRule.last(1));
    assertEquals(Set.of("a", "d"), kept.ids());
    assertEquals(Map.of("g1", Set.of(0), "g3", Set.of(1)), kept.grids());
  }

  @Test
  void whatARunOfAnEarlierVersionStandsOnIsNotKnown() {
    List<Row> runs = new ArrayList<>(NIGHTS);
    runs.set(1, run("b", "2026-03-02T03:00:00Z", null, 0));
    KeptRuns all = KeptRuns.of(runs, Set.of(), KeepRule.last(3));
    assertEquals(Set.of("a", "b", "c", "d"), all.ids());
    assertEquals("", all.oldest());
    assertEquals(Set.of("d"), KeptRuns.of(runs, Set.of(), KeepRule.last(1)).ids());
  }

  @Test
  void agesAndCountsAreChecked() {
    for (String age : List.of("30", "d", "-3d", "30m", "1 d", "99999999d", "")) {
      UsageException e =
          assertThrows(UsageException.class, () -> KeepRule.youngerThan(age, NOW), age);
      assertTrue(e.getMessage().contains("older-than: '" + age + "'"), e.getMessage());
    }
    assertThrows(UsageException.class, () -> KeepRule.last(0));
  }
}
