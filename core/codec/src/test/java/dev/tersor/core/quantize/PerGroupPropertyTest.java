package dev.tersor.core.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.GroupSteps;
import dev.tersor.core.tensor.Shape;
import java.util.SplittableRandom;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The law of steps of groups on random shapes, sizes and widths. */
class PerGroupPropertyTest {
  private static float[] normal(int n, double sparsity, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] weights = new float[n];
    for (int i = 0; i < n; i++) {
      weights[i] = random.nextDouble() < sparsity ? 0 : (float) random.nextGaussian();
    }
    return weights;
  }

  /** A group is fitted as a tensor of nothing else would be. */
  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void groupsAreTensorsByThemselves(
      @ForAll @IntRange(min = 0, max = 5) int rows,
      @ForAll @IntRange(min = 0, max = 70) int columns,
      @ForAll @IntRange(min = 1, max = 6) int log,
      @ForAll @IntRange(min = 1, max = 8) int bits,
      @ForAll long seed) {
    int n = 1 << log;
    Shape shape = Shape.of(rows, columns);
    float[] weights = normal(rows * columns, 0.4, seed);
    PerGroup fitter = new PerGroup(new Uniform(), n);
    GroupSteps codebook = fitter.fit(shape, weights, bits, 0);
    float[] values = codebook.weights(shape, Assignment.codes(weights, codebook));
    CodebookFitter whole = CodebookFitters.ALL.get("uniform");
    int at = 0;
    for (int row = 0; row < rows; row++) {
      for (int from = 0; from < columns; from += n) {
        int length = Math.min(n, columns - from);
        float[] own = new float[length];
        System.arraycopy(weights, row * columns + from, own, 0, length);
        Codebook step = whole.fit(Points.ofNonZero(own), bits, 0);
        assertEquals(step.value(0, 0, 1), codebook.steps()[at++], 0f);
        float[] expected = step.weights(Shape.of(length), Assignment.codes(own, step));
        for (int i = 0; i < length; i++) {
          assertEquals(expected[i], values[row * columns + from + i], 0f);
        }
      }
    }
    assertEquals(at, codebook.steps().length);
  }
}
