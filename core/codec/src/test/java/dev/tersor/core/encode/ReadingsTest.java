package dev.tersor.core.encode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.tensor.Codes;
import java.math.BigInteger;
import java.util.Arrays;
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

  /** The codes of gaps and blocks that no paper above counts, bit by bit as their sources say. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 0.3, 0.5, 0.7, 0.9, 0.95, 0.99, 0.999, 1})
  void sizesAreTheirSources(double sparsity) {
    Codes codes = random(sparsity);
    int n = codes.size();
    int[] c = codes.nonZeroPositions();

    long gapBest = Long.MAX_VALUE;
    for (int width = 1; width <= 16; width++) {
      gapBest = Math.min(gapBest, gapBytes(c, width));
    }
    assertEquals(gapBest, payload("gap-best", codes));

    long rice = Long.MAX_VALUE;
    for (int divisor = 1; divisor <= 2 * n; divisor *= 2) {
      rice = Math.min(rice, golombBytes(c, divisor));
    }
    assertEquals(rice + c.length, payload("rice", codes));
    long golomb = rice;
    for (int divisor = 1; divisor <= 2.0 * n / Math.max(1, c.length); divisor++) {
      golomb = Math.min(golomb, golombBytes(c, divisor));
    }
    assertEquals(golomb + c.length, payload("golomb", codes));
    assertTrue(golomb <= rice);

    int low = c.length == 0 ? 0 : (int) Math.floor(Math.log((double) n / c.length) / Math.log(2));
    double high = c.length == 0 ? 0 : c.length + Math.floor((n - 1) / Math.pow(2, low));
    assertEquals(
        bytes(c.length * (double) low) + bytes(high) + c.length, payload("elias-fano", codes));

    long bitmap2 = Long.MAX_VALUE;
    for (int block = 8; block <= 32; block *= 2) {
      long used = Arrays.stream(onesOfBlocks(codes, block)).filter(ones -> ones > 0).count();
      bitmap2 = Math.min(bitmap2, bytes(Math.ceil((double) n / block)) + used * block / 8);
    }
    assertEquals(bitmap2 + c.length, payload("bitmap2", codes));

    for (int block : new int[] {15, 31, 63}) {
      int[] ones = onesOfBlocks(codes, block);
      int width = block == 15 ? 4 : block == 31 ? 5 : 6;
      double offsets = 0;
      for (int k : ones) {
        BigInteger choices = factorial(block).divide(factorial(k).multiply(factorial(block - k)));
        offsets += choices.subtract(BigInteger.ONE).bitLength();
      }
      assertEquals(
          bytes((double) ones.length * width) + bytes(offsets) + c.length,
          payload("rrr" + block, codes));
    }
  }

  private static long bytes(double bits) {
    return (long) Math.ceil(bits / 8);
  }

  /** Walks from element to element, fillers included. */
  private static long gapBytes(int[] positions, int width) {
    long elements = 0;
    int last = -1;
    for (int p : positions) {
      while (p - last > 1 << width) {
        elements++;
        last += 1 << width;
      }
      elements++;
      last = p;
    }
    return bytes((double) elements * width) + elements;
  }

  /** The divisor, quotients in unary and truncated binary remainders, as Golomb has them. */
  private static long golombBytes(int[] positions, int divisor) {
    int longBits = 0;
    while (1L << longBits < divisor) {
      longBits++;
    }
    long shortCodes = (1L << longBits) - divisor;
    double unary = 0;
    double binary = 0;
    int last = -1;
    for (int p : positions) {
      int gap = p - last - 1;
      unary += Math.floorDiv(gap, divisor) + 1;
      binary += gap % divisor < shortCodes ? longBits - 1 : longBits;
      last = p;
    }
    return 4 + bytes(unary) + bytes(binary);
  }

  private static int[] onesOfBlocks(Codes codes, int block) {
    int[] ones = new int[(codes.size() + block - 1) / block];
    for (int i = 0; i < codes.size(); i++) {
      ones[i / block] += codes.codes()[i] == 0 ? 0 : 1;
    }
    return ones;
  }

  private static BigInteger factorial(int n) {
    BigInteger product = BigInteger.ONE;
    for (int i = 2; i <= n; i++) {
      product = product.multiply(BigInteger.valueOf(i));
    }
    return product;
  }

  /** Golomb's codes include Rice's, also where zeros do not fall at random. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 40, 300, 5000})
  void golombIsNeverLargerThanRice(int run) {
    SplittableRandom random = new SplittableRandom(run);
    for (int i = 0; i < 40; i++) {
      byte[] codes = new byte[random.nextInt(1, 20_000)];
      for (int at = random.nextInt(run); at < codes.length; at += 1 + random.nextInt(run)) {
        codes[at] = 1;
        at += random.nextInt(3) == 0 ? random.nextInt(5 * run) : 0;
      }
      Codes tensor = SampleTensors.filled(8, p -> codes[p], codes.length);
      assertTrue(payload("golomb", tensor) <= payload("rice", tensor));
    }
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
    assertEquals(gapBest, payload("gap-best", codes) / (double) codes.size(), 0.002);
    double rice = percent == 30 ? 0.825 : percent == 50 ? 0.625 : 0.411;
    assertEquals(rice, payload("rice", codes) / (double) codes.size(), 0.002);
    assertTrue(payload("golomb", codes) <= payload("rice", codes));
    double floor = Floor.of(codes).packedBytes() / codes.size();
    assertEquals(percent == 30 ? 0.810 : percent == 50 ? 0.625 : 0.410, floor, 0.002);
  }
}
