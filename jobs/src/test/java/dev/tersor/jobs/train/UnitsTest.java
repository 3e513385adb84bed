package dev.tersor.jobs.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tersor.core.model.Architecture;
import dev.tersor.jobs.config.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UnitsTest {
  private static final String TWO_FILTERS =
      """
      name = n, title = n, input = [1, 4, 4], sources = []
      tensors = [
        { name = a, kind = conv, shape = [2, 1, 3, 3], macs = 1, prune = true }
        { name = b, kind = fc, shape = [3, 8], macs = 1, prune = true }
        { name = c, kind = fc, shape = [2, 3], macs = 1, prune = true }
      ]
      graph { data = none, mean = [0], deviation = [1]
        layers = [{ op = conv, weight = a, bias = a.bias }, { op = flatten }
          { op = linear, weight = b, bias = b.bias }, { op = relu }, { op = linear, weight = c }] }
      """;

  @Test
  void aFilterHasAsManyInputsOfTheNextLayerAsItsMapHasPixels() {
    Architecture architecture = Architecture.parse(TWO_FILTERS, "n");
    assertEquals(
        List.of(
            new Units.Joint("a", Optional.of("a.bias"), "b", 2, 4),
            new Units.Joint("b", Optional.of("b.bias"), "c", 3, 1)),
        Units.of(architecture.graph().orElseThrow(), architecture.parameters()).joints());
  }

  @Test
  void onlyAChainHasUnits() throws IOException {
    Architecture residual =
        Architecture.parse(
            Files.readString(Path.of("..", "conf", "models", "resnet8.conf")), "resnet8");
    String message =
        assertThrows(
                UsageException.class,
                () -> Units.of(residual.graph().orElseThrow(), residual.parameters()))
            .getMessage();
    assertEquals("prune.units: the graph has ", message.substring(0, 27));
  }

  /** Units alive are those that inputs reach and that reach outputs, by a walk over all paths. */
  @Test
  void whatIsAliveIsOnAPath() {
    Random random = new Random(5);
    for (int round = 0; round < 300; round++) {
      int layers = 2 + random.nextInt(3);
      int[] widths = random.ints(layers + 1, 1, 7).toArray();
      double density = random.nextDouble();
      List<float[]> masks = new ArrayList<>();
      Map<String, float[]> kept = new LinkedHashMap<>();
      Map<String, Integer> sizes = new LinkedHashMap<>();
      List<Units.Joint> joints = new ArrayList<>();
      for (int i = 0; i < layers; i++) {
        float[] mask = new float[widths[i] * widths[i + 1]];
        for (int j = 0; j < mask.length; j++) {
          mask[j] = random.nextDouble() < density ? 1 : 0;
        }
        masks.add(mask);
        kept.put("w" + i, mask);
        sizes.put("w" + i, mask.length);
        if (i > 0) {
          joints.add(new Units.Joint("w" + (i - 1), Optional.of("b" + i), "w" + i, widths[i], 1));
        }
      }
      boolean[][] reached = new boolean[layers + 1][];
      boolean[][] used = new boolean[layers + 1][];
      for (int i = 0; i <= layers; i++) {
        reached[i] = new boolean[widths[i]];
        used[i] = new boolean[widths[i]];
      }
      java.util.Arrays.fill(reached[0], true);
      java.util.Arrays.fill(used[layers], true);
      for (int i = 0; i < layers; i++) {
        for (int out = 0; out < widths[i + 1]; out++) {
          for (int in = 0; in < widths[i]; in++) {
            reached[i + 1][out] |= reached[i][in] && masks.get(i)[out * widths[i] + in] != 0;
          }
        }
      }
      for (int i = layers - 1; i >= 0; i--) {
        for (int out = 0; out < widths[i + 1]; out++) {
          for (int in = 0; in < widths[i]; in++) {
            used[i][in] |= used[i + 1][out] && masks.get(i)[out * widths[i] + in] != 0;
          }
        }
      }
      Map<String, float[]> alive = new Units(joints).alive(kept, sizes);
      for (int i = 0; i < layers; i++) {
        float[] expected = new float[masks.get(i).length];
        for (int j = 0; j < expected.length; j++) {
          int in = j % widths[i];
          int out = j / widths[i];
          boolean from = i == 0 || (reached[i][in] && used[i][in]);
          boolean to = i == layers - 1 || (reached[i + 1][out] && used[i + 1][out]);
          expected[j] = from && to ? 1 : 0;
        }
        assertArrayEquals(expected, alive.get("w" + i), "round " + round + " layer " + i);
      }
      for (int i = 1; i < layers; i++) {
        for (int unit = 0; unit < widths[i]; unit++) {
          assertEquals(
              reached[i][unit] && used[i][unit] ? 1f : 0f, alive.get("b" + i)[unit], "bias");
        }
      }
    }
  }
}
