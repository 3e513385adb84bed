package dev.tersor.core.bench;

import dev.tersor.core.bits.PackedInts;
import dev.tersor.core.kernel.BitmapMatrix;
import dev.tersor.core.kernel.CsrMatrix;
import dev.tersor.core.kernel.DenseMatrix;
import dev.tersor.core.kernel.GapMatrix;
import dev.tersor.core.kernel.Matrix;
import dev.tersor.core.kernel.PackedMatrix;
import dev.tersor.core.kernel.PackedProducts;
import dev.tersor.core.kernel.Products;
import dev.tersor.core.tensor.Centroids;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Step;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A layer of 4096 x 4096 weights times one input, straight from its stored form; milliseconds. Held
 * against {@code dense}, fp32 on the same vector unit (Succinct Compression, section 5).
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@State(Scope.Benchmark)
public class StoredMatrixBenchmark {
  private static final int SIDE = 4096;

  /** A form, and for sparse ones the share of zeros in per cent. */
  @Param({
    "dense",
    "openblas",
    "levels-8",
    "levels-4",
    "levels-2",
    "table-4",
    "table-8",
    "csr-90",
    "csr-95",
    "csr-97",
    "csr-codes-90",
    "csr-codes-95",
    "csr-codes-97",
    "bitmap-90",
    "bitmap-95",
    "bitmap-97",
    "gap-90",
    "gap-95",
    "gap-97"
  })
  String form;

  private Matrix matrix;
  private final float[] x = new float[SIDE];
  private final float[] y = new float[SIDE];

  @Setup
  public void setUp() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < SIDE; i++) {
      x[i] = (float) random.nextDouble();
    }
    int at = form.lastIndexOf('-');
    String kind = at < 0 ? form : form.substring(0, at);
    int number = at < 0 ? 0 : Integer.parseInt(form.substring(at + 1));
    matrix =
        switch (kind) {
          case "dense" -> new DenseMatrix(Products.fastest(), dense(random, 0), SIDE, SIDE);
          case "openblas" -> BlasMatrix.of(dense(random, 0), SIDE, SIDE);
          case "levels" -> packed(random, new Step(number, 0.01f));
          case "table" -> packed(random, new Centroids(number, centroids(number)));
          default -> sparse(kind, random, number / 100.0);
        };
  }

  private static float[] dense(SplittableRandom random, double sparsity) {
    float[] weights = new float[SIDE * SIDE];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = random.nextDouble() < sparsity ? 0 : 1 + random.nextInt(15);
    }
    return weights;
  }

  private static float[] centroids(int bits) {
    float[] centroids = new float[(1 << bits) - 1];
    for (int i = 0; i < centroids.length; i++) {
      centroids[i] = i + 1;
    }
    return centroids;
  }

  private static Matrix packed(SplittableRandom random, Codebook.OfTensor codebook) {
    int bits = codebook.bits();
    int[] codes = new int[SIDE * SIDE];
    for (int i = 0; i < codes.length; i++) {
      int code = random.nextInt(1 << bits);
      codes[i] = code == 1 << (bits - 1) ? 0 : code;
    }
    return new PackedMatrix(
        PackedProducts.fastest(),
        Products.fastest(),
        PackedInts.pack(codes, bits),
        codebook,
        SIDE,
        SIDE);
  }

  private static Matrix sparse(String kind, SplittableRandom random, double sparsity) {
    float[] weights = dense(random, sparsity);
    float[] table = new float[16];
    byte[] mask = new byte[weights.length / 8];
    byte[] codes = new byte[weights.length];
    byte[] gaps = new byte[weights.length];
    byte[] tuples = new byte[weights.length];
    int count = 0;
    int elements = 0;
    int last = -1;
    for (int i = 0; i < weights.length; i++) {
      int code = (int) weights[i];
      table[code] = code;
      if (code != 0 || i - last == 256) {
        gaps[elements] = (byte) (i - last - 1);
        tuples[elements++] = (byte) code;
        last = i;
      }
      if (code != 0) {
        mask[i >> 3] |= (byte) (1 << (i & 7));
        codes[count++] = (byte) code;
      }
    }
    byte[] nonZeros = Arrays.copyOf(codes, count);
    return switch (kind) {
      case "csr" -> CsrMatrix.of(Products.fastest(), weights, SIDE, SIDE);
      case "csr-codes" ->
          CsrMatrix.of(Products.fastest(), weights, SIDE, SIDE).withCodes(nonZeros, table);
      case "bitmap" -> new BitmapMatrix(mask, nonZeros, table, SIDE, SIDE);
      case "gap" ->
          GapMatrix.of(
              Arrays.copyOf(gaps, elements), Arrays.copyOf(tuples, elements), table, SIDE, SIDE);
      default -> throw new IllegalArgumentException("form " + kind);
    };
  }

  @Benchmark
  public float[] product() {
    matrix.multiply(x, 1, y);
    return y;
  }

  /** The compiled kernel gives what the one of a batch does, which decodes rows. */
  @TearDown
  public void check() {
    float[] twice = new float[2 * SIDE];
    for (int i = 0; i < SIDE; i++) {
      twice[2 * i] = x[i];
      twice[2 * i + 1] = x[i];
    }
    float[] expected = new float[2 * SIDE];
    matrix.multiply(twice, 2, expected);
    float most = 0;
    for (float number : expected) {
      most = Math.max(most, Math.abs(number));
    }
    for (int row = 0; row < SIDE; row++) {
      if (!(Math.abs(y[row] - expected[2 * row]) <= 1e-4f * most)) {
        throw new IllegalStateException(
            "%s: row %d is %g, expected %g".formatted(form, row, y[row], expected[2 * row]));
      }
    }
  }
}
