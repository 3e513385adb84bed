package dev.tersor.core.kernel;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link PackedProducts} with the Vector API. Of codes smaller than a byte a lane takes a word of
 * 32 bits, and so one code of each of its places at a time: the inputs are put in that order
 * before. Codes are not shifted to the lowest bits: a place's mask leaves a number times a power of
 * two, and the inputs of that place are divided by it.
 *
 * <p>The loops call nothing but the Vector API itself: its methods are always inlined, those of
 * others only mostly, and a vector that leaves its register takes twenty times as long.
 */
public final class VectorPackedProducts implements PackedProducts {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Byte> BYTES = VectorWords.BYTES;
  private static final int LANES = FLOATS.length();

  private volatile byte[] zeros = {};

  @Override
  public void levels(
      byte[] packed, int bits, int rows, int columns, float[] x, float[] scratch, float[] y) {
    if (bits == Byte.SIZE) {
      VectorByteProducts.multiply(packed, rows, columns, x, y);
      return;
    }
    int block = LANES * Integer.SIZE / bits;
    int whole = columns - columns % block;
    int rowBytes = (int) ((long) columns * bits >>> 3);
    // Divided by what the places of a half word multiply codes with.
    arrange(x, whole, bits, Short.SIZE / bits, 1 << bits, scratch);
    // What zeros come out as, by the same sums, so that a row of zeros is zero.
    float offset = biased(zeros(rowBytes), 0, bits, whole, scratch);
    for (int row = 0; row < rows; row++) {
      int at = row * rowBytes;
      y[row] =
          biased(packed, at, bits, whole, scratch)
              - offset
              + ScalarPackedProducts.levels(packed, bits, columns, row, whole, x);
    }
  }

  /** The product of a row whose codes count as numbers from 0 on. */
  private static float biased(byte[] packed, int at, int bits, int whole, float[] x) {
    return switch (bits) {
      case 2 -> twos(packed, at, whole, x);
      case 4 -> fours(packed, at, whole, x);
      default -> throw new IllegalArgumentException(bits + " bits, expected 2, 4 or 8");
    };
  }

  /** A row of codes 0. Never written to, so it does not matter who makes it. */
  private byte[] zeros(int bytes) {
    byte[] row = zeros;
    if (row.length < bytes) {
      row = new byte[bytes];
      zeros = row;
    }
    return row;
  }

  /**
   * Inputs in the order of the places: those of place 0 of a vector of words, of place 1, ...
   *
   * @param half after so many places the words are shifted, and the factor begins with 1 again
   * @param step what the factor is divided by from one place to the next
   */
  private static void arrange(float[] x, int whole, int bits, int half, int step, float[] to) {
    int places = Integer.SIZE / bits;
    for (int block = 0; block < whole; block += places * LANES) {
      float factor = 1;
      for (int place = 0; place < places; place++) {
        factor = place == half ? 1 : factor;
        for (int lane = 0; lane < LANES; lane++) {
          to[block + place * LANES + lane] = x[block + lane * places + place] * factor;
        }
        factor /= step;
      }
    }
  }

  /** Codes as numbers from 0 to 15: 8 more than they stand for. */
  private static float fours(byte[] packed, int at, int whole, float[] x) {
    FloatVector sum0 = FloatVector.zero(FLOATS);
    FloatVector sum1 = FloatVector.zero(FLOATS);
    FloatVector sum2 = FloatVector.zero(FLOATS);
    FloatVector sum3 = FloatVector.zero(FLOATS);
    for (int c = 0; c < whole; c += 8 * LANES) {
      IntVector codes =
          (VectorWords.AS_BYTES
                  ? ByteVector.fromArray(BYTES, packed, at + (c >> 1)).reinterpretAsInts()
                  : VectorWords.at(packed, at + (c >> 1)))
              .lanewise(VectorOperators.XOR, 0x88888888);
      sum0 =
          ((FloatVector) (codes.and(15)).convertShape(VectorOperators.I2F, FLOATS, 0))
              .fma(FloatVector.fromArray(FLOATS, x, c), sum0);
      sum1 =
          ((FloatVector) (codes.and(15 << 4)).convertShape(VectorOperators.I2F, FLOATS, 0))
              .fma(FloatVector.fromArray(FLOATS, x, c + LANES), sum1);
      sum2 =
          ((FloatVector) (codes.and(15 << 8)).convertShape(VectorOperators.I2F, FLOATS, 0))
              .fma(FloatVector.fromArray(FLOATS, x, c + 2 * LANES), sum2);
      sum3 =
          ((FloatVector) (codes.and(15 << 12)).convertShape(VectorOperators.I2F, FLOATS, 0))
              .fma(FloatVector.fromArray(FLOATS, x, c + 3 * LANES), sum3);
      codes = codes.lanewise(VectorOperators.LSHR, 16);
      sum0 =
          ((FloatVector) (codes.and(15)).convertShape(VectorOperators.I2F, FLOATS, 0))
              .fma(FloatVector.fromArray(FLOATS, x, c + 4 * LANES), sum0);
      sum1 =
          ((FloatVector) (codes.and(15 << 4)).convertShape(VectorOperators.I2F, FLOATS, 0))
              .fma(FloatVector.fromArray(FLOATS, x, c + 5 * LANES), sum1);
      sum2 =
          ((FloatVector) (codes.and(15 << 8)).convertShape(VectorOperators.I2F, FLOATS, 0))
              .fma(FloatVector.fromArray(FLOATS, x, c + 6 * LANES), sum2);
      sum3 =
          ((FloatVector) (codes.and(15 << 12)).convertShape(VectorOperators.I2F, FLOATS, 0))
              .fma(FloatVector.fromArray(FLOATS, x, c + 7 * LANES), sum3);
    }
    return sum0.add(sum1).add(sum2.add(sum3)).reduceLanes(VectorOperators.ADD);
  }

  /** Codes as numbers from 0 to 3: 2 more than they stand for. */
  private static float twos(byte[] packed, int at, int whole, float[] x) {
    // Two passes, since a loop over all sixteen places is too long for the compiler.
    return twos(packed, at, whole, 0, x) + twos(packed, at, whole, Short.SIZE, x);
  }

  /** The same for the places of one half word. */
  private static float twos(byte[] packed, int at, int whole, int shift, float[] x) {
    FloatVector sum0 = FloatVector.zero(FLOATS);
    FloatVector sum1 = FloatVector.zero(FLOATS);
    FloatVector sum2 = FloatVector.zero(FLOATS);
    FloatVector sum3 = FloatVector.zero(FLOATS);
    for (int c = 0; c < whole; c += 16 * LANES) {
      IntVector codes =
          (VectorWords.AS_BYTES
                  ? ByteVector.fromArray(BYTES, packed, at + (c >> 2)).reinterpretAsInts()
                  : VectorWords.at(packed, at + (c >> 2)))
              .lanewise(VectorOperators.XOR, 0xAAAAAAAA)
              .lanewise(VectorOperators.LSHR, shift);
      int from = c + shift / 2 * LANES;
      sum0 =
          ((FloatVector) (codes.and(3)).convertShape(VectorOperators.I2F, FLOATS, 0))
              .fma(FloatVector.fromArray(FLOATS, x, from), sum0);
      sum1 =
          ((FloatVector) (codes.and(3 << 2)).convertShape(VectorOperators.I2F, FLOATS, 0))
              .fma(FloatVector.fromArray(FLOATS, x, from + LANES), sum1);
      sum2 =
          ((FloatVector) (codes.and(3 << 4)).convertShape(VectorOperators.I2F, FLOATS, 0))
              .fma(FloatVector.fromArray(FLOATS, x, from + 2 * LANES), sum2);
      sum3 =
          ((FloatVector) (codes.and(3 << 6)).convertShape(VectorOperators.I2F, FLOATS, 0))
              .fma(FloatVector.fromArray(FLOATS, x, from + 3 * LANES), sum3);
      sum0 =
          ((FloatVector) (codes.and(3 << 8)).convertShape(VectorOperators.I2F, FLOATS, 0))
              .fma(FloatVector.fromArray(FLOATS, x, from + 4 * LANES), sum0);
      sum1 =
          ((FloatVector) (codes.and(3 << 10)).convertShape(VectorOperators.I2F, FLOATS, 0))
              .fma(FloatVector.fromArray(FLOATS, x, from + 5 * LANES), sum1);
      sum2 =
          ((FloatVector) (codes.and(3 << 12)).convertShape(VectorOperators.I2F, FLOATS, 0))
              .fma(FloatVector.fromArray(FLOATS, x, from + 6 * LANES), sum2);
      sum3 =
          ((FloatVector) (codes.and(3 << 14)).convertShape(VectorOperators.I2F, FLOATS, 0))
              .fma(FloatVector.fromArray(FLOATS, x, from + 7 * LANES), sum3);
    }
    return sum0.add(sum1).add(sum2.add(sum3)).reduceLanes(VectorOperators.ADD);
  }

  @Override
  public void looked(
      byte[] packed, float[] table, int rows, int columns, float[] x, float[] scratch, float[] y) {
    if (!VectorTableProducts.FITS) {
      ScalarPackedProducts.sums(packed, table, rows, columns, x, scratch, y);
      return;
    }
    int whole = columns - columns % (8 * LANES);
    arrange(x, whole, 4, 0, 1, scratch);
    for (int row = 0; row < rows; row++) {
      int at = (int) ((long) row * columns >>> 1);
      y[row] =
          VectorTableProducts.row(packed, at, whole, table, scratch)
              + ScalarPackedProducts.looked(packed, table, columns, row, whole, x);
    }
  }
}
