package dev.tersor.jobs.table;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class RunInfoTest {
  @Test
  void idsSortByRunThoughTheClockGoesBack() {
    Instant now = Instant.parse("2026-03-29T02:30:00Z");
    assertTrue(RunInfo.id(now, null).startsWith("20260329-023000-"));
    assertTrue(RunInfo.id(now, "20260328-230000-abcdef").startsWith("20260329-023000-"));
    assertTrue(RunInfo.id(now, "20260329-031500-abcdef").startsWith("20260329-031501-"));
    assertTrue(RunInfo.id(now, "20260329-023000-abcdef").startsWith("20260329-023001-"));
    assertTrue(RunInfo.id(now, "of another make").startsWith("20260329-023000-"));
  }
}
