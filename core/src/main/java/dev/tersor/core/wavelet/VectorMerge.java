package dev.tersor.core.wavelet;

import dev.tersor.core.bits.LittleEndian;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Merge} with the Vector API, 32 symbols at a time. A table tells for each place the rank of
 * its bit among those like it of its eight, the counts of bytes what is before these; a vector of
 * each sequence is rearranged by the ranks, and blended by the bits.
 *
 * <p>The loops call nothing but the Vector API itself ({@code VectorPackedProducts} says why).
 */
final class VectorMerge implements Merge {
  private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_256;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_256;
  private static final int LANES = 32;

  /** For each bit of a byte the number of those like it before, and the highest bit for ones. */
  private static final long[] RANK = ranks();

  /** The ones of a byte before each of its ones, a byte for each bit; zero for zeros. */
  private static final long[] RANK_OF_ONES = ranksOfOnes();

  /** Bits of a rank among eight. */
  private static final byte RANK_BITS = 7;

  /** Each byte of a word of 32 bits for its eight places. */
  private static final VectorShuffle<Byte> EACH = VectorShuffle.fromOp(BYTES, i -> i >> 3);

  /** The place's bit in its byte, and the first place of its eight. */
  private static final byte[] BIT = new byte[LANES];

  private static final byte[] FIRST = new byte[LANES];

  static {
    for (int i = 0; i < LANES; i++) {
      BIT[i] = (byte) (1 << (i & 7));
      FIRST[i] = (byte) (i & ~7);
    }
  }

  private static long[] ranks() {
    long[] table = new long[256];
    for (int b = 0; b < table.length; b++) {
      long zeros = 0;
      long ones = 0x80;
      for (int i = 0; i < 8; i++) {
        table[b] |= ((b >>> i & 1) != 0 ? ones++ : zeros++) << (8 * i);
      }
    }
    return table;
  }

  private static long[] ranksOfOnes() {
    long[] table = new long[256];
    for (int b = 0; b < table.length; b++) {
      long ones = 0;
      for (int i = 0; i < 8; i++) {
        table[b] |= ((b >>> i & 1) != 0 ? ones++ : 0) << (8 * i);
      }
    }
    return table;
  }

  @Override
  public boolean pays() {
    return ByteVector.SPECIES_PREFERRED.length() >= LANES;
  }

  @Override
  public void merge(
      long[] ones, int count, byte[] index, byte[] from, int zero, int one, byte[] to, int at) {
    for (int i = 0; i < count; i += 8) {
      LittleEndian.putLong(index, i, RANK[(int) (ones[i >>> 6] >>> i) & 0xFF]);
    }
    ByteVector first = ByteVector.fromArray(BYTES, FIRST, 0);
    int zeros = zero;
    int others = one;
    for (int i = 0; i < count; i += LANES) {
      int word = (int) (ones[i >>> 6] >>> i);
      // Population counts of the four bytes, and then of all bytes up to each.
      int counts = word - (word >>> 1 & 0x55555555);
      counts = (counts & 0x33333333) + (counts >>> 2 & 0x33333333);
      counts = (counts + (counts >>> 4) & 0x0F0F0F0F) * 0x01010101;
      ByteVector before =
          IntVector.broadcast(INTS, counts << 8).reinterpretAsBytes().rearrange(EACH);
      ByteVector ranks = ByteVector.fromArray(BYTES, index, i);
      VectorMask<Byte> isOne = ranks.compare(VectorOperators.LT, (byte) 0);
      VectorShuffle<Byte> places =
          ranks.and(RANK_BITS).add(first.sub(before).blend(before, isOne)).toShuffle();
      ByteVector.fromArray(BYTES, from, zeros)
          .rearrange(places)
          .blend(ByteVector.fromArray(BYTES, from, others).rearrange(places), isOne)
          .intoArray(to, at + i);
      int taken = counts >>> 24;
      others += taken;
      zeros += LANES - taken;
    }
  }

  @Override
  public void spell(byte zero, byte one, long[] ones, int count, byte[] to, int at) {
    ByteVector bits = ByteVector.fromArray(BYTES, BIT, 0);
    ByteVector zeros = ByteVector.broadcast(BYTES, zero);
    ByteVector others = ByteVector.broadcast(BYTES, one);
    for (int i = 0; i < count; i += LANES) {
      int word = (int) (ones[i >>> 6] >>> i);
      VectorMask<Byte> isOne =
          IntVector.broadcast(INTS, word)
              .reinterpretAsBytes()
              .rearrange(EACH)
              .and(bits)
              .compare(VectorOperators.NE, (byte) 0);
      zeros.blend(others, isOne).intoArray(to, at + i);
    }
  }

  @Override
  public void mergeFour(
      long[] high,
      long[] low,
      int count,
      byte[] index,
      byte[] from,
      int[] starts,
      byte[] to,
      int at) {
    for (int i = 0; i < count; i += 8) {
      int highs = (int) (high[i >>> 6] >>> i) & 0xFF;
      int lows = (int) (low[i >>> 6] >>> i) & 0xFF;
      LittleEndian.putLong(
          index,
          i,
          RANK_OF_ONES[~(highs | lows) & 0xFF]
              | RANK_OF_ONES[lows & ~highs]
              | RANK_OF_ONES[highs & ~lows]
              | RANK_OF_ONES[highs & lows]);
    }
    ByteVector first = ByteVector.fromArray(BYTES, FIRST, 0);
    ByteVector bits = ByteVector.fromArray(BYTES, BIT, 0);
    int zeros = starts[0];
    int ones = starts[1];
    int twos = starts[2];
    int threes = starts[3];
    for (int i = 0; i < count; i += LANES) {
      int highs = (int) (high[i >>> 6] >>> i);
      int lows = (int) (low[i >>> 6] >>> i);
      int one = lows & ~highs;
      int counts1 = one - (one >>> 1 & 0x55555555);
      counts1 = (counts1 & 0x33333333) + (counts1 >>> 2 & 0x33333333);
      counts1 = (counts1 + (counts1 >>> 4) & 0x0F0F0F0F) * 0x01010101;
      int two = highs & ~lows;
      int counts2 = two - (two >>> 1 & 0x55555555);
      counts2 = (counts2 & 0x33333333) + (counts2 >>> 2 & 0x33333333);
      counts2 = (counts2 + (counts2 >>> 4) & 0x0F0F0F0F) * 0x01010101;
      int three = highs & lows;
      int counts3 = three - (three >>> 1 & 0x55555555);
      counts3 = (counts3 & 0x33333333) + (counts3 >>> 2 & 0x33333333);
      counts3 = (counts3 + (counts3 >>> 4) & 0x0F0F0F0F) * 0x01010101;
      ByteVector before1 =
          IntVector.broadcast(INTS, counts1 << 8).reinterpretAsBytes().rearrange(EACH);
      ByteVector before2 =
          IntVector.broadcast(INTS, counts2 << 8).reinterpretAsBytes().rearrange(EACH);
      ByteVector before3 =
          IntVector.broadcast(INTS, counts3 << 8).reinterpretAsBytes().rearrange(EACH);
      VectorMask<Byte> isHigh =
          IntVector.broadcast(INTS, highs)
              .reinterpretAsBytes()
              .rearrange(EACH)
              .and(bits)
              .compare(VectorOperators.NE, (byte) 0);
      VectorMask<Byte> isLow =
          IntVector.broadcast(INTS, lows)
              .reinterpretAsBytes()
              .rearrange(EACH)
              .and(bits)
              .compare(VectorOperators.NE, (byte) 0);
      ByteVector before0 = first.sub(before1).sub(before2).sub(before3);
      VectorShuffle<Byte> places =
          ByteVector.fromArray(BYTES, index, i)
              .add(before0.blend(before1, isLow).blend(before2.blend(before3, isLow), isHigh))
              .toShuffle();
      ByteVector lower =
          ByteVector.fromArray(BYTES, from, zeros)
              .rearrange(places)
              .blend(ByteVector.fromArray(BYTES, from, ones).rearrange(places), isLow);
      ByteVector upper =
          ByteVector.fromArray(BYTES, from, twos)
              .rearrange(places)
              .blend(ByteVector.fromArray(BYTES, from, threes).rearrange(places), isLow);
      lower.blend(upper, isHigh).intoArray(to, at + i);
      ones += counts1 >>> 24;
      twos += counts2 >>> 24;
      threes += counts3 >>> 24;
      zeros += LANES - (counts1 >>> 24) - (counts2 >>> 24) - (counts3 >>> 24);
    }
  }

  @Override
  public void spellFour(byte[] symbols, long[] high, long[] low, int count, byte[] to, int at) {
    ByteVector bits = ByteVector.fromArray(BYTES, BIT, 0);
    ByteVector zeros = ByteVector.broadcast(BYTES, symbols[0]);
    ByteVector ones = ByteVector.broadcast(BYTES, symbols[1]);
    ByteVector twos = ByteVector.broadcast(BYTES, symbols[2]);
    ByteVector threes = ByteVector.broadcast(BYTES, symbols[3]);
    for (int i = 0; i < count; i += LANES) {
      VectorMask<Byte> isHigh =
          IntVector.broadcast(INTS, (int) (high[i >>> 6] >>> i))
              .reinterpretAsBytes()
              .rearrange(EACH)
              .and(bits)
              .compare(VectorOperators.NE, (byte) 0);
      VectorMask<Byte> isLow =
          IntVector.broadcast(INTS, (int) (low[i >>> 6] >>> i))
              .reinterpretAsBytes()
              .rearrange(EACH)
              .and(bits)
              .compare(VectorOperators.NE, (byte) 0);
      zeros.blend(ones, isLow).blend(twos.blend(threes, isLow), isHigh).intoArray(to, at + i);
    }
  }
}
