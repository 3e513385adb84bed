package dev.tersor.core.board;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.Compression;
import dev.tersor.core.data.ImageShape;
import dev.tersor.core.data.LabelledImages;
import dev.tersor.core.device.CompiledC;
import dev.tersor.core.device.DeviceExport;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.model.Architecture;
import dev.tersor.core.model.Parameter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks in C give the classes and the scores of Java. */
class BoardNetworkTest {
  /** Every layer, windows that leave the input, and residuals whose paths begin or are nothing. */
  private static final String MODEL =
      """
      name = every-layer
      title = Every layer
      input = [3, 13, 11]
      sources = [{ synthetic = 1 }]
      tensors = [
        { name = stem.w, kind = conv, shape = [6, 3, 5, 3], macs = 1, prune = true }
        { name = one.w, kind = conv, shape = [6, 6, 3, 3], macs = 1, prune = true }
        { name = side.w, kind = conv, shape = [10, 6, 1, 1], macs = 1, prune = true }
        { name = far.w, kind = conv, shape = [6, 6, 2, 2], macs = 1, prune = true }
        { name = fc.w, kind = fc, shape = [12, 90], macs = 1, prune = true }
        { name = last.w, kind = fc, shape = [7, 12], macs = 1, prune = true }
      ]
      graph {
        data = mnist, mean = [0.4, 0.5, 0.3], deviation = [0.2, 0.3, 0.25]
        layers = [
          { op = conv, weight = stem.w, bias = stem.b, stride = 2, padding = 2 }
          { op = conv, weight = far.w, stride = 4, padding = 4 }
          { op = residual, body = [] }
          { op = residual
            body = [
              { op = relu }
              { op = residual
                body = [{ op = conv, weight = one.w, padding = 1 }, { op = batch-norm, name = n }]
                shortcut = [{ op = relu }]
              }
              { op = dropout }
            ]
          }
          { op = residual
            body = [{ op = pad-channels, before = 1, after = 3 }]
            shortcut = [{ op = conv, weight = side.w, bias = side.b }, { op = relu }]
          }
          { op = max-pool, size = 2, stride = 1 }
          { op = residual
            body = [{ op = batch-norm, name = m, names = torch }]
            shortcut = [{ op = relu }]
          }
          { op = flatten }
          { op = linear, weight = fc.w, bias = fc.b }
          { op = relu }
          { op = linear, weight = last.w }
        ]
      }
      """;

  private static final String[] RECIPES = {
    "bitmap", "hybrid", "dcsr/rans", "relative4", "groupwise", "dense/huffman"
  };

  @TempDir Path folder;

  /** Some windows of the convolution with padding 4 have nothing of the input. */
  private static Architecture model() {
    return Architecture.parse(MODEL, "every-layer.conf");
  }

  private static Map<String, NetworkTensor> tensors(Architecture architecture, boolean isCoded) {
    Random random = new Random(5);
    Map<String, NetworkTensor> tensors = new HashMap<>();
    int number = 0;
    for (Parameter parameter : architecture.parameters()) {
      float[] values = new float[(int) parameter.shape().size()];
      for (int i = 0; i < values.length; i++) {
        double drawn = random.nextGaussian();
        values[i] = (float) (parameter.role() == Parameter.Role.VARIANCE ? drawn * drawn : drawn);
      }
      String name = parameter.name();
      boolean isStatistic =
          parameter.role() != Parameter.Role.WEIGHT && parameter.role() != Parameter.Role.BIAS;
      tensors.put(
          name,
          !isCoded || isStatistic
              ? new NetworkTensor.Plain(name, parameter.shape(), values, false)
              : Compression.DEFAULT
                  .sparsity(0.5)
                  .bits(3 + number % 6)
                  .codebook(number % 2 == 0 ? "uniform" : "exact")
                  .encoding(RECIPES[number++ % RECIPES.length])
                  .encode(name, parameter.shape(), values));
    }
    return tensors;
  }

  private static LabelledImages images(int channels, int height, int width, int classes) {
    int count = 5;
    byte[] pixels = new byte[count * channels * height * width];
    new Random(9).nextBytes(pixels);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < classes; i++) {
      names.add("class " + i);
    }
    return new LabelledImages(
        "noise", new ImageShape(channels, height, width), names, pixels, new byte[count]);
  }

  private static DeviceExport weights(Map<String, NetworkTensor> tensors) {
    return DeviceExport.of(List.copyOf(tensors.values()), Optional.empty(), Long.MAX_VALUE, false);
  }

  private static BoardNetwork network(Architecture architecture, boolean isCoded) {
    Map<String, NetworkTensor> tensors = tensors(architecture, isCoded);
    return BoardNetwork.of(architecture, tensors, weights(tensors), images(3, 13, 11, 7));
  }

  private void write(Architecture architecture, boolean isCoded) throws IOException {
    Map<String, byte[]> files = new HashMap<>();
    files.putAll(weights(tensors(architecture, isCoded)).files());
    files.putAll(network(architecture, isCoded).files());
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Files.write(folder.resolve(file.getKey()), file.getValue());
    }
  }

  private String make(String target) throws Exception {
    return CompiledC.run(
        List.of(
            "make",
            "-s",
            "-C",
            folder.toString(),
            "CC=gcc",
            "OPTIMISE=-O1 -g -pedantic -Werror -fsanitize=address,undefined -fno-sanitize-recover",
            target));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theClassesAreThoseOfJava(boolean isCoded) throws Exception {
    CompiledC.assumeThereIs("gcc");
    CompiledC.assumeThereIs("make");
    write(model(), isCoded);
    assertEquals(Files.readString(folder.resolve("classes.txt")), make("run-host"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"yes", "no"})
  void andOnTheBoard(String vectors) throws Exception {
    for (String program : List.of("make", "gcc", "arm-none-eabi-gcc", "qemu-system-arm")) {
      CompiledC.assumeThereIs(program);
    }
    write(model(), true);
    List<String> make = List.of("make", "-s", "-C", folder.toString(), "MVE=" + vectors);
    // Not silent, as people run it: make tells folders then.
    String said =
        CompiledC.run(List.of("make", "-C", folder.toString(), "MVE=" + vectors, "classes"));
    assertTrue(said.contains("classes are the same, here and on the board"), said);
    List<String> count = new ArrayList<>(make);
    count.add("network-count");
    assertTrue(CompiledC.run(count).startsWith("inference ticks "));
  }

  @Test
  void anotherWeightIsSeen() throws Exception {
    CompiledC.assumeThereIs("gcc");
    CompiledC.assumeThereIs("make");
    write(model(), false);
    Path weights = folder.resolve("weights.c");
    String text = Files.readString(weights);
    assertTrue(text.contains("const float weights_fc_b[] = {"));
    Files.writeString(
        weights,
        text.replace("const float weights_fc_b[] = {", "const float weights_fc_b[] = {1e6f + "));
    AssertionError failed = assertThrows(AssertionError.class, () -> make("classes"));
    assertTrue(failed.getMessage().contains("OTHER THAN IN JAVA"), failed.getMessage());
  }

  @Test
  void damagedFlashIsTold() throws Exception {
    CompiledC.assumeThereIs("gcc");
    CompiledC.assumeThereIs("make");
    write(model(), true);
    Path weights = folder.resolve("weights.c");
    String text = Files.readString(weights);
    // The lengths of the first stream's payload that has one.
    String damaged = text.replaceFirst("(\\(const uint8_t \\*\\)\\w+, NULL, )\\d+", "$11");
    assertFalse(text.equals(damaged));
    Files.writeString(weights, damaged);
    AssertionError failed = assertThrows(AssertionError.class, () -> make("run-host"));
    assertTrue(failed.getMessage().contains("flash is damaged"), failed.getMessage());
  }

  @Test
  void buffersAreSharedWhereTheyCanBe() {
    Architecture architecture = model();
    Map<String, String> names = new HashMap<>();
    architecture.parameters().forEach(parameter -> names.put(parameter.name(), "x"));
    Steps steps =
        Steps.of(
            architecture.graph().orElseThrow().layers(),
            architecture.input(),
            architecture.parameters(),
            names);
    ActivationMemory memory = ActivationMemory.of(steps);
    int all = memory.places().keySet().stream().mapToInt(Activation::size).sum();
    assertTrue(memory.size() < all * 2 / 3, memory.size() + " of " + all);
    for (Step step : steps.all()) {
      for (Activation one : step.activations()) {
        for (Activation other : step.activations()) {
          int at = memory.places().get(one);
          int next = memory.places().get(other);
          assertTrue(one.equals(other) || at + one.size() <= next || next + other.size() <= at);
        }
      }
    }
  }

  @Test
  void whatDoesNotFitTheBoardNamesTheLayer() {
    String wide =
        """
        name = wide
        title = Wide
        input = [1, %1$d, 100]
        sources = [{ synthetic = 1 }]
        tensors = [
          { name = c.w, kind = conv, shape = [%2$d, 1, 1, 1], macs = 1, prune = true }
          { name = l.w, kind = fc, shape = [%3$d, %4$d], macs = 1, prune = true }
        ]
        graph {
          data = mnist, mean = [0], deviation = [1]
          layers = [
            { op = conv, weight = c.w }
            { op = flatten }
            { op = linear, weight = l.w }
          ]
        }
        """;
    assertEquals(
        "the activations at 'c.w' take 520,000 bytes of memory, the board has 524,288 with 16,384"
            + " for stack and decoders' tables; 507,904 bytes of activations would fit",
        refusal(wide.formatted(100, 12, 7, 120_000), 100, 7));
    assertEquals(
        "tensor 'l.w': its 600,000 codes take a byte each beside 44,000 of activations and a row of"
            + " 40,000, the board has 524,288 with 16,384 for stack and decoders' tables; 423,904"
            + " bytes of codes would fit",
        refusal(wide.formatted(10, 10, 60, 10_000), 10, 60));
  }

  private static String refusal(String hocon, int height, int classes) {
    Architecture architecture = Architecture.parse(hocon, "wide.conf");
    Map<String, NetworkTensor> tensors = tensors(architecture, true);
    DeviceExport weights = weights(tensors);
    LabelledImages images = images(1, height, 100, classes);
    return assertThrows(
            IllegalArgumentException.class,
            () -> BoardNetwork.of(architecture, tensors, weights, images))
        .getMessage();
  }

  @Test
  void aMissingTensorIsNamed() {
    Architecture architecture = model();
    Map<String, NetworkTensor> tensors = tensors(architecture, false);
    DeviceExport weights = weights(tensors);
    tensors.remove("side.b");
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> BoardNetwork.of(architecture, tensors, weights, images(3, 13, 11, 7)));
    assertTrue(refusal.getMessage().contains("'side.b'"), refusal.getMessage());
  }
}
