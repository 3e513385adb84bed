package dev.tersor.core.prune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/** Laws of magnitude pruning on any finite weights: subnormals, both zeros, many ties. */
class MagnitudePropertyTest {
  @Provide
  Arbitrary<float[]> weights() {
    Arbitrary<Float> any =
        Arbitraries.integers().map(Float::intBitsToFloat).filter(value -> Float.isFinite(value));
    Arbitrary<Float> coarse = Arbitraries.integers().between(-3, 3).map(value -> value / 2f);
    Arbitrary<Float> edges =
        Arbitraries.of(0f, -0f, Float.MIN_VALUE, -Float.MIN_VALUE, Float.MAX_VALUE);
    return Arbitraries.oneOf(any, coarse, edges).array(float[].class).ofMaxSize(300);
  }

  @Property(tries = 1000)
  void exactlyTheSmallestGo(
      @ForAll("weights") float[] weights, @ForAll @DoubleRange(min = 0, max = 0.99) double share) {
    int prune = (int) Magnitude.count(share, weights.length);
    float[] kept = Magnitude.threshold(weights, prune).apply(weights);
    float largestGone = 0;
    float smallestKept = Float.POSITIVE_INFINITY;
    int gone = 0;
    for (int i = 0; i < weights.length; i++) {
      if (kept[i] == 0 && weights[i] != 0) {
        largestGone = Math.max(largestGone, Math.abs(weights[i]));
        gone++;
      } else {
        assertEquals(weights[i], kept[i], 0f);
        if (weights[i] != 0) {
          smallestKept = Math.min(smallestKept, Math.abs(weights[i]));
        }
      }
    }
    int zeros = 0;
    for (float weight : weights) {
      zeros += weight == 0 ? 1 : 0;
    }
    assertEquals(Math.max(0, prune - zeros), gone);
    assertTrue(largestGone <= smallestKept);
  }

  /** Histograms over two parts, merged in any order, decide like one over the whole. */
  @Property(tries = 500)
  void partsDecideLikeTheWhole(
      @ForAll("weights") float[] weights,
      @ForAll @IntRange(max = 300) int cut,
      @ForAll @DoubleRange(min = 0, max = 0.99) double share) {
    long prune = Magnitude.count(share, weights.length);
    int at = Math.min(cut, weights.length);
    float[] head = Arrays.copyOf(weights, at);
    float[] tail = Arrays.copyOfRange(weights, at, weights.length);
    Threshold whole = Magnitude.threshold(weights, prune);
    Threshold merged = prune == 0 ? Threshold.NONE : merged(tail, head, prune);
    assertEquals(whole, merged);
    float[] expected = whole.apply(weights);
    assertArrayEquals(Arrays.copyOf(expected, at), whole.apply(head));
    assertArrayEquals(
        Arrays.copyOfRange(expected, at, weights.length),
        whole.after(whole.countTies(head)).apply(tail));
  }

  private static Threshold merged(float[] first, float[] second, long prune) {
    MagnitudeHistogram coarse = MagnitudeHistogram.coarse();
    MagnitudeHistogram other = MagnitudeHistogram.coarse();
    coarse.add(first);
    other.add(second);
    int bin = coarse.merge(other).binOf(prune);
    MagnitudeHistogram fine = MagnitudeHistogram.fine(bin);
    MagnitudeHistogram otherFine = MagnitudeHistogram.fine(bin);
    fine.add(first);
    otherFine.add(second);
    return fine.merge(otherFine).threshold(prune - coarse.countBelow(bin));
  }

  /** Pruning more keeps a subset of what pruning less keeps. */
  @Property(tries = 500)
  void survivorsAreNested(
      @ForAll("weights") float[] weights,
      @ForAll @DoubleRange(min = 0, max = 0.99) double a,
      @ForAll @DoubleRange(min = 0, max = 0.99) double b) {
    long few = Magnitude.count(Math.min(a, b), weights.length);
    long many = Magnitude.count(Math.max(a, b), weights.length);
    float[] more = Magnitude.threshold(weights, few).apply(weights);
    float[] less = Magnitude.threshold(weights, many).apply(weights);
    for (int i = 0; i < weights.length; i++) {
      assertTrue(less[i] == 0 || less[i] == more[i]);
    }
  }
}
