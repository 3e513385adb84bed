package dev.tersor.core.kernel;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of codes of a table of 16 numbers with one input: part of {@link VectorPackedProducts}.
 * A vector holds the table, or half of it. From Java 24 on an index of a lookup wraps around;
 * before, it is checked, which takes longer than the lookup: two share a check where the table is
 * one vector.
 */
final class VectorTableProducts {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Byte> BYTES = VectorWords.BYTES;
  private static final int LANES = FLOATS.length();

  private static final boolean WRAPS = Runtime.version().feature() >= 24;

  /** Whether there is a kernel for vectors of this length. */
  static final boolean FITS = LANES == 16 || LANES == 8;

  private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_PREFERRED;

  /** The low halves of the numbers of a table, and anything. */
  private static final VectorShuffle<Short> LOWS =
      VectorShuffle.fromOp(SHORTS, i -> 2 * i % SHORTS.length());

  private static final VectorShuffle<Short> HIGHS =
      VectorShuffle.fromOp(SHORTS, i -> (2 * i + 1) % SHORTS.length());

  private VectorTableProducts() {}

  /**
   * The product of a row.
   *
   * @param at first byte of the row
   * @param whole columns, a multiple of eight vectors
   * @param x inputs in the order of the places of words
   */
  static float row(byte[] packed, int at, int whole, float[] table, float[] x) {
    // Two passes over eights, since a loop over all eight places is too long for the compiler.
    if (LANES == 8 && WRAPS) {
      return byEights(packed, at, whole, table, 0, x)
          + byEights(packed, at, whole, table, Short.SIZE, x);
    }
    if (LANES == 8) {
      return byEightsChecked(packed, at, whole, table, 0, x)
          + byEightsChecked(packed, at, whole, table, Short.SIZE, x);
    }
    return WRAPS ? bySixteen(packed, at, whole, table, x) : byHalves(packed, at, whole, table, x);
  }

  /**
   * For the places of one half word: each half of the table is asked, and the highest bit chooses.
   */
  private static float byEights(
      byte[] packed, int at, int whole, float[] table, int shift, float[] x) {
    IntVector low = FloatVector.fromArray(FLOATS, table, 0).reinterpretAsInts();
    IntVector high = FloatVector.fromArray(FLOATS, table, LANES).reinterpretAsInts();
    FloatVector sum0 = FloatVector.zero(FLOATS);
    FloatVector sum1 = FloatVector.zero(FLOATS);
    FloatVector sum2 = FloatVector.zero(FLOATS);
    FloatVector sum3 = FloatVector.zero(FLOATS);
    IntVector places;
    VectorMask<Integer> isHigh;
    int from = shift / 4 * LANES;
    for (int c = 0; c < whole; c += 8 * LANES, from += 8 * LANES) {
      IntVector codes =
          ByteVector.fromArray(BYTES, packed, at + (c >> 1))
              .reinterpretAsInts()
              .lanewise(VectorOperators.LSHR, shift);
      places = codes;
      isHigh = codes.lanewise(VectorOperators.LSHL, 28).compare(VectorOperators.LT, 0);
      sum0 =
          places
              .selectFrom(low)
              .blend(places.selectFrom(high), isHigh)
              .reinterpretAsFloats()
              .fma(FloatVector.fromArray(FLOATS, x, from), sum0);
      places = codes.lanewise(VectorOperators.LSHR, 4);
      isHigh = codes.lanewise(VectorOperators.LSHL, 24).compare(VectorOperators.LT, 0);
      sum1 =
          places
              .selectFrom(low)
              .blend(places.selectFrom(high), isHigh)
              .reinterpretAsFloats()
              .fma(FloatVector.fromArray(FLOATS, x, from + LANES), sum1);
      places = codes.lanewise(VectorOperators.LSHR, 8);
      isHigh = codes.lanewise(VectorOperators.LSHL, 20).compare(VectorOperators.LT, 0);
      sum2 =
          places
              .selectFrom(low)
              .blend(places.selectFrom(high), isHigh)
              .reinterpretAsFloats()
              .fma(FloatVector.fromArray(FLOATS, x, from + 2 * LANES), sum2);
      places = codes.lanewise(VectorOperators.LSHR, 12);
      isHigh = codes.lanewise(VectorOperators.LSHL, 16).compare(VectorOperators.LT, 0);
      sum3 =
          places
              .selectFrom(low)
              .blend(places.selectFrom(high), isHigh)
              .reinterpretAsFloats()
              .fma(FloatVector.fromArray(FLOATS, x, from + 3 * LANES), sum3);
    }
    return sum0.add(sum1).add(sum2.add(sum3)).reduceLanes(VectorOperators.ADD);
  }

  /** The same before Java 24, to which masks take longer than whole numbers. */
  private static float byEightsChecked(
      byte[] packed, int at, int whole, float[] table, int shift, float[] x) {
    IntVector low = FloatVector.fromArray(FLOATS, table, 0).reinterpretAsInts();
    IntVector change =
        FloatVector.fromArray(FLOATS, table, LANES)
            .reinterpretAsInts()
            .lanewise(VectorOperators.XOR, low);
    FloatVector sum0 = FloatVector.zero(FLOATS);
    FloatVector sum1 = FloatVector.zero(FLOATS);
    FloatVector sum2 = FloatVector.zero(FLOATS);
    FloatVector sum3 = FloatVector.zero(FLOATS);
    IntVector places;
    IntVector isHigh;
    int from = shift / 4 * LANES;
    for (int c = 0; c < whole; c += 8 * LANES, from += 8 * LANES) {
      IntVector codes =
          ByteVector.fromArray(BYTES, packed, at + (c >> 1))
              .reinterpretAsInts()
              .lanewise(VectorOperators.LSHR, shift);
      places = codes.and(7);
      isHigh = codes.lanewise(VectorOperators.LSHL, 28).lanewise(VectorOperators.ASHR, 31);
      sum0 =
          places
              .selectFrom(low)
              .lanewise(VectorOperators.XOR, places.selectFrom(change).and(isHigh))
              .reinterpretAsFloats()
              .fma(FloatVector.fromArray(FLOATS, x, from), sum0);
      places = codes.lanewise(VectorOperators.LSHR, 4).and(7);
      isHigh = codes.lanewise(VectorOperators.LSHL, 24).lanewise(VectorOperators.ASHR, 31);
      sum1 =
          places
              .selectFrom(low)
              .lanewise(VectorOperators.XOR, places.selectFrom(change).and(isHigh))
              .reinterpretAsFloats()
              .fma(FloatVector.fromArray(FLOATS, x, from + LANES), sum1);
      places = codes.lanewise(VectorOperators.LSHR, 8).and(7);
      isHigh = codes.lanewise(VectorOperators.LSHL, 20).lanewise(VectorOperators.ASHR, 31);
      sum2 =
          places
              .selectFrom(low)
              .lanewise(VectorOperators.XOR, places.selectFrom(change).and(isHigh))
              .reinterpretAsFloats()
              .fma(FloatVector.fromArray(FLOATS, x, from + 2 * LANES), sum2);
      places = codes.lanewise(VectorOperators.LSHR, 12).and(7);
      isHigh = codes.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 31);
      sum3 =
          places
              .selectFrom(low)
              .lanewise(VectorOperators.XOR, places.selectFrom(change).and(isHigh))
              .reinterpretAsFloats()
              .fma(FloatVector.fromArray(FLOATS, x, from + 3 * LANES), sum3);
    }
    return sum0.add(sum1).add(sum2.add(sum3)).reduceLanes(VectorOperators.ADD);
  }

  /** The table is one vector. */
  private static float bySixteen(byte[] packed, int at, int whole, float[] table, float[] x) {
    IntVector numbers = FloatVector.fromArray(FLOATS, table, 0).reinterpretAsInts();
    FloatVector sum0 = FloatVector.zero(FLOATS);
    FloatVector sum1 = FloatVector.zero(FLOATS);
    FloatVector sum2 = FloatVector.zero(FLOATS);
    FloatVector sum3 = FloatVector.zero(FLOATS);
    FloatVector sum4 = FloatVector.zero(FLOATS);
    FloatVector sum5 = FloatVector.zero(FLOATS);
    FloatVector sum6 = FloatVector.zero(FLOATS);
    FloatVector sum7 = FloatVector.zero(FLOATS);
    for (int c = 0; c < whole; c += 8 * LANES) {
      IntVector codes = ByteVector.fromArray(BYTES, packed, at + (c >> 1)).reinterpretAsInts();
      sum0 =
          codes
              .selectFrom(numbers)
              .reinterpretAsFloats()
              .fma(FloatVector.fromArray(FLOATS, x, c), sum0);
      sum1 =
          codes
              .lanewise(VectorOperators.LSHR, 4)
              .selectFrom(numbers)
              .reinterpretAsFloats()
              .fma(FloatVector.fromArray(FLOATS, x, c + LANES), sum1);
      sum2 =
          codes
              .lanewise(VectorOperators.LSHR, 8)
              .selectFrom(numbers)
              .reinterpretAsFloats()
              .fma(FloatVector.fromArray(FLOATS, x, c + 2 * LANES), sum2);
      sum3 =
          codes
              .lanewise(VectorOperators.LSHR, 12)
              .selectFrom(numbers)
              .reinterpretAsFloats()
              .fma(FloatVector.fromArray(FLOATS, x, c + 3 * LANES), sum3);
      sum4 =
          codes
              .lanewise(VectorOperators.LSHR, 16)
              .selectFrom(numbers)
              .reinterpretAsFloats()
              .fma(FloatVector.fromArray(FLOATS, x, c + 4 * LANES), sum4);
      sum5 =
          codes
              .lanewise(VectorOperators.LSHR, 20)
              .selectFrom(numbers)
              .reinterpretAsFloats()
              .fma(FloatVector.fromArray(FLOATS, x, c + 5 * LANES), sum5);
      sum6 =
          codes
              .lanewise(VectorOperators.LSHR, 24)
              .selectFrom(numbers)
              .reinterpretAsFloats()
              .fma(FloatVector.fromArray(FLOATS, x, c + 6 * LANES), sum6);
      sum7 =
          codes
              .lanewise(VectorOperators.LSHR, 28)
              .selectFrom(numbers)
              .reinterpretAsFloats()
              .fma(FloatVector.fromArray(FLOATS, x, c + 7 * LANES), sum7);
    }
    sum0 = sum0.add(sum4).add(sum2.add(sum6));
    sum1 = sum1.add(sum5).add(sum3.add(sum7));
    return sum0.add(sum1).reduceLanes(VectorOperators.ADD);
  }

  /**
   * By halves of numbers: codes of two places of a word are looked up at once, in a vector of the
   * low halves of the table and in one of the high ones, and the halves of a number are then put
   * into one word. The Vector API checks each shuffle, which takes longer than a lookup; two
   * lookups share one here, and the compiler checks it once.
   */
  private static float byHalves(byte[] packed, int at, int whole, float[] table, float[] x) {
    ShortVector halves = FloatVector.fromArray(FLOATS, table, 0).reinterpretAsShorts();
    ShortVector lows = halves.rearrange(LOWS);
    ShortVector highs = halves.rearrange(HIGHS);
    IntVector upper = IntVector.broadcast(INTS, 0xFFFF0000);
    FloatVector sum0 = FloatVector.zero(FLOATS);
    FloatVector sum1 = FloatVector.zero(FLOATS);
    VectorShuffle<Short> places;
    IntVector low;
    IntVector high;
    IntVector other;
    for (int c = 0; c < whole; c += 8 * LANES) {
      IntVector codes =
          VectorWords.AS_BYTES
              ? ByteVector.fromArray(BYTES, packed, at + (c >> 1)).reinterpretAsInts()
              : VectorWords.at(packed, at + (c >> 1));
      places = codes.and(0x000F000F).reinterpretAsShorts().toShuffle();
      low = lows.rearrange(places).reinterpretAsInts();
      high = highs.rearrange(places).reinterpretAsInts();
      other = high.lanewise(VectorOperators.LSHL, Short.SIZE);
      sum0 =
          low.bitwiseBlend(other, upper)
              .reinterpretAsFloats()
              .fma(FloatVector.fromArray(FLOATS, x, c), sum0);
      other = low.lanewise(VectorOperators.LSHR, Short.SIZE);
      sum1 =
          other
              .bitwiseBlend(high, upper)
              .reinterpretAsFloats()
              .fma(FloatVector.fromArray(FLOATS, x, c + 4 * LANES), sum1);
      places =
          codes.lanewise(VectorOperators.LSHR, 4).and(0x000F000F).reinterpretAsShorts().toShuffle();
      low = lows.rearrange(places).reinterpretAsInts();
      high = highs.rearrange(places).reinterpretAsInts();
      other = high.lanewise(VectorOperators.LSHL, Short.SIZE);
      sum0 =
          low.bitwiseBlend(other, upper)
              .reinterpretAsFloats()
              .fma(FloatVector.fromArray(FLOATS, x, c + LANES), sum0);
      other = low.lanewise(VectorOperators.LSHR, Short.SIZE);
      sum1 =
          other
              .bitwiseBlend(high, upper)
              .reinterpretAsFloats()
              .fma(FloatVector.fromArray(FLOATS, x, c + 5 * LANES), sum1);
      places =
          codes.lanewise(VectorOperators.LSHR, 8).and(0x000F000F).reinterpretAsShorts().toShuffle();
      low = lows.rearrange(places).reinterpretAsInts();
      high = highs.rearrange(places).reinterpretAsInts();
      other = high.lanewise(VectorOperators.LSHL, Short.SIZE);
      sum0 =
          low.bitwiseBlend(other, upper)
              .reinterpretAsFloats()
              .fma(FloatVector.fromArray(FLOATS, x, c + 2 * LANES), sum0);
      other = low.lanewise(VectorOperators.LSHR, Short.SIZE);
      sum1 =
          other
              .bitwiseBlend(high, upper)
              .reinterpretAsFloats()
              .fma(FloatVector.fromArray(FLOATS, x, c + 6 * LANES), sum1);
      places =
          codes
              .lanewise(VectorOperators.LSHR, 12)
              .and(0x000F000F)
              .reinterpretAsShorts()
              .toShuffle();
      low = lows.rearrange(places).reinterpretAsInts();
      high = highs.rearrange(places).reinterpretAsInts();
      other = high.lanewise(VectorOperators.LSHL, Short.SIZE);
      sum0 =
          low.bitwiseBlend(other, upper)
              .reinterpretAsFloats()
              .fma(FloatVector.fromArray(FLOATS, x, c + 3 * LANES), sum0);
      other = low.lanewise(VectorOperators.LSHR, Short.SIZE);
      sum1 =
          other
              .bitwiseBlend(high, upper)
              .reinterpretAsFloats()
              .fma(FloatVector.fromArray(FLOATS, x, c + 7 * LANES), sum1);
    }
    return sum0.add(sum1).reduceLanes(VectorOperators.ADD);
  }
}
