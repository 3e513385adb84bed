package dev.tersor.core.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.checkpoint.FileSource;
import dev.tersor.core.checkpoint.Layout;
import dev.tersor.core.checkpoint.OnnxGraph;
import dev.tersor.core.checkpoint.StoredTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxExportTest {
  @TempDir Path folder;

  private static Architecture architecture(String name) throws IOException {
    return Architecture.parse(Files.readString(Path.of("../../conf/models", name + ".conf")), name);
  }

  private static Map<String, float[]> random(Architecture architecture) {
    Random random = new Random(7);
    Map<String, float[]> values = new LinkedHashMap<>();
    for (Parameter parameter : architecture.parameters()) {
      float[] numbers = new float[(int) parameter.shape().size()];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = (float) random.nextGaussian();
      }
      values.put(parameter.name(), numbers);
    }
    return values;
  }

  @ParameterizedTest
  @ValueSource(strings = {"lenet300", "lenet5", "resnet8"})
  void theCheckpointReaderGetsTheWeightsBack(String name) throws IOException {
    Architecture architecture = architecture(name);
    Map<String, float[]> values = random(architecture);
    byte[] model = OnnxExport.of(architecture).with(values);
    Path file = Files.write(folder.resolve("net.onnx"), model);
    try (FileSource source = FileSource.open(file)) {
      Checkpoint checkpoint = Checkpoint.open(source);
      assertEquals(
          architecture.parameters().stream().map(Parameter::name).toList(),
          checkpoint.tensors().stream().map(StoredTensor::name).toList());
      for (Parameter parameter : architecture.parameters()) {
        StoredTensor tensor = checkpoint.find(parameter.name()).orElseThrow();
        assertEquals(parameter.shape(), tensor.shape());
        if (parameter.role() == Parameter.Role.WEIGHT) {
          assertEquals(Layout.OUT_IN, tensor.layout(), parameter.name());
        }
        assertArrayEquals(
            values.get(parameter.name()),
            Checkpoint.read(tensor, source, 0, (int) tensor.shape().size()));
      }
      // A model that was read and written again is the same model.
      OnnxGraph graph = OnnxGraph.read(source);
      assertArrayEquals(model, graph.with(values));
      assertArrayEquals(OnnxExport.of(architecture).fingerprint(), graph.fingerprint());
    }
  }

  @Test
  void whatIsMissingOrOfAnotherSizeIsNamed() throws IOException {
    OnnxGraph graph = OnnxExport.of(architecture("lenet300"));
    Map<String, float[]> values = random(architecture("lenet300"));
    values.put("fc2.bias", new float[99]);
    IllegalArgumentException size =
        assertThrows(IllegalArgumentException.class, () -> graph.with(values));
    assertEquals("tensor 'fc2.bias' has 99 values, its shape in the graph is 100", say(size));
    values.remove("fc2.bias");
    IllegalArgumentException missing =
        assertThrows(IllegalArgumentException.class, () -> graph.with(values));
    assertTrue(say(missing).contains("no tensor 'fc2.bias'"), say(missing));
    Architecture none =
        new Architecture("x", "x", List.of(1L), List.of(), List.of(), java.util.Optional.empty());
    assertThrows(IllegalArgumentException.class, () -> OnnxExport.of(none));
  }

  private static String say(Exception e) {
    return e.getMessage();
  }
}
