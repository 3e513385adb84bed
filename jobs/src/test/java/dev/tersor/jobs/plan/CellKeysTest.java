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
    return key(encoding, setting, 8, 2, measures);
  }

  /** The tensors of a built-in model. */
  private static List<TensorRef> tensors(String model) {
    return new WeightResolver(settings(model), new Configuration()).resolve().get(0).tensors();
  }

  private static SweepSettings settings(String model) {
    return SettingsLoader.load(null, Map.of("models", List.of(model), "offline", true));
  }

  private static String key(
      String encoding, String setting, int bits, double fprThreshold, Measures measures) {
    SweepSettings settings = settings("lenet300");
    TensorRef tensor = tensors("lenet300").get(0);
    SegmentRef segment = new SegmentRef(tensor, Segment.cut(tensor.shape()).get(0));
    return CellKeys.of(
        segment,
        "hash",
        settings.prunings().get(0),
        bits,
        setting,
        "uniform",
        1,
        encoding,
        fprThreshold,
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
    assertNotEquals(standard, key("dcsr/packed", new Measures(5, false, false)));
    assertNotEquals(standard, key("dcsr/packed", new Measures(1, true, false)));
    assertNotEquals(standard, key("dcsr/packed", new Measures(1, false, true)));
    // Other encodings have no histogram, so that it is nothing to them.
    assertEquals(
        key("bitmap/packed", Measures.STANDARD),
        key("bitmap/packed", new Measures(1, true, false)));
    assertEquals(key("auto", Measures.STANDARD), key("auto", new Measures(1, true, false)));
  }

  @Test
  void theThresholdIsPartOfTheKeysOfSelectionsAlone() {
    Measures measures = new Measures(1, true, false);
    assertEquals(
        key("ras-block/packed", null, 8, 2, measures),
        key("ras-block/packed", null, 8, 3, measures));
    assertNotEquals(
        key("ras/packed", null, 8, 2, measures), key("ras/packed", null, 8, 3, measures));
  }

  /** Section 4.1 of Succinct Compression: LeNet-5's convolutions have 576 and 64 positions. */
  @Test
  void selectionsAreByMultiplyAccumulatesForAParameter() {
    List<TensorRef> lenet5 = tensors("lenet5");
    assertEquals(
        List.of("ras-block/rans", "ras-block/rans", "ras-element/rans", "ras-element/rans"),
        lenet5.stream().map(tensor -> TensorSettings.recipe("ras/rans", tensor, 2)).toList());
    assertEquals(
        List.of(
            "ras-block-sparse/packed",
            "ras-element-sparse/packed",
            "ras-element-sparse/packed",
            "ras-element-sparse/packed"),
        lenet5.stream().map(tensor -> TensorSettings.recipe("ras-sparse", tensor, 64)).toList());
    // A weight that serves just as many positions as the threshold is an element.
    assertEquals("ras-element/packed", TensorSettings.recipe("ras", lenet5.get(3), 1));
    assertEquals("ras-block/packed", TensorSettings.recipe("ras", lenet5.get(3), 0.99));
    assertEquals("auto", TensorSettings.recipe("auto", lenet5.get(0), 2));
  }
}
