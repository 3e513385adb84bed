package dev.tersor.core.prune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/** N of M, blocks and heads, against literal versions. */
class PatternsTest {
  /** Coarse values, so that ties are many. */
  private static float[] coarse(int n, SplittableRandom random) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = random.nextInt(-4, 5) / 4f;
    }
    return values;
  }

  /** Sorted by magnitude, the first of equal ones first; all but the last n go. */
  private static float[] literalPattern(
      float[] weights, float[] saliency, int kept, int of, int rowLength) {
    float[] pruned = weights.clone();
    for (int row = 0; row < weights.length; row += rowLength) {
      for (int from = row; from < row + rowLength; from += of) {
        List<Integer> run = new ArrayList<>();
        for (int i = from; i < Math.min(from + of, row + rowLength); i++) {
          run.add(i);
        }
        run.sort(Comparator.comparingDouble(i -> Math.abs(saliency[i])));
        for (int i : run.subList(0, Math.max(0, run.size() - kept))) {
          pruned[i] = 0;
        }
      }
    }
    return pruned;
  }

  @Property(tries = 500)
  void theLargestOfEachFewStay(
      @ForAll @IntRange(min = 1, max = 5) int logOf,
      @ForAll @IntRange(min = 1, max = 31) int kept,
      @ForAll @IntRange(min = 0, max = 4) int rows,
      @ForAll @IntRange(min = 1, max = 70) int rowLength,
      @ForAll long seed,
      @ForAll boolean isOwn) {
    int of = 1 << logOf;
    int n = 1 + kept % (of - 1 == 0 ? 1 : of - 1);
    SplittableRandom random = new SplittableRandom(seed);
    float[] weights = coarse(rows * rowLength, random);
    float[] saliency = isOwn ? weights : coarse(weights.length, random);
    float[] before = weights.clone();
    NOfM pattern = new NOfM(n, of, rowLength);
    float[] pruned = pattern.apply(weights, saliency);
    assertArrayEquals(literalPattern(weights, saliency, n, of, rowLength), pruned);
    assertArrayEquals(before, weights, "not changed");
  }

  @Example
  void twoOfFour() {
    float[] weights = {1, -3, 2, 0.5f, 5, 5, 5, 5, 7, 8, -9};
    float[] expected = {0, -3, 2, 0, 0, 0, 5, 5, 0, 8, -9};
    assertArrayEquals(expected, new NOfM(2, 4, 11).apply(weights, weights));
    assertEquals(0.5, NOfM.sparsity(2, 4));
    assertArrayEquals(new float[0], new NOfM(1, 2, 0).apply(new float[0], new float[0]));
  }

  @Example
  void patternsThatAreNoneAreNamed() {
    for (int[] pattern : new int[][] {{0, 4}, {4, 4}, {5, 4}, {1, 3}, {1, 64}, {-1, 2}, {1, 1}}) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> new NOfM(pattern[0], pattern[1], 8));
      assertTrue(e.getMessage().contains(pattern[0] + ":" + pattern[1]), e.getMessage());
    }
    NOfM pattern = new NOfM(2, 4, 3);
    assertThrows(IllegalArgumentException.class, () -> pattern.apply(new float[4], new float[4]));
    assertThrows(IllegalArgumentException.class, () -> pattern.apply(new float[3], new float[6]));
  }

  /** Block after block, the one of least mean of those left, the first of equal ones. */
  private static float[] literalBlocks(
      float[] weights, float[] saliency, BlockGrid grid, long count) {
    int across = (grid.columns() + grid.width() - 1) / grid.width();
    float[] pruned = weights.clone();
    boolean[] gone = new boolean[grid.count()];
    for (int i = 0; i < count; i++) {
      int least = -1;
      double leastMean = 0;
      for (int block = 0; block < gone.length; block++) {
        double sum = 0;
        int size = 0;
        for (int at = 0; at < weights.length; at++) {
          if (block(grid, across, at) == block) {
            sum += Math.abs(saliency[at]);
            size++;
          }
        }
        if (!gone[block] && (least < 0 || sum / size < leastMean)) {
          least = block;
          leastMean = sum / size;
        }
      }
      gone[least] = true;
    }
    for (int at = 0; at < weights.length; at++) {
      pruned[at] = gone[block(grid, across, at)] ? 0 : pruned[at];
    }
    return pruned;
  }

  private static int block(BlockGrid grid, int across, int at) {
    return at / grid.columns() / grid.height() * across + at % grid.columns() / grid.width();
  }

  @Property(tries = 400)
  void blocksOfLeastMeanGo(
      @ForAll @IntRange(min = 1, max = 5) int height,
      @ForAll @IntRange(min = 2, max = 5) int width,
      @ForAll @IntRange(min = 1, max = 12) int rows,
      @ForAll @IntRange(min = 1, max = 12) int columns,
      @ForAll @DoubleRange(min = 0, max = 0.99) double share,
      @ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] weights = coarse(rows * columns, random);
    float[] saliency = random.nextBoolean() ? weights : coarse(weights.length, random);
    BlockGrid grid = new BlockGrid(height, width, rows, columns);
    long count = Math.min(Math.round(share * grid.count()), grid.count() - 1);
    PrunedBlocks mask = grid.least(grid.sums(saliency, 0, 0, columns), share);
    assertEquals(count, mask.count());
    float[] expected = literalBlocks(weights, saliency, grid, count);
    assertArrayEquals(expected, mask.apply(weights, saliency));

    // The same by parts: rows cut anywhere, or each row into two.
    int cut = random.nextInt(rows + 1);
    double[] sums = new double[grid.count()];
    float[] parts = new float[weights.length];
    for (int[] part : new int[][] {{0, cut}, {cut, rows}}) {
      float[] own = Arrays.copyOfRange(saliency, part[0] * columns, part[1] * columns);
      double[] some = grid.sums(own, part[0], 0, columns);
      for (int i = 0; i < some.length; i++) {
        sums[grid.first(part[0]) + i] += some[i];
      }
    }
    assertArrayEquals(grid.sums(saliency, 0, 0, columns), sums);
    for (int[] part : new int[][] {{0, cut}, {cut, rows}}) {
      float[] own = Arrays.copyOfRange(weights, part[0] * columns, part[1] * columns);
      PrunedBlocks piece = mask.part(part[0], part[1] - part[0], 0, columns);
      System.arraycopy(piece.apply(own, own), 0, parts, part[0] * columns, own.length);
    }
    assertArrayEquals(expected, parts);
    int middle = random.nextInt(columns + 1);
    for (int row = 0; row < rows; row++) {
      for (int[] part : new int[][] {{0, middle}, {middle, columns}}) {
        int from = row * columns + part[0];
        float[] own = Arrays.copyOfRange(weights, from, row * columns + part[1]);
        PrunedBlocks piece = mask.part(row, 1, part[0], part[1] - part[0]);
        System.arraycopy(piece.apply(own, own), 0, parts, from, own.length);
      }
    }
    assertArrayEquals(expected, parts);
  }

  @Example
  void blocksThatAreNoneAreNamed() {
    for (int[] size : new int[][] {{0, 4}, {4, 0}, {1, 1}, {-1, 2}}) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> new BlockGrid(size[0], size[1], 8, 8));
      assertTrue(e.getMessage().contains(size[0] + "x" + size[1]), e.getMessage());
    }
    BlockGrid grid = new BlockGrid(2, 2, 0, 0);
    assertEquals(0, grid.least(grid.sums(new float[0], 0, 0, 0), 0.5).count());
  }

  @Example
  void matricesOfAnAttentionAreKnownByName() {
    String layer = "encoder.layer.0.attention.self.";
    assertEquals(Optional.of(layer + "*.weight"), Heads.attention(layer + "query.weight"));
    assertEquals(Optional.of(layer + "*"), Heads.attention(layer + "value"));
    assertEquals(
        Optional.of("model.layers.3.self_attn.*.weight"),
        Heads.attention("model.layers.3.self_attn.k_proj.weight"));
    assertEquals(Optional.of("block/0/*/kernel"), Heads.attention("block/0/q/kernel"));
    for (String other :
        List.of(
            "model.layers.3.self_attn.o_proj.weight",
            "encoder.layer.0.attention.output.dense",
            "query_embedding.weight",
            "conv1.weight")) {
      assertEquals(Optional.empty(), Heads.attention(other), other);
    }
  }

  @Example
  void headsAreRowsOrColumns() {
    float[] weights = new float[24 * 10];
    for (int i = 0; i < weights.length; i++) {
      int head = i / 10 / 6;
      weights[i] = head == 2 ? 0.5f : 1;
    }
    BlockGrid rows = Heads.units(4, 24, 10, false).orElseThrow();
    assertEquals(4, rows.count());
    float[] pruned = rows.least(rows.sums(weights, 0, 0, 10), 0.25).apply(weights, weights);
    for (int i = 0; i < weights.length; i++) {
      assertEquals(i / 10 / 6 == 2 ? 0 : 1, pruned[i]);
    }
    BlockGrid columns = Heads.units(5, 24, 10, true).orElseThrow();
    assertEquals(5, columns.count());
    assertEquals(List.of(24, 2), List.of(columns.height(), columns.width()));
    assertEquals(Optional.empty(), Heads.units(5, 24, 10, false));
    assertEquals(Optional.empty(), Heads.units(25, 24, 10, false));
    assertEquals(Optional.empty(), Heads.units(1, 1, 1, false));
  }
}
