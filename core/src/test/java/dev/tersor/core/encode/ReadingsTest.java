package dev.tersor.core.encode;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tersor.core.tensor.Codes;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Payload bytes against the papers' formulas, each written out here a second time and literally, on
 * uniformly random masks.
 */
class ReadingsTest {
  private static final int ROWS = 64;
  private static final int COLUMNS = 576;

  private static Codes random(double sparsity) {
    SplittableRandom random = new SplittableRandom(11);
    return SampleTensors.filled(
        8, i -> random.nextDouble() < sparsity ? 0 : 1 + random.nextInt(255), ROWS, COLUMNS);
  }

  private static long payload(String recipe, Codes codes) {
    return Container.encode(codes, Recipe.parse(recipe)).breakdown().payloadBytes();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.3, 0.5, 0.7, 0.95, 1})
  void sizesAreThePapers(double sparsity) {
    Codes codes = random(sparsity);
    int n = codes.size();
    int[] c = codes.nonZeroPositions();
    long nnz = c.length;

    assertEquals(n, payload("dense", codes));
    assertEquals((n + 7) / 8 + nnz, payload("bitmap", codes));
    assertEquals(nnz * (1 + 2) + 4 * ROWS, payload("csr16", codes));
    assertEquals(nnz * (1 + 4) + 4 * ROWS, payload("csr32", codes));
    assertEquals(nnz * (1 + 2) + 4 * (ROWS + 1), payload("csr", codes));
    assertEquals(nnz * (1 + 1) + 4 * (COLUMNS + 1), payload("csc", codes));

    long elements = 0;
    int last = 0;
    for (int p : c) {
      while (p - last > 15) {
        elements++;
        last += 15;
      }
      elements++;
      last = p;
    }
    assertEquals(elements + (elements + 1) / 2 + 4, payload("relative4", codes));

    long fullBlocks = 0;
    for (int block = 0; block < n; block += 256) {
      int ones = 0;
      for (int p : c) {
        ones += p >= block && p < block + 256 ? 1 : 0;
      }
      fullBlocks += ones >= 255 ? 1 : 0;
    }
    assertEquals(2 * nnz + (n + 255) / 256 + fullBlocks + 4, payload("psr", codes));
  }

  /** Table I's "RLE" and "PSR" rows, and the baselines that the paper leaves out. */
  @ParameterizedTest
  @ValueSource(ints = {30, 50, 70})
  void relativeFootprintsAreTableOnes(int percent) {
    SplittableRandom random = new SplittableRandom(percent);
    Codes codes =
        SampleTensors.filled(
            8, i -> random.nextInt(100) < percent ? 0 : 1 + random.nextInt(255), 512, 4608);
    double rle = percent == 30 ? 1.050 : percent == 50 ? 0.750 : 0.452;
    double psr = percent == 30 ? 1.404 : percent == 50 ? 1.004 : 0.604;
    double bitmap = percent == 30 ? 0.825 : percent == 50 ? 0.625 : 0.425;
    double dcsr = percent == 30 ? 1.116 : percent == 50 ? 0.798 : 0.491;
    double hybrid = percent == 30 ? 0.964 : percent == 50 ? 0.736 : 0.479;
    double gapBest = percent == 30 ? 0.865 : percent == 50 ? 0.667 : 0.438;
    assertEquals(rle, payload("relative4", codes) / (double) codes.size(), 0.002);
    assertEquals(psr, payload("psr", codes) / (double) codes.size(), 0.002);
    assertEquals(bitmap, payload("bitmap", codes) / (double) codes.size(), 0.002);
    assertEquals(dcsr, payload("dcsr", codes) / (double) codes.size(), 0.002);
    assertEquals(hybrid, payload("hybrid", codes) / (double) codes.size(), 0.002);
    double best = Double.MAX_VALUE;
    for (int width = 1; width <= 8; width++) {
      best = Math.min(best, payload("gap" + width, codes) / (double) codes.size());
    }
    assertEquals(gapBest, best, 0.002);
    double floor = Floor.of(codes).packedBytes() / codes.size();
    assertEquals(percent == 30 ? 0.810 : percent == 50 ? 0.625 : 0.410, floor, 0.002);
  }
}
