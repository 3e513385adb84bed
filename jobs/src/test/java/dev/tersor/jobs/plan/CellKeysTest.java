package dev.tersor.jobs.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.tersor.core.checkpoint.Layout;
import dev.tersor.core.model.Kind;
import dev.tersor.core.tensor.Segment;
import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.config.BitWidth;
import dev.tersor.jobs.config.Measures;
import dev.tersor.jobs.config.Pruning;
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
    return new WeightResolver(settings(model).from(), new Configuration())
        .resolve()
        .get(0)
        .tensors();
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
        settings.grid().prunings().get(0),
        new Setting(
            settings.grid().prunings().get(0),
            setting == null ? new BitWidth(bits) : BitWidth.PAPER,
            "uniform",
            encoding),
        bits,
        1,
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

  /** The key of a cell that no configuration has a say in. */
  private static String plain(String encoding) {
    Shape shape = Shape.of(8, 8);
    TensorRef tensor =
        new TensorRef(
            "m",
            "w",
            Kind.FC,
            shape,
            64,
            Layout.AS_STORED,
            TensorRef.Origin.SYNTHETIC,
            null,
            1,
            TensorRef.Paper.NONE,
            null,
            null);
    Pruning pruning = new Pruning(Pruning.Scope.TENSOR, 0.5, false);
    return CellKeys.of(
        new SegmentRef(tensor, Segment.cut(shape).get(0)),
        "hash",
        pruning,
        new Setting(pruning, new BitWidth(4), "uniform", encoding),
        4,
        1,
        2,
        Measures.STANDARD);
  }

  /**
   * dCSR's nibbles changed their order: what they take when they are coded did too, by a byte or
   * so. Then rans and Huffman cut long payloads. The keys of cells that are as before stay, which
   * these are some of.
   */
  @Test
  void aNewLayoutIsANewKeyWhereCodersSeeIt() {
    Map<String, String> before =
        Map.of(
            "dcsr/huffman", "26da1d2bec10a0f566983add14981e54",
            "hybrid/rans", "b7cd13bfb6e80da704a94b1f467cf2f0",
            "groupwise-best/cabac", "c9f1efa953c98a34f82da4f3f65dc5bd",
            "auto", "ac6f0d93b7e6f66b2ae6d4b3210bdf89",
            "groupwise/rans", "bab6253889ac4694235ca6367707e515",
            "hybrid-bitmap/rans", "c929dcc2966023848a2de924cfc800a7",
            "bitmap/rans", "61e18632af592893291be47a0c69c72b");
    before.forEach((encoding, key) -> assertNotEquals(key, plain(encoding), encoding));
    Map<String, String> pinned =
        Map.of(
            "dcsr/packed", "ca193cce8197b4a3317f6717568b1171",
            "hybrid/packed", "dd67168c1c9193d0c77637e47641fc7f",
            "ras/wavelet", "28db74ca92a8885d5705ed777a327fe6");
    pinned.forEach((encoding, key) -> assertEquals(key, plain(encoding), encoding));
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
