package dev.tersor.jobs.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class NiceLogAxisTest {
  @Test
  void ticksAreFewRoundAndInside() {
    for (double from : new double[] {3e-7, 0.02, 0.97, 13, 4.2e9}) {
      for (double ratio : new double[] {1.01, 1.3, 2, 3, 7, 12, 80, 1e3, 1e6, 1e20}) {
        List<Double> values = NiceLogAxis.values(from, from * ratio);
        String what = from + " x " + ratio + ": " + values;
        assertTrue(values.size() >= 2 && values.size() <= 14, what);
        for (int i = 0; i < values.size(); i++) {
          double value = values.get(i);
          assertTrue(value >= from && value <= from * ratio, what);
          assertTrue(i == 0 || value > values.get(i - 1), what);
        }
      }
    }
    assertEquals(List.of(1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0), NiceLogAxis.values(1, 12));
  }

  @Test
  void figuresAreShort() {
    assertEquals("20k", Figures.shortSize(20_000));
    assertEquals("1.5M", Figures.shortSize(1_500_000));
    assertEquals("512", Figures.shortSize(512));
    assertEquals("0.05", Figures.significant(0.05));
    assertEquals("1400", Figures.significant(1400));
    assertEquals("1 layer", Figures.count(1, "layer"));
    assertEquals("30,000 cells", Figures.count(30_000, "cell"));
  }
}
