package dev.tersor.jobs.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.encode.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsLoaderTest {
  @TempDir Path folder;

  private static List<String> recipes(String... patterns) {
    Map<String, ?> flags = Map.of("encodings", List.of(patterns));
    return SettingsLoader.load(null, flags).recipes().stream().map(Recipe::name).toList();
  }

  @Test
  void defaultsAreComplete() {
    SweepSettings settings = SettingsLoader.load(null, Map.of());
    assertEquals(List.of("resnet8"), settings.models());
    assertEquals(3, settings.prunings().size());
    assertEquals(List.of(8), settings.bits());
    assertEquals(24, settings.recipes().size());
    assertEquals(3 * 24, settings.cellsPerSegment());
  }

  @Test
  void flagsGoBeforeTheFileAndTheFileBeforeDefaults() throws IOException {
    Path file = folder.resolve("my.conf");
    Files.writeString(file, "sweep { bits = [2, 4], seed = 7, sparsities = [asis] }");
    SweepSettings settings = SettingsLoader.load(file.toString(), Map.of("bits", List.of("3")));
    assertEquals(List.of(3), settings.bits());
    assertEquals(7, settings.seed());
    assertEquals(Pruning.Scope.ASIS, settings.prunings().get(0).scope());
    assertEquals("results", settings.out());
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
  void aNamedCheckpointIsSweptAlone() {
    Map<String, ?> weights = Map.of("weights", Map.of("mine", "a.safetensors"));
    assertEquals(List.of("mine"), SettingsLoader.load(null, weights).models());
    Map<String, ?> both =
        Map.of("weights", Map.of("mine", "a.safetensors"), "models", List.of("resnet8", "resnet8"));
    assertEquals(List.of("resnet8", "mine"), SettingsLoader.load(null, both).models());
  }

  @Test
  void namesOfCheckpointsMayHaveDotsAndMayNotBeBlank() {
    Map<String, ?> dotted = Map.of("weights", Map.of("llama-3.2", "a.safetensors"));
    assertEquals(Map.of("llama-3.2", "a.safetensors"), SettingsLoader.load(null, dotted).weights());
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
        "codebooks  | lloyd   | unknown codebook 'lloyd', known: uniform, linear",
        "encodings  | relativ5/huffman | nearest: relative5/huffman",
        "encodings  | dense/zip | unknown recipe 'dense/zip'",
        "keep       | nothing/here | keep: unknown recipe",
      })
  void badValuesAreNamed(String key, String value, String message) {
    Map<String, ?> flags = Map.of(key, List.of(value));
    UsageException e = assertThrows(UsageException.class, () -> SettingsLoader.load(null, flags));
    assertTrue(e.getMessage().contains(message), e.getMessage());
    assertTrue(e.getMessage().startsWith(key), e.getMessage());
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
        "sweep { pruning = layer }     | neither tensor nor global",
        "sweep { seed = much }         | seed",
      })
  void badFilesAreNamed(String text, String message) throws IOException {
    Path file = folder.resolve("my.conf");
    Files.writeString(file, text);
    UsageException e =
        assertThrows(UsageException.class, () -> SettingsLoader.load(file.toString(), Map.of()));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }
}
