package dev.tersor.jobs.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.tersor.core.model.Architecture;
import dev.tersor.core.model.Parameter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CompactionTest {
  private static final Architecture CHAIN =
      Architecture.parse(
          """
          name = n, title = n, input = [1, 8, 8], sources = []
          tensors = [
            { name = a, kind = conv, shape = [4, 1, 3, 3], macs = 1, prune = true }
            { name = b, kind = conv, shape = [5, 4, 3, 3], macs = 1, prune = true }
            { name = c, kind = fc, shape = [6, 45], macs = 1, prune = true }
            { name = d, kind = fc, shape = [3, 6], macs = 1, prune = true }
          ]
          graph { data = none, mean = [0], deviation = [1]
            layers = [{ op = conv, weight = a, bias = a.bias }, { op = max-pool, size = 2 }
              { op = conv, weight = b, bias = b.bias, padding = 1 }, { op = relu }
              { op = flatten }, { op = linear, weight = c, bias = c.bias }
              { op = relu }, { op = linear, weight = d, bias = d.bias }] }
          """,
          "n");

  /** Scores and gradients are those of the whole network, with zeros where units are gone. */
  @Test
  void whatIsLeftOutChangesNothing() {
    Random random = new Random(3);
    Map<String, float[]> values = new LinkedHashMap<>();
    Map<String, dev.tersor.core.tensor.Shape> shapes = new LinkedHashMap<>();
    for (Parameter parameter : CHAIN.parameters()) {
      float[] value = new float[Math.toIntExact(parameter.shape().size())];
      for (int i = 0; i < value.length; i++) {
        value[i] = (float) random.nextGaussian();
      }
      values.put(parameter.name(), value);
      shapes.put(parameter.name(), parameter.shape());
    }
    Units units = Units.of(CHAIN.graph().orElseThrow(), CHAIN.parameters());
    Map<String, float[]> alive = units.strongest(Map.of("a", 0.5, "b", 0.6, "c", 0.5), values);
    alive.forEach(
        (name, mask) -> {
          for (int i = 0; i < mask.length; i++) {
            values.get(name)[i] *= mask[i];
          }
        });
    assertEquals(3, nonZeros(values.get("b.bias")));
    try (NDManager manager = Torch.manager()) {
      Weights whole = new Weights(manager, CHAIN.parameters(), values);
      Weights small = new Weights(manager, CHAIN.parameters(), values);
      TorchNetwork compact = new TorchNetwork(CHAIN.graph().orElseThrow(), small::of);
      Compaction compaction = new Compaction(manager, units, shapes);
      compaction.leave(alive);
      compact.compact(compaction);
      NDArray inputs = manager.randomNormal(new Shape(7, 1, 8, 8));
      TorchNetwork full = new TorchNetwork(CHAIN.graph().orElseThrow(), whole::of);
      assertArrayEquals(learnt(full, inputs), learnt(compact, inputs), 1e-4f);
      // Units are alive: nothing else changes than what is behind a mask.
      alive.forEach(
          (name, mask) -> {
            float[] expected = whole.of(name).getGradient().toFloatArray();
            float[] gradient = small.of(name).getGradient().toFloatArray();
            for (int i = 0; i < mask.length; i++) {
              float masked = mask[i] * expected[i];
              assertEquals(masked, gradient[i], 1e-5 * (1 + Math.abs(masked)), name + " " + i);
            }
          });
      assertArrayEquals(
          whole.of("d.bias").getGradient().toFloatArray(),
          small.of("d.bias").getGradient().toFloatArray(),
          1e-4f);
    }
  }

  private static float[] learnt(TorchNetwork network, NDArray inputs) {
    Torch.recording(true);
    NDArray scores = network.scores(inputs, TorchNetwork.Pass.TEST);
    Torch.backward(scores.mul(scores).mean());
    Torch.recording(false);
    return scores.toFloatArray();
  }

  private static int nonZeros(float[] values) {
    int count = 0;
    for (float value : values) {
      count += value != 0 ? 1 : 0;
    }
    return count;
  }
}
