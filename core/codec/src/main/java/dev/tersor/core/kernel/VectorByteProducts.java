package dev.tersor.core.kernel;

import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of 8-bit levels with one input, with the Vector API: part of {@link
 * VectorPackedProducts}, whose other codes are smaller than a byte.
 */
final class VectorByteProducts {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = FLOATS.length();

  /** Whether a vector of bytes has two of numbers. */
  private static final boolean HALVES = LANES == 16;

  /**
   * The length of those that merge the symbols of wavelet trees ({@code VectorMerge} says why), and
   * with fewer than sixteen numbers the first ones of eight.
   */
  private static final VectorSpecies<Byte> BYTES =
      HALVES ? ByteVector.SPECIES_256 : ByteVector.SPECIES_64;

  /** Puts the second half first, sooner than {@code convertShape} does for its part 1. */
  private static final VectorShuffle<Byte> UPPER =
      VectorShuffle.iota(BYTES, BYTES.length() / 2, 1, true);

  /** Codes of a byte at a time. */
  private static final int STEP = HALVES ? 2 * LANES : LANES;

  /** Of vectors longer than any of x86 no length of bytes here has as many as of numbers. */
  private static final boolean FITS = LANES <= 16;

  private static final int TOGETHER = 8;

  private VectorByteProducts() {}

  /**
   * Sets y = w x. Fewer than eight rows are multiplied without vectors.
   *
   * @param packed rows x columns codes
   */
  static void multiply(byte[] packed, int rows, int columns, float[] x, float[] y) {
    int whole = !FITS || rows < TOGETHER ? 0 : columns - columns % STEP;
    Arrays.fill(y, 0, rows, 0);
    if (whole > 0) {
      int apart = rows / TOGETHER;
      for (int row = 0; row < apart; row++) {
        eight(packed, row, apart, columns, whole, x, y);
      }
      if (rows % TOGETHER != 0) {
        // Those left, and some of the others again.
        eight(packed, rows - TOGETHER, 1, columns, whole, x, y);
      }
    }
    for (int row = 0; row < rows; row++) {
      y[row] += ScalarPackedProducts.levels(packed, Byte.SIZE, columns, row, whole, x);
    }
  }

  /**
   * Eight rows at once, as many streams from memory: it answers them sooner than one after the
   * other. An eighth of the matrix apart each stream goes on from row to row, and need not begin
   * anew, as it would with rows beside each other.
   */
  private static void eight(
      byte[] packed, int row, int apart, int columns, int whole, float[] x, float[] y) {
    FloatVector sum0 = FloatVector.zero(FLOATS);
    FloatVector sum1 = FloatVector.zero(FLOATS);
    FloatVector sum2 = FloatVector.zero(FLOATS);
    FloatVector sum3 = FloatVector.zero(FLOATS);
    FloatVector sum4 = FloatVector.zero(FLOATS);
    FloatVector sum5 = FloatVector.zero(FLOATS);
    FloatVector sum6 = FloatVector.zero(FLOATS);
    FloatVector sum7 = FloatVector.zero(FLOATS);
    int at = row * columns;
    int stride = apart * columns;
    for (int c = 0; c < whole; c += STEP) {
      int from = at + c;
      ByteVector codes0 = ByteVector.fromArray(BYTES, packed, from);
      ByteVector codes1 = ByteVector.fromArray(BYTES, packed, from + stride);
      ByteVector codes2 = ByteVector.fromArray(BYTES, packed, from + 2 * stride);
      ByteVector codes3 = ByteVector.fromArray(BYTES, packed, from + 3 * stride);
      ByteVector codes4 = ByteVector.fromArray(BYTES, packed, from + 4 * stride);
      ByteVector codes5 = ByteVector.fromArray(BYTES, packed, from + 5 * stride);
      ByteVector codes6 = ByteVector.fromArray(BYTES, packed, from + 6 * stride);
      ByteVector codes7 = ByteVector.fromArray(BYTES, packed, from + 7 * stride);
      FloatVector in = FloatVector.fromArray(FLOATS, x, c);
      sum0 = ((FloatVector) codes0.convertShape(VectorOperators.B2F, FLOATS, 0)).fma(in, sum0);
      sum1 = ((FloatVector) codes1.convertShape(VectorOperators.B2F, FLOATS, 0)).fma(in, sum1);
      sum2 = ((FloatVector) codes2.convertShape(VectorOperators.B2F, FLOATS, 0)).fma(in, sum2);
      sum3 = ((FloatVector) codes3.convertShape(VectorOperators.B2F, FLOATS, 0)).fma(in, sum3);
      sum4 = ((FloatVector) codes4.convertShape(VectorOperators.B2F, FLOATS, 0)).fma(in, sum4);
      sum5 = ((FloatVector) codes5.convertShape(VectorOperators.B2F, FLOATS, 0)).fma(in, sum5);
      sum6 = ((FloatVector) codes6.convertShape(VectorOperators.B2F, FLOATS, 0)).fma(in, sum6);
      sum7 = ((FloatVector) codes7.convertShape(VectorOperators.B2F, FLOATS, 0)).fma(in, sum7);
      if (HALVES) {
        in = FloatVector.fromArray(FLOATS, x, c + LANES);
        codes0 = codes0.rearrange(UPPER);
        sum0 = ((FloatVector) codes0.convertShape(VectorOperators.B2F, FLOATS, 0)).fma(in, sum0);
        codes1 = codes1.rearrange(UPPER);
        sum1 = ((FloatVector) codes1.convertShape(VectorOperators.B2F, FLOATS, 0)).fma(in, sum1);
        codes2 = codes2.rearrange(UPPER);
        sum2 = ((FloatVector) codes2.convertShape(VectorOperators.B2F, FLOATS, 0)).fma(in, sum2);
        codes3 = codes3.rearrange(UPPER);
        sum3 = ((FloatVector) codes3.convertShape(VectorOperators.B2F, FLOATS, 0)).fma(in, sum3);
        codes4 = codes4.rearrange(UPPER);
        sum4 = ((FloatVector) codes4.convertShape(VectorOperators.B2F, FLOATS, 0)).fma(in, sum4);
        codes5 = codes5.rearrange(UPPER);
        sum5 = ((FloatVector) codes5.convertShape(VectorOperators.B2F, FLOATS, 0)).fma(in, sum5);
        codes6 = codes6.rearrange(UPPER);
        sum6 = ((FloatVector) codes6.convertShape(VectorOperators.B2F, FLOATS, 0)).fma(in, sum6);
        codes7 = codes7.rearrange(UPPER);
        sum7 = ((FloatVector) codes7.convertShape(VectorOperators.B2F, FLOATS, 0)).fma(in, sum7);
      }
    }
    y[row] = sum0.reduceLanes(VectorOperators.ADD);
    y[row + apart] = sum1.reduceLanes(VectorOperators.ADD);
    y[row + 2 * apart] = sum2.reduceLanes(VectorOperators.ADD);
    y[row + 3 * apart] = sum3.reduceLanes(VectorOperators.ADD);
    y[row + 4 * apart] = sum4.reduceLanes(VectorOperators.ADD);
    y[row + 5 * apart] = sum5.reduceLanes(VectorOperators.ADD);
    y[row + 6 * apart] = sum6.reduceLanes(VectorOperators.ADD);
    y[row + 7 * apart] = sum7.reduceLanes(VectorOperators.ADD);
  }
}
