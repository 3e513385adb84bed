package dev.tersor.jobs.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.tersor.core.tensor.Segment;
import dev.tersor.jobs.config.Measures;
import dev.tersor.jobs.config.SettingsLoader;
import dev.tersor.jobs.config.SweepSettings;
import dev.tersor.jobs.source.TensorRef;
import dev.tersor.jobs.source.WeightResolver;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

/** That keys of earlier results are found again, ExperimentsTest shows on such results. */
class CellKeysTest {
  private static String key(String encoding, Measures measures) {
    return key(encoding, null, measures);
  }

  private static String key(String encoding, String setting, Measures measures) {
    SweepSettings settings =
        SettingsLoader.load(null, Map.of("models", List.of("lenet300"), "offline", true));
    TensorRef tensor =
        new WeightResolver(settings, new Configuration()).resolve().get(0).tensors().get(0);
    SegmentRef segment = new SegmentRef(tensor, Segment.cut(tensor.shape()).get(0));
    return CellKeys.of(
        segment,
        "hash",
        settings.prunings().get(0),
        8,
        setting,
        "uniform",
        1,
        encoding,
        2,
        measures);
  }

  @Test
  void aTensorsOwnBitsAreASettingOfTheirOwn() {
    assertNotEquals(
        key("bitmap/packed", null, Measures.STANDARD),
        key("bitmap/packed", "paper", Measures.STANDARD));
  }

  @Test
  void whatIsMeasuredBesideIsPartOfTheKey() {
    String standard = key("dcsr/packed", Measures.STANDARD);
    assertNotEquals(standard, key("dcsr/packed", new Measures(5, false)));
    assertNotEquals(standard, key("dcsr/packed", new Measures(1, true)));
    // Other encodings have no histogram, so that it is nothing to them.
    assertEquals(
        key("bitmap/packed", Measures.STANDARD), key("bitmap/packed", new Measures(1, true)));
    assertEquals(key("auto", Measures.STANDARD), key("auto", new Measures(1, true)));
  }
}
