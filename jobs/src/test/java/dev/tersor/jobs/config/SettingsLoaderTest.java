package dev.tersor.jobs.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.encode.Auto;
import dev.tersor.core.encode.RasSelection;
import dev.tersor.core.encode.Recipe;
import dev.tersor.core.symbol.SymbolCoders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsLoaderTest {
  @TempDir Path folder;

  private static List<String> recipes(String... patterns) {
    Map<String, ?> flags = Map.of("encodings", List.of(patterns));
    return SettingsLoader.load(null, flags).grid().encodings();
  }

  @Test
  void defaultsAreComplete() {
    SweepSettings settings = SettingsLoader.load(null, Map.of());
    assertEquals(List.of("lenet300", "lenet5", "resnet8"), settings.from().models());
    assertEquals(
        List.of(0.5, 0.7, 0.9),
        settings.grid().prunings().stream().map(Pruning::sparsity).toList());
    assertEquals(
        List.of(new BitWidth(2), new BitWidth(4), new BitWidth(8)), settings.grid().bits());
    assertEquals(List.of("uniform", "exact"), settings.grid().codebooks());
    assertEquals(
        List.of(
            "dense/rans",
            "bitmap/packed",
            "bitmap/rans",
            "relative5/huffman",
            "psr/packed",
            "dcsr/packed",
            "hybrid/packed",
            "ras/wavelet"),
        settings.grid().encodings());
    List<String> slow = List.of("groupwise-best/packed", "dense/cabac", "auto");
    for (Pruning pruning : settings.grid().prunings()) {
      for (BitWidth bits : settings.grid().bits()) {
        boolean isSlow = pruning.sparsity() == 0.7 && bits.fixed() == 4;
        List<String> expected = new ArrayList<>(settings.grid().encodings());
        expected.addAll(isSlow ? slow : List.of());
        assertEquals(Set.copyOf(expected), Set.copyOf(settings.grid().encodings(pruning, bits)));
        assertEquals(expected.size(), settings.grid().encodings(pruning, bits).size());
      }
    }
    assertEquals(2 * (3 * 3 * 8 + 3), settings.grid().cellsPerSegment());
    assertEquals(Measures.STANDARD, settings.grid().measures());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "graph { resnet8 = net.onnx } | graph: net.onnx needs the name of a data set",
        "data-mean = [0.5] | data-mean: [0.5] needs the name of a data set",
        "data = mnist, data-deviation = [0] | data-deviation: [0.0] are not numbers above 0",
        "data = mnist, graph { other = net.onnx } | graph: 'other' is not swept"
      })
  void settingsOfEvaluationFitEachOther(String text, String message) throws IOException {
    Path file = folder.resolve("my.conf");
    Files.writeString(file, "sweep { " + text + " }");
    UsageException e =
        assertThrows(UsageException.class, () -> SettingsLoader.load(file.toString(), Map.of()));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @Test
  void extrasAreOfTheSettingsThatTheyName() throws IOException {
    Path file = folder.resolve("my.conf");
    String grid = "sparsities = [0.5, asis], bits = [3, 8], codebooks = [uniform, lsq]";
    String extras = "{ sparsities = [asis, 0.9], bits = [8], encodings = [auto, dense/rans] }";
    Files.writeString(
        file, "sweep { %s, encodings = [dense], extras = [%s] }".formatted(grid, extras));
    SweepSettings settings = SettingsLoader.load(file.toString(), Map.of());
    // What no setting of the grid is adds none.
    assertEquals(2 * (4 * 1 + 2), settings.grid().cellsPerSegment());
    assertEquals(List.of("dense/packed", "dense/rans", "auto"), settings.grid().allEncodings());
    Pruning asis = settings.grid().prunings().get(1);
    assertEquals(settings.grid().allEncodings(), settings.grid().encodings(asis, new BitWidth(8)));
    assertEquals(List.of("dense/packed"), settings.grid().encodings(asis, new BitWidth(3)));
  }

  @Test
  void whoeverNamesEncodingsGetsNoOthers() throws IOException {
    SweepSettings flags = SettingsLoader.load(null, Map.of("encodings", List.of("psr")));
    assertEquals(List.of("psr/packed"), flags.grid().allEncodings());
    Path file = folder.resolve("my.conf");
    Files.writeString(file, "sweep { encodings = [psr] }");
    assertEquals(
        List.of("psr/packed"),
        SettingsLoader.load(file.toString(), Map.of()).grid().allEncodings());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{ sparsity = [0.7], bits = [4], encodings = [auto] } | unknown key 'sparsity'",
        "{ sparsities = [0.7], bits = [9], encodings = [auto] } | '9' is neither",
        "{ sparsities = [7], bits = [4], encodings = [auto] } | 7 is outside",
        "{ sparsities = [0.7], bits = [4], encodings = [zip] } | extras: unknown recipe 'zip'",
        "{ sparsities = [0.7], bits = [4] } | encodings",
      })
  void extrasAreChecked(String extra, String message) throws IOException {
    Path file = folder.resolve("my.conf");
    Files.writeString(file, "sweep { extras = [" + extra + "] }");
    UsageException e =
        assertThrows(UsageException.class, () -> SettingsLoader.load(file.toString(), Map.of()));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @Test
  void flagsGoBeforeTheFileAndTheFileBeforeDefaults() throws IOException {
    Path file = folder.resolve("my.conf");
    Files.writeString(file, "sweep { bits = [2, 4], seed = 7, sparsities = [asis] }");
    SweepSettings settings = SettingsLoader.load(file.toString(), Map.of("bits", List.of("3")));
    assertEquals(List.of(new BitWidth(3)), settings.grid().bits());
    assertEquals(7, settings.grid().seed());
    assertEquals(Pruning.Scope.ASIS, settings.grid().prunings().get(0).scope());
    assertEquals("results", settings.run().out());
  }

  @Test
  void recipesAreNamesAndGlobsInRegistryOrder() {
    assertEquals(List.of("dense/packed", "psr/packed"), recipes("psr", "dense"));
    assertEquals(List.of("relative5/huffman"), recipes("relative5/huffman"));
    assertEquals(8, recipes("relative?/huffman").size());
    assertEquals(List.of("csr8/packed"), recipes("csr8"));
    assertTrue(recipes("*").stream().noneMatch(name -> name.startsWith("csr8/")));
    assertTrue(recipes("*").contains("csr32/huffman"));
  }

  @Test
  void recipesWithParametersComeAfterThoseWithout() {
    List<String> names =
        recipes(
            "auto(access=parallel)",
            "hybrid(theta=0.7,remainder=bitmap)/packed",
            "auto(access=any)",
            "groupwise(theta=1)",
            "bitmap",
            "auto",
            "hybrid(remainder=bitmap,theta=0.70)",
            // These are the values that the name alone means.
            "hybrid(theta=0.8,remainder=dcsr)");
    assertEquals(
        List.of(
            "bitmap/packed",
            "hybrid/packed",
            "hybrid(theta=0.7,remainder=bitmap)/packed",
            "groupwise(theta=1)/packed",
            "auto(access=parallel)",
            "auto"),
        names);
    List<String> coders = recipes("hybrid(order=global-best)/*");
    assertEquals(
        SymbolCoders.ALL.names().stream().map(c -> "hybrid(order=global-best)/" + c).toList(),
        coders);
    assertEquals(List.of("hybrid(theta=0.5)/huffman"), recipes("hybrid(theta=0.5)/huff*"));
    assertEquals(List.of("hybrid(remainder=csr8)/packed"), recipes("hybrid(remainder=csr8)"));
    assertTrue(recipes("*").stream().noneMatch(Auto::isAuto), "a choice is no recipe");
  }

  @Test
  void commasWithinParenthesesDoNotSplit() {
    assertEquals(
        List.of("hybrid(theta=0.7,remainder=bitmap)/*", "bitmap/*", "", "auto(access=any)"),
        Encodings.split(
            "keep", List.of("hybrid(theta=0.7,remainder=bitmap)/*,bitmap/*,", "auto(access=any)")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"hybrid(theta=0.7", "bitmap,hybrid(theta=0.7,dense", "dense),bitmap", "a((b))"})
  void parenthesesThatDoNotMatchAreNamed(String list) {
    UsageException e =
        assertThrows(UsageException.class, () -> Encodings.split("keep", List.of(list)));
    assertTrue(
        e.getMessage().startsWith("keep: parentheses do not match in '" + list), e.getMessage());
  }

  @Test
  void choicesAreKeptByName() {
    Map<String, ?> flags = Map.of("keep", List.of("auto(access=any)", "hybrid(theta=0.70)"));
    assertEquals(
        List.of("hybrid(theta=0.7)/packed", "auto"), SettingsLoader.load(null, flags).run().keep());
  }

  @Test
  void aNamedCheckpointIsSweptAlone() {
    Map<String, ?> weights = Map.of("weights", Map.of("mine", "a.safetensors"));
    assertEquals(List.of("mine"), SettingsLoader.load(null, weights).from().models());
    Map<String, ?> both =
        Map.of("weights", Map.of("mine", "a.safetensors"), "models", List.of("resnet8", "resnet8"));
    assertEquals(List.of("resnet8", "mine"), SettingsLoader.load(null, both).from().models());
  }

  @Test
  void namesOfCheckpointsMayHaveDotsAndMayNotBeBlank() {
    Map<String, ?> dotted = Map.of("weights", Map.of("llama-3.2", "a.safetensors"));
    assertEquals(
        Map.of("llama-3.2", "a.safetensors"), SettingsLoader.load(null, dotted).from().files());
    Map<String, ?> blank = Map.of("weights", Map.of("", "a.safetensors"));
    assertThrows(UsageException.class, () -> SettingsLoader.load(null, blank));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sparsities | 1       | sparsities: 1 is outside [0, 1)",
        "sparsities | -0.1    | outside [0, 1)",
        "sparsities | NaN     | outside [0, 1)",
        "sparsities | half    | 'half' is neither",
        "bits       | 0       | bits: '0'",
        "bits       | 9       | in 1..8",
        "bits       | 2.5     | bits: '2.5'",
        "codebooks  | lloyd   | unknown codebook 'lloyd', known: uniform, lsq, uniform-channel",
        "encodings  | relativ5/huffman | nearest: relative5/huffman",
        "encodings  | dense/zip | unknown recipe 'dense/zip'",
        "keep       | nothing/here | keep: unknown recipe",
        "encodings  | hybrid(theta=0)  | 'hybrid(theta=0)': theta: 0.0 outside (0, 1]",
        "encodings  | hybrid(theta=1.5)/* | theta: 1.5 outside (0, 1]",
        "encodings  | hybrid(theta=much) | theta: 'much' is not a number in (0, 1]",
        "encodings  | hybrid(sizes=) | sizes: empty, expected numbers in 1..16",
        "encodings  | hybrid(sizes=17) | sizes: 17 outside 1..16",
        "encodings  | hybrid(order=best) | order: 'best', expected one of [round-robin,",
        "encodings  | hybrid(thet=0.7) | hybrid has no parameter 'thet'",
        "encodings  | bitmap(theta=0.7) | bitmap has no parameter 'theta'",
        "encodings  | hybird(theta=0.7) | unknown index scheme 'hybird', known: dense",
        "encodings  | hybrid(remainder=hybrid) | remainder: hybrid has groups itself",
        "encodings  | hybrid(theta=0.7)/zip | unknown symbol coder 'zip', known: packed",
        "encodings  | hybrid(theta=0.7)x | 'x' after the parameters, expected /coder",
        "encodings  | hybrid(theta=0.7 | neither a name nor name(parameter=value,...)",
        "encodings  | auto(access=none) | access: 'none', expected random, parallel or any",
        "encodings  | auto(speed=2) | 'auto(speed=2)': speed: 2.0 outside 0..1",
        "encodings  | auto(bits=2) | auto has no parameter 'bits'",
        "encodings  | auto/packed | unknown recipe 'auto/packed'",
        "keep       | hybrid(theta=2) | theta: 2.0 outside (0, 1]",
      })
  void badValuesAreNamed(String key, String value, String message) {
    Map<String, ?> flags = Map.of(key, List.of(value));
    UsageException e = assertThrows(UsageException.class, () -> SettingsLoader.load(null, flags));
    assertTrue(e.getMessage().contains(message), e.getMessage());
    assertTrue(e.getMessage().startsWith(key), e.getMessage());
  }

  /** Every sweep of conf/sweeps is built in, and means at least one cell. */
  @ParameterizedTest
  @MethodSource("namedSweeps")
  void namedSweepsLoad(String name) {
    SweepSettings settings = SettingsLoader.load(name, Map.of());
    assertTrue(settings.grid().cellsPerSegment() > 0);
    for (String encoding : settings.grid().encodings()) {
      String canonical =
          Auto.isAuto(encoding)
              ? Auto.parse(encoding).name()
              : RasSelection.isSelection(encoding)
                  ? RasSelection.parse(encoding).name()
                  : Recipe.parse(encoding).name();
      assertEquals(encoding, canonical);
    }
    for (String model : settings.from().models()) {
      assertTrue(Files.exists(Path.of("../conf/models/" + model + ".conf")), model);
    }
  }

  static List<String> namedSweeps() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("../conf/sweeps"))) {
      return files
          .map(file -> file.getFileName().toString().replace(".conf", ""))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sparsities | 3:3 | sparsities: 3:3, expected n:m",
        "sparsities | 1:64 | sparsities: 1:64, expected n:m",
        "sparsities | 0:4 | sparsities: 0:4, expected n:m",
        "sparsities | 2-4 | neither a number in [0, 1), nor n:m",
        "pruning | 2:4 | pruning: '2:4' is a sparsity, expected: --sparsities 2:4",
        "pruning | block(size=4) | pruning: size: '4', expected rows x columns",
        "pruning | block(size=0x4) | pruning: size: 0x4, expected",
        "pruning | block(shape=4x4) | pruning: block has no parameter 'shape'",
        "pruning | block(size | pruning: 'block(size' is neither",
        "pruning | head | pruning: heads: not given, expected",
        "pruning | head(heads=0) | pruning: heads: '0', expected",
        "pruning | filter(size=2x2) | pruning: filter has no parameter 'size'",
      })
  void pruningsThatAreNoneAreNamed(String key, String value, String message) {
    Map<String, ?> flags = Map.of(key, key.equals("pruning") ? value : List.of(value));
    UsageException e = assertThrows(UsageException.class, () -> SettingsLoader.load(null, flags));
    assertTrue(e.getMessage().contains(message), e.getMessage());
    assertTrue(!e.getMessage().contains("\n"), e.getMessage());
  }

  /** What tables hold of a pruning names it again. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tensor | 0.5 | tensor 0.5",
        "tensor | 2:4 | 2:4 0.5",
        "filter | 1:8 | 1:8 0.875",
        "block | 0.7 | block 0.7",
        "block(size=4x4) | 0.7 | block 0.7",
        "block(size=1x16) | 0.7 | block(size=1x16) 0.7",
        "head(heads=12) | 0.25 | head(heads=12) 0.25",
      })
  void pruningsAreReadFromTables(String scope, String sparsity, String label) {
    Map<String, ?> flags = Map.of("pruning", scope, "sparsities", List.of(sparsity));
    Pruning pruning = SettingsLoader.load(null, flags).grid().prunings().get(0);
    assertEquals(label, pruning.label());
    assertEquals(pruning, Pruning.of(pruning.kind(), pruning.sparsity()));
    Pruning bySaliency = pruning.withSaliency();
    assertEquals(pruning.kind() + "-saliency", bySaliency.kind());
    assertEquals(bySaliency, Pruning.of(bySaliency.kind(), bySaliency.sparsity()));
  }

  @Test
  void codebooksAreOfTheBitsThatTheyHave() {
    Map<String, ?> flags =
        Map.of("codebooks", List.of("uniform", "nf4", "mllib"), "bits", List.of("4", "8", "paper"));
    GridSettings grid = SettingsLoader.load(null, flags).grid();
    assertEquals(List.of("uniform", "nf4", "mllib"), grid.codebooks(new BitWidth(4)));
    assertEquals(List.of("uniform", "mllib"), grid.codebooks(new BitWidth(8)));
    assertEquals(List.of("uniform", "mllib"), grid.codebooks(BitWidth.PAPER));
    Map<String, ?> never = Map.of("codebooks", List.of("q6_k"), "bits", List.of("4", "32"));
    UsageException e = assertThrows(UsageException.class, () -> SettingsLoader.load(null, never));
    assertEquals("codebooks: q6_k has codes of 6 bits, expected among bits [4]", e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sweep { sparsites = [0.5] }   | unknown key 'sweep.sparsites', nearest: sparsities",
        "swep { bits = [8] }           | unknown key 'swep'",
        "sweep { bits = [8             | my.conf: 1",
        "sweep { wave-seconds = 0 }    | wave-seconds",
        "sweep { encodings = [] }      | nothing to sweep",
        "sweep { models = [] }         | models: empty",
        "sweep { pruning = row }       | 'row' is none of tensor, global, layer, filter",
        "sweep { saliency { x = y } }  | saliency: no model 'x' is swept, nearest: ",
        "sweep { input-products { x = y } } | input-products: no model 'x' is swept, nearest: ",
        "sweep { seed = much }         | seed",
        "sweep { timing-runs = 0 }     | timing-runs: 0 is not a whole number in 1..1000",
        "sweep { timing-runs = some }  | timing-runs",
        "sweep { histograms = 3 }      | histograms",
      })
  void badFilesAreNamed(String text, String message) throws IOException {
    Path file = folder.resolve("my.conf");
    Files.writeString(file, text);
    UsageException e =
        assertThrows(UsageException.class, () -> SettingsLoader.load(file.toString(), Map.of()));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @Test
  void selectionsHaveEveryCoderAndAThreshold() {
    SweepSettings settings =
        SettingsLoader.load(
            null,
            Map.of("encodings", List.of("ras-sparse/rans", "ras/{huffman,rans}", "ras-block")));
    assertEquals(
        List.of("ras-block/packed", "ras-sparse/rans", "ras/huffman", "ras/rans"),
        settings.grid().encodings());
    assertEquals(2, settings.grid().fprThreshold());
    assertEquals(
        0.5, SettingsLoader.load(null, Map.of("fpr-threshold", 0.5)).grid().fprThreshold());
    assertRefused(Map.of("fpr-threshold", -1), "fpr-threshold");
    assertRefused(Map.of("encodings", List.of("ras/tunstal")), "ras/tunstal");
    assertRefused(Map.of("encodings", List.of("ras(block=3)/rans")), "ras(block=3)");
  }

  @Test
  void whatIsNotQuantisedHasOneCodebookThatIsNone() {
    SweepSettings settings =
        SettingsLoader.load(
            null,
            Map.of(
                "bits", List.of("4", "32"),
                "codebooks", List.of("uniform", "exact"),
                "sparsities", List.of("0.5"),
                "encodings", List.of("dense")));
    assertEquals(List.of(new BitWidth(4), BitWidth.LOSSLESS), settings.grid().bits());
    assertEquals(List.of("none"), settings.grid().codebooks(BitWidth.LOSSLESS));
    assertEquals(3, settings.grid().cellsPerSegment());
    assertRefused(Map.of("bits", List.of("16")), "bits");
    assertRefused(Map.of("codebooks", List.of("none")), "none");
  }

  private static void assertRefused(Map<String, ?> flags, String part) {
    UsageException e = assertThrows(UsageException.class, () -> SettingsLoader.load(null, flags));
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }

  /** Targets have a codebook and bits of their own, where nobody names others. */
  @Test
  void targetsAreParametersOfCodebooks() {
    GridSettings alone =
        SettingsLoader.load(null, Map.of("rates", List.of("2", "3.5"), "each", true)).grid();
    assertEquals(
        List.of("trellis(rate=2,each=true)", "trellis(rate=3.5,each=true)"), alone.codebooks());
    assertEquals("[8]", alone.bits().toString());
    GridSettings named =
        SettingsLoader.load(
                null,
                Map.of(
                    "codebooks", List.of("rate", "trellis(states=4)"),
                    "bits", List.of("6"),
                    "sqnr", List.of("20"),
                    "lambda", List.of("0.5")))
            .grid();
    assertEquals(
        List.of(
            "rate(sqnr=20)",
            "trellis(states=4,sqnr=20)",
            "rate(lambda=0.5)",
            "trellis(states=4,lambda=0.5)"),
        named.codebooks());
    assertEquals("[6]", named.bits().toString());
  }
}
