package dev.tersor.core.quantize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.GroupSteps;
import dev.tersor.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PerGroupTest {
  private static float[] normal(int n, double sparsity, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] weights = new float[n];
    for (int i = 0; i < n; i++) {
      weights[i] = random.nextDouble() < sparsity ? 0 : (float) random.nextGaussian();
    }
    return weights;
  }

  /** The weights of a group by the definition, one position after the other. */
  private static List<Integer> members(int rows, int columns, int n, int row, int group) {
    List<Integer> members = new ArrayList<>();
    for (int i = 0; i < rows * columns; i++) {
      if (i / columns == row && i % columns / n == group) {
        members.add(i);
      }
    }
    return members;
  }

  /** The error of a group with a step, each weight compared with every level. */
  private static double error(float[] weights, List<Integer> members, int bits, float step) {
    int limit = bits == 1 ? 1 : (1 << (bits - 1)) - 1;
    double error = 0;
    for (int i : members) {
      double least = weights[i] == 0 ? 0 : Double.MAX_VALUE;
      for (int q = bits == 1 ? 0 : -limit; q <= limit && weights[i] != 0; q++) {
        double difference = (double) weights[i] - q * step;
        least = Math.min(least, difference * difference);
      }
      error += least;
    }
    return error;
  }

  /** No step of a fine grid does better for a group than its own, and its codes are as good. */
  @ParameterizedTest
  @ValueSource(ints = {2, 8, 16})
  void everyGroupHasTheLeastErrorOfTheLiteralSearch(int n) {
    int rows = 3;
    int columns = 37;
    Shape shape = Shape.of(rows, columns);
    for (int bits = 1; bits <= 5; bits++) {
      float[] weights = normal(rows * columns, 0.3, bits);
      CodebookFitter fitter = CodebookFitters.parse("uniform-group(n=" + n + ")");
      GroupSteps codebook = (GroupSteps) fitter.fit(shape, weights, bits, 0);
      float[] values = new Codes(shape, Assignment.codes(weights, codebook), codebook).dequantize();
      int groups = (columns + n - 1) / n;
      assertEquals(rows * groups, codebook.steps().length);
      for (int g = 0; g < rows * groups; g++) {
        List<Integer> members = members(rows, columns, n, g / groups, g % groups);
        double found = error(weights, members, bits, codebook.steps()[g]);
        double own = 0;
        double squares = 0;
        for (int i : members) {
          own += ((double) weights[i] - values[i]) * ((double) weights[i] - values[i]);
          squares += (double) weights[i] * weights[i];
        }
        assertEquals(own, found, 1e-6 * (1 + squares), "codes are the nearest levels");
        for (int i = -2000; i <= 2000; i++) {
          double step = i * 4.0 / 2000 / (bits == 1 ? 1 : (1 << (bits - 1)) - 1);
          double other = error(weights, members, bits, (float) step);
          assertTrue(found <= other + 2e-3 * squares, "group " + g + ": step " + step);
        }
      }
    }
  }

  /** Smaller groups have no more error, and cost 4 bytes each. */
  @Test
  void finerIsNearer() {
    Shape shape = Shape.of(20, 256);
    float[] weights = normal(20 * 256, 0.2, 1);
    for (int i = 0; i < weights.length; i++) {
      weights[i] *= 1 + i % 256 / 40;
    }
    double before = Double.MAX_VALUE;
    for (String name :
        List.of("uniform", "uniform-channel", "uniform-group", "uniform-group(n=16)")) {
      Codebook codebook = CodebookFitters.parse(name).fit(shape, weights, 4, 0);
      float[] values = codebook.weights(shape, Assignment.codes(weights, codebook));
      double error = 0;
      for (int i = 0; i < values.length; i++) {
        error += ((double) weights[i] - values[i]) * ((double) weights[i] - values[i]);
      }
      assertTrue(error < before, name + ": " + error);
      before = error;
    }
  }

  @Test
  void parametersAreNamed() {
    assertEquals("uniform-group", CodebookFitters.parse("uniform-group(n=64)").name());
    CodebookFitter fitter = CodebookFitters.parse("uniform-group(n=32)");
    assertEquals("uniform-group(n=32)", fitter.name());
    assertFalse(fitter.isShared());
    assertEquals(32, fitter.span(Shape.of(4, 100)));
    assertEquals(20, fitter.span(Shape.of(4, 20)));
    for (String n : List.of("0", "1", "3", "-64", "65536", "many", "")) {
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class,
              () -> CodebookFitters.parse("uniform-group(n=" + n + ")"));
      assertTrue(e.getMessage().contains("n: "), e.getMessage());
    }
    assertThrows(IllegalArgumentException.class, () -> CodebookFitters.parse("uniform(n=64)"));
  }

  @Test
  void whatIsNoCodebookOfGroupsIsRefused() {
    GroupSteps two = new GroupSteps(8, 4, 6, 1, 2);
    assertThrows(IllegalArgumentException.class, () -> new GroupSteps(9, 4, 6, 1, 2));
    assertThrows(IllegalArgumentException.class, () -> new GroupSteps(8, 4, 6, 1, 2, 3));
    assertThrows(IllegalArgumentException.class, () -> new GroupSteps(8, 4, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> new GroupSteps(8, 4, 6, 1, Float.NaN));
    assertThrows(IllegalArgumentException.class, () -> new GroupSteps(8, 4, 6, 1, Float.MAX_VALUE));
    assertThrows(
        IllegalArgumentException.class, () -> new Codes(Shape.of(2, 6), new byte[12], two));
    assertThrows(IllegalArgumentException.class, () -> new Codes(Shape.of(1, 5), new byte[5], two));
    assertThrows(IllegalArgumentException.class, () -> Assignment.codes(new float[5], two));
    assertArrayEquals(
        new float[] {0.099975586f, 2}, new GroupSteps(2, 4, 6, 0.1f, 2).half().steps());
    assertEquals(new GroupSteps(8, 4, 6, 1, 1e5f), new GroupSteps(8, 4, 6, 1, 1e5f).half());
  }
}
