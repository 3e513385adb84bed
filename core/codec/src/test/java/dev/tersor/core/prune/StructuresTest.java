package dev.tersor.core.prune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/** Whole filters, whole layers, and single weights by a saliency, against literal versions. */
class StructuresTest {
  /** Coarse values, so that ties are many. */
  private static float[] coarse(int n, SplittableRandom random) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = random.nextInt(-4, 5) / 4f;
    }
    return values;
  }

  /** Row after row, the one of least L1 norm of those left, the first of equal ones. */
  private static float[] literalFilters(float[] weights, float[] saliency, int rows, long count) {
    float[] kept = weights.clone();
    int length = weights.length / rows;
    boolean[] gone = new boolean[rows];
    for (int i = 0; i < count; i++) {
      int least = -1;
      for (int row = 0; row < rows; row++) {
        if (!gone[row]
            && (least < 0 || norm(saliency, row, length) < norm(saliency, least, length))) {
          least = row;
        }
      }
      gone[least] = true;
      Arrays.fill(kept, least * length, (least + 1) * length, 0);
    }
    return kept;
  }

  private static double norm(float[] saliency, int row, int length) {
    return IntStream.range(row * length, (row + 1) * length)
        .mapToDouble(i -> Math.abs(saliency[i]))
        .sum();
  }

  @Property(tries = 500)
  void filtersOfLeastNormGo(
      @ForAll @IntRange(min = 1, max = 20) int rows,
      @ForAll @IntRange(min = 1, max = 9) int length,
      @ForAll @DoubleRange(min = 0, max = 0.99) double share,
      @ForAll long seed,
      @ForAll boolean isOwn) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] weights = coarse(rows * length, random);
    float[] saliency = isOwn ? weights : coarse(rows * length, random);
    PrunedRows mask = Filters.least(Filters.norms(saliency, rows), share);
    long count = Math.min(rows - 1, Math.round(share * rows));
    assertEquals(count, mask.count());
    float[] whole = mask.apply(weights, saliency);
    assertArrayEquals(literalFilters(weights, saliency, rows, count), whole);
    // In parts that are cut between rows.
    int cut = random.nextInt(rows + 1);
    float[] head = Arrays.copyOf(weights, cut * length);
    float[] tail = Arrays.copyOfRange(weights, cut * length, weights.length);
    assertArrayEquals(Arrays.copyOf(whole, cut * length), mask.part(0, cut).apply(head, head));
    assertArrayEquals(
        Arrays.copyOfRange(whole, cut * length, whole.length),
        mask.part(cut, rows - cut).apply(tail, tail));
  }

  @Example
  void aLayerKeepsAFilter() {
    assertEquals(0, Filters.least(new double[] {0}, 0.99).count());
    assertEquals(1, Filters.least(new double[] {3, 3}, 0.99).count());
    assertEquals(0, Filters.least(new double[0], 0.5).count());
    assertThrows(IllegalArgumentException.class, () -> Filters.least(new double[3], 1));
  }

  /** Every prefix of the tensors by mean, and the nearest of them. */
  private static BitSet literalLayers(double[] means, long[] sizes, double share) {
    Integer[] order = IntStream.range(0, means.length).boxed().toArray(Integer[]::new);
    Arrays.sort(order, (a, b) -> means[a] != means[b] ? Double.compare(means[a], means[b]) : a - b);
    long target = Math.round(share * Arrays.stream(sizes).sum());
    int best = 0;
    long nearest = Long.MAX_VALUE;
    for (int prefix = 0; prefix < Math.max(1, means.length); prefix++) {
      long gone = 0;
      for (int i = 0; i < prefix; i++) {
        gone += sizes[order[i]];
      }
      if (Math.abs(target - gone) < nearest) {
        nearest = Math.abs(target - gone);
        best = prefix;
      }
    }
    BitSet pruned = new BitSet();
    Arrays.stream(order).limit(best).forEach(pruned::set);
    return pruned;
  }

  @Property(tries = 1000)
  void layersOfLeastMeanGo(
      @ForAll @IntRange(max = 12) int tensors,
      @ForAll @DoubleRange(min = 0, max = 0.99) double share,
      @ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] means = new double[tensors];
    long[] sizes = new long[tensors];
    for (int i = 0; i < tensors; i++) {
      means[i] = random.nextInt(5);
      sizes[i] = random.nextInt(1, 1 << random.nextInt(1, 20));
    }
    BitSet pruned = Layers.least(means, sizes, share);
    assertEquals(literalLayers(means, sizes, share), pruned);
    assertTrue(tensors == 0 || pruned.cardinality() < tensors);
  }

  @Example
  void layersAreTakenNearestToTheShare() {
    double[] means = {3, 1, 2};
    long[] sizes = {50, 20, 30};
    assertEquals("{}", Layers.least(means, sizes, 0).toString());
    assertEquals("{}", Layers.least(means, sizes, 0.1).toString());
    assertEquals("{1}", Layers.least(means, sizes, 0.11).toString());
    assertEquals("{1}", Layers.least(means, sizes, 0.35).toString());
    assertEquals("{1, 2}", Layers.least(means, sizes, 0.36).toString());
    assertEquals("{1, 2}", Layers.least(means, sizes, 0.99).toString());
    assertEquals("{}", Layers.least(new double[] {1}, new long[] {7}, 0.9).toString());
    assertThrows(IllegalArgumentException.class, () -> Layers.least(means, new long[2], 0.5));
    assertThrows(IllegalArgumentException.class, () -> Layers.least(means, sizes, 1));
  }

  /** The weights of least saliency go, whatever they are themselves; ties by position. */
  @Property(tries = 500)
  void aSaliencyDecidesInPlaceOfTheMagnitude(
      @ForAll @IntRange(min = 1, max = 300) int size,
      @ForAll @DoubleRange(min = 0, max = 0.99) double share,
      @ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] weights = coarse(size, random);
    float[] saliency = coarse(size, random);
    long prune = Magnitude.count(share, size);
    float[] expected = weights.clone();
    IntStream.range(0, size)
        .boxed()
        .sorted((a, b) -> Float.compare(Math.abs(saliency[a]), Math.abs(saliency[b])))
        .limit(prune)
        .forEach(i -> expected[i] = 0);
    Threshold threshold = Magnitude.threshold(saliency, prune);
    assertArrayEquals(expected, threshold.apply(weights, saliency));
  }

  @Example
  void whatDoesNotFitIsRefused() {
    Threshold threshold = Magnitude.threshold(new float[] {1, 2, 3}, 1);
    assertThrows(IllegalArgumentException.class, () -> threshold.apply(new float[3], new float[2]));
    PrunedRows rows = PrunedRows.whole(true);
    assertArrayEquals(new float[5], rows.apply(new float[] {1, 2, 3, 4, 5}, new float[5]));
    float[] kept = {1, 2};
    assertArrayEquals(kept, PrunedRows.whole(false).apply(kept, kept));
    BitSet third = new BitSet();
    third.set(2);
    assertThrows(IllegalArgumentException.class, () -> new PrunedRows(third, 2));
    assertThrows(
        IllegalArgumentException.class,
        () -> new PrunedRows(third, 3).apply(new float[4], new float[4]));
  }
}
