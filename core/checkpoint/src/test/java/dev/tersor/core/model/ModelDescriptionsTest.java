package dev.tersor.core.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every description under conf/models is sound and has the totals that its comment states. */
class ModelDescriptionsTest {
  private static final Path MODELS = Path.of("..", "..", "conf", "models");

  private static final Map<String, Long> PRUNABLE =
      Map.ofEntries(
          Map.entry("lenet300", 266_200L),
          Map.entry("lenet5", 430_500L),
          Map.entry("alexnet", 60_954_656L),
          Map.entry("vgg16", 138_344_128L),
          Map.entry("small-vgg16", 14_977_728L),
          Map.entry("resnet8", 73_728L),
          Map.entry("resnet20", 268_336L),
          Map.entry("resnet34", 21_267_648L),
          Map.entry("resnet50", 25_502_912L),
          Map.entry("resnet101", 44_442_816L),
          Map.entry("mobilenetv2", 2_330_624L),
          Map.entry("mobilenetv2-imagenet", 3_469_760L),
          Map.entry("mobilevit-xxs", 899_072L),
          Map.entry("deit-b", 86_292_480L),
          Map.entry("llama2-70b-shapes", 68_975_329_280L),
          Map.entry("synthetic-10m", 10_485_760L),
          Map.entry("synthetic-100m", 100_663_296L),
          Map.entry("synthetic-1b", 1_008_730_112L),
          Map.entry("minilm", 22_681_344L));

  private static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(MODELS)) {
      return files.filter(file -> file.toString().endsWith(".conf")).sorted().toList();
    }
  }

  private static Architecture parse(Path file) throws IOException {
    return Architecture.parse(Files.readString(file), file.getFileName().toString());
  }

  @Test
  void prunableWeightsAreThoseOfThePapers() throws IOException {
    Map<String, Long> found = new TreeMap<>();
    for (Path file : files()) {
      Architecture model = parse(file);
      assertEquals(model.name() + ".conf", file.getFileName().toString());
      found.put(
          model.name(),
          model.tensors().stream()
              .filter(TensorSpec::prune)
              .mapToLong(tensor -> tensor.shape().size())
              .sum());
    }
    Map<String, Long> known =
        found.entrySet().stream()
            .filter(entry -> PRUNABLE.containsKey(entry.getKey()))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    assertEquals(PRUNABLE, known);
  }

  @Test
  void everyModelWithShapesEndsWithASyntheticSourceOfItsOwnSeed() throws IOException {
    Set<Long> seeds = new HashSet<>();
    for (Path file : files()) {
      Architecture model = parse(file);
      List<WeightSource> sources = model.sources();
      if (model.tensors().isEmpty()) {
        assertFalse(sources.isEmpty(), file.toString());
        continue;
      }
      WeightSource last = sources.get(sources.size() - 1);
      long seed = assertInstanceOf(WeightSource.Synthetic.class, last, file.toString()).seed();
      assertTrue(seeds.add(seed), file + " shares its seed with another model");
      for (WeightSource source : sources.subList(0, sources.size() - 1)) {
        assertFalse(source instanceof WeightSource.Synthetic, file.toString());
      }
    }
  }

  @Test
  void countsAndSharesArePlausible() throws IOException {
    for (Path file : files()) {
      Architecture model = parse(file);
      assertFalse(model.title().isBlank());
      assertEquals(model.tensors().isEmpty(), model.input().isEmpty());
      for (TensorSpec tensor : model.tensors()) {
        String where = file + ": " + tensor.name();
        assertTrue(tensor.shape().size() > 0, where);
        assertTrue(tensor.kind() == Kind.EMBEDDING || tensor.macs() > 0, where);
        assertEquals(0, tensor.macs() % tensor.shape().size(), where);
        tensor.paperDensity().ifPresent(share -> assertTrue(share > 0 && share <= 1, where));
        tensor.paperBits().ifPresent(bits -> assertTrue(bits >= 1 && bits <= 8, where));
        tensor.paperIndexBits().ifPresent(bits -> assertTrue(bits >= 1 && bits <= 8, where));
      }
    }
  }

  private static Architecture withTensors(String tensors) {
    return Architecture.parse(
        "name = n, title = t, input = [1], sources = [{ synthetic = 1 }], tensors = ["
            + tensors
            + "]",
        "n.conf");
  }

  /** What only the checkpoint says, no seed can draw. */
  @Test
  void modelsWithoutTensorsHaveNoSyntheticWeights() {
    String sources = "name = n, title = t, sources = [{ %s }]";
    Architecture model =
        Architecture.parse(sources.formatted("npm = \"a@1\", entry = package/x"), "n.conf");
    assertEquals(
        List.of(new WeightSource.Npm("a@1", "package/x", Optional.empty())), model.sources());
    for (String wrong :
        List.of(
            sources.formatted("synthetic = 1"),
            "name = n, title = t, sources = [], tensors = [{ name = w, kind = fc, shape = [1],"
                + " macs = 1, prune = true }]")) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> Architecture.parse(wrong, "n.conf"));
      assertTrue(e.getMessage().startsWith("n.conf: "), e.getMessage());
    }
  }

  @Test
  void layersThatAreAlikeAreWrittenOnce() {
    String tensor = "kind = fc, shape = [4, 5], macs = 20, prune = true }";
    Architecture model =
        withTensors(
            "{ name = first, "
                + tensor
                + ", { repeat = 2, tensors = [{ name = \"l.{}.a\", "
                + tensor
                + ", { name = \"l.{}.b\", "
                + tensor
                + "] }");
    assertEquals(
        List.of("first", "l.0.a", "l.0.b", "l.1.a", "l.1.b"),
        model.tensors().stream().map(TensorSpec::name).toList());
    for (String wrong : List.of("repeat = 0", "repeat = 10001")) {
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class,
              () -> withTensors("{ " + wrong + ", tensors = [{ name = \"{}\", " + tensor + "] }"));
      assertTrue(e.getMessage().contains("expected 1.."), e.getMessage());
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> withTensors("{ repeat = 2, tensors = [{ name = same, " + tensor + "] }"),
        "two tensors of one name");
  }
}
