package dev.tersor.jobs.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tersor.jobs.config.Pruning.Scope;
import dev.tersor.jobs.config.UsageException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PrunerTest {
  @Test
  void theDensityFallsAlongTheCubic() {
    Pruner pruner = new Pruner(Map.of("a", 0.1), Scope.TENSOR, 0.5);
    assertEquals(1, pruner.density(0.1, 0));
    // Half way: 0.1 + 0.9 * (1 - 1/2)^3.
    assertEquals(0.2125, pruner.density(0.1, 0.25), 1e-12);
    assertEquals(0.1, pruner.density(0.1, 0.5));
    assertEquals(0.1, pruner.density(0.1, 1));
    assertEquals(0.1, new Pruner(Map.of("a", 0.1), Scope.TENSOR, 0).density(0.1, 0));
  }

  @Test
  void eachTensorKeepsItsLargestWeights() {
    Map<String, float[]> weights = new LinkedHashMap<>();
    weights.put("a", new float[] {0.1f, -0.5f, 0.3f, -0.2f});
    weights.put("b", new float[] {10, -20});
    Pruner pruner = new Pruner(Map.of("a", 0.5, "b", 0.5), Scope.TENSOR, 0);
    Map<String, float[]> masks = pruner.masks(weights, 0);
    assertArrayEquals(new float[] {0, 1, 1, 0}, masks.get("a"));
    assertArrayEquals(new float[] {0, 1}, masks.get("b"));
  }

  @Test
  void aGlobalThresholdTakesTheSmallestOfAllTensors() {
    Map<String, float[]> weights = new LinkedHashMap<>();
    weights.put("a", new float[] {0.1f, -0.5f, 0.3f, -0.2f});
    weights.put("b", new float[] {10, -20});
    Pruner pruner = new Pruner(Map.of("a", 0.5, "b", 0.5), Scope.GLOBAL, 0);
    Map<String, float[]> masks = pruner.masks(weights, 0);
    assertArrayEquals(new float[] {0, 1, 0, 0}, masks.get("a"));
    assertArrayEquals(new float[] {1, 1}, masks.get("b"));
  }

  @Test
  void aTensorOfWhichNothingStaysIsAnError() {
    Pruner pruner = new Pruner(Map.of("a", 0.01), Scope.TENSOR, 0);
    String message =
        assertThrows(
                UsageException.class, () -> pruner.masks(Map.of("a", new float[] {1, 2, 3}), 0))
            .getMessage();
    assertEquals("densities: 0.01 of the 3 weights of a leaves none that is not zero", message);
  }

  @Test
  void aWeightThatIsZeroIsGone() {
    Map<String, float[]> masks =
        new Pruner(Map.of("a", 1.0), Scope.TENSOR, 0).masks(Map.of("a", new float[] {0, 2, 3}), 0);
    assertArrayEquals(new float[] {0, 1, 1}, masks.get("a"));
  }
}
