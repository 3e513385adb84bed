package dev.tersor.core.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Sums that are kept at some points alone are those of adding up, to the last bit. */
class PointsTest {
  private static float[] drawn(int n, double shift, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] weights = new float[n];
    for (int i = 0; i < n; i++) {
      weights[i] = (float) (random.nextGaussian() + shift);
    }
    return weights;
  }

  /** From the first point that is not negative outwards. */
  private static void check(Points points) {
    int zero = 0;
    while (zero < points.size() && points.value(zero) < 0) {
      zero++;
    }
    double sum = 0;
    for (int i = zero; i <= points.size(); i++) {
      assertEquals(sum, points.squares().to(i), 0.0);
      if (i < points.size()) {
        double value = points.value(i);
        sum += points.count(i, i + 1) * (value * value);
      }
    }
    double[] near = new double[SquareSums.STRIDE];
    for (int i = 0; i <= points.size(); i++) {
      if (i % SquareSums.STRIDE == 0) {
        points.squares().to(i, near);
      }
      assertEquals(points.squares().to(i), near[i % SquareSums.STRIDE], 0.0);
    }
    sum = 0;
    for (int i = zero; i >= 0; i--) {
      assertEquals(sum, points.squares().to(i), 0.0);
      if (i > 0) {
        double value = points.value(i - 1);
        sum -= points.count(i - 1, i) * (value * value);
      }
    }
  }

  @Test
  void squares() {
    for (int n : new int[] {0, 1, 2, 7, 8, 9, 15, 16, 17, 100, 1000}) {
      for (double shift : new double[] {0, -9, 9, 0.7}) {
        Points points = Points.ofNonZero(drawn(n, shift, n));
        check(points);
        check(points.mirror());
      }
    }
  }

  @Test
  void squaresOfWeightsThatOccurOften() {
    float[] values = {-3, -1, -0.5f, 0.25f, 1, 2, 2.5f, 7, 8, 9, 10};
    double[] multiplicities = {1, 5, 2, 9, 4, 1, 1, 3, 0.5, 2, 1};
    Points points = Points.weighted(values, multiplicities);
    check(points);
    check(points.mirror());
  }

  @Test
  void theMirrorImageReadsBackwards() {
    Points points = Points.ofNonZero(drawn(77, 0.3, 5));
    Points mirror = points.mirror();
    for (int i = 0; i < 77; i++) {
      assertEquals(-points.value(76 - i), mirror.value(i), 0f);
      assertEquals(points.value(i), mirror.mirror().value(i), 0f);
    }
  }

  @Test
  void candidatesGrowAndMove() {
    Candidates candidates = new Candidates();
    for (int i = 0; i < 5000; i++) {
      candidates.add(i, i + 1, 2 * i, i);
      candidates.head += i % 3 == 0 ? 1 : 0;
    }
    assertEquals(5000 - 1667, candidates.tail - candidates.head);
    for (int at = candidates.head, i = 1667; at < candidates.tail; at++, i++) {
      assertEquals(i, candidates.point[at]);
      assertEquals(i + 1, candidates.from[at]);
      assertEquals(i, candidates.rest(at), 0.0);
    }
  }
}
