package dev.tersor.core.kernel;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of codes of a table of 16 numbers with one input, where a vector holds eight of them:
 * part of {@link VectorPackedProducts}. Each half of the table is looked up, and the code's highest
 * bit chooses.
 */
final class VectorTableProducts {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_256;
  private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_256;
  static final int LANES = 8;

  /** Codes of a vector of words. */
  private static final int BLOCK = 8 * LANES;

  private VectorTableProducts() {}

  /**
   * The product of a row.
   *
   * @param at first byte of the row
   * @param whole columns, a multiple of 64
   * @param x inputs in the order of the places of words
   */
  static float looked(byte[] packed, int at, int whole, float[] table, float[] x) {
    // Two passes, since a loop over all eight places is too long for the compiler.
    return looked(packed, at, whole, table, 0, x) + looked(packed, at, whole, table, Short.SIZE, x);
  }

  /** The same for the places of one half word. As whole numbers, which need no masks. */
  private static float looked(
      byte[] packed, int at, int whole, float[] table, int shift, float[] x) {
    IntVector low = FloatVector.fromArray(FLOATS, table, 0).reinterpretAsInts();
    IntVector high = FloatVector.fromArray(FLOATS, table, LANES).reinterpretAsInts();
    FloatVector sum0 = FloatVector.zero(FLOATS);
    FloatVector sum1 = FloatVector.zero(FLOATS);
    FloatVector sum2 = FloatVector.zero(FLOATS);
    FloatVector sum3 = FloatVector.zero(FLOATS);
    VectorShuffle<Integer> places;
    IntVector isHigh;
    int from = shift / 4 * LANES;
    for (int c = 0; c < whole; c += BLOCK, from += BLOCK) {
      IntVector codes =
          ByteVector.fromArray(BYTES, packed, at + (c >> 1))
              .reinterpretAsInts()
              .lanewise(VectorOperators.LSHR, shift);
      places = codes.and(7).toShuffle();
      isHigh = codes.lanewise(VectorOperators.LSHL, 28).lanewise(VectorOperators.ASHR, 31);
      sum0 =
          low.rearrange(places)
              .bitwiseBlend(high.rearrange(places), isHigh)
              .reinterpretAsFloats()
              .fma(FloatVector.fromArray(FLOATS, x, from), sum0);
      places = codes.lanewise(VectorOperators.LSHR, 4).and(7).toShuffle();
      isHigh = codes.lanewise(VectorOperators.LSHL, 24).lanewise(VectorOperators.ASHR, 31);
      sum1 =
          low.rearrange(places)
              .bitwiseBlend(high.rearrange(places), isHigh)
              .reinterpretAsFloats()
              .fma(FloatVector.fromArray(FLOATS, x, from + LANES), sum1);
      places = codes.lanewise(VectorOperators.LSHR, 8).and(7).toShuffle();
      isHigh = codes.lanewise(VectorOperators.LSHL, 20).lanewise(VectorOperators.ASHR, 31);
      sum2 =
          low.rearrange(places)
              .bitwiseBlend(high.rearrange(places), isHigh)
              .reinterpretAsFloats()
              .fma(FloatVector.fromArray(FLOATS, x, from + 2 * LANES), sum2);
      places = codes.lanewise(VectorOperators.LSHR, 12).and(7).toShuffle();
      isHigh = codes.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 31);
      sum3 =
          low.rearrange(places)
              .bitwiseBlend(high.rearrange(places), isHigh)
              .reinterpretAsFloats()
              .fma(FloatVector.fromArray(FLOATS, x, from + 3 * LANES), sum3);
    }
    return sum0.add(sum1).add(sum2.add(sum3)).reduceLanes(VectorOperators.ADD);
  }
}
