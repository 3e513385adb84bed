package dev.tersor.core.prune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MagnitudeTest {
  /** Coarse values, so that ties are many. */
  private static float[] weights(int n) {
    SplittableRandom random = new SplittableRandom(n);
    float[] weights = new float[n];
    for (int i = 0; i < n; i++) {
      weights[i] = Math.round(random.nextGaussian() * 8) / 8f;
    }
    return weights;
  }

  /** Sorting positions by magnitude, then by position, and zeroing the first ones. */
  private static float[] literal(float[] weights, long prune) {
    float[] kept = weights.clone();
    IntStream.range(0, weights.length)
        .boxed()
        .sorted(
            (a, b) -> {
              int byMagnitude = Float.compare(Math.abs(weights[a]), Math.abs(weights[b]));
              return byMagnitude != 0 ? byMagnitude : a - b;
            })
        .limit(prune)
        .forEach(i -> kept[i] = 0);
    return kept;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 10, 1000})
  void prunesExactlyTheSmallestTiesByPosition(int n) {
    float[] weights = weights(n);
    for (double sparsity : new double[] {0, 0.1, 0.3, 0.5, 0.9, 0.99}) {
      long prune = Magnitude.count(sparsity, n);
      Threshold threshold = Magnitude.threshold(weights, prune);
      assertArrayEquals(literal(weights, prune), threshold.apply(weights), n + " at " + sparsity);
    }
    assertArrayEquals(new float[n], Magnitude.threshold(weights, n).apply(weights));
  }

  @Test
  void partsPruneLikeTheWhole() {
    float[] weights = weights(1000);
    Threshold threshold = Magnitude.threshold(weights, 437);
    float[] whole = threshold.apply(weights);
    long before = 0;
    for (int from = 0; from < 1000; from += 100) {
      float[] part = Arrays.copyOfRange(weights, from, from + 100);
      assertArrayEquals(
          Arrays.copyOfRange(whole, from, from + 100), threshold.after(before).apply(part));
      before += threshold.countTies(part);
    }
  }

  @Test
  void sparsityIsChecked() {
    assertEquals(2, Magnitude.count(0.5, 3));
    assertThrows(IllegalArgumentException.class, () -> Magnitude.count(1, 10));
    assertThrows(IllegalArgumentException.class, () -> Magnitude.count(-0.1, 10));
    assertThrows(IllegalArgumentException.class, () -> Magnitude.count(Double.NaN, 10));
    assertThrows(IllegalArgumentException.class, () -> Magnitude.threshold(new float[3], 4));
  }
}
