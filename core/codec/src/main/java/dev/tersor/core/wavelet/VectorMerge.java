package dev.tersor.core.wavelet;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Merge} with the Vector API, 32 symbols at a time. Sums over the eight bytes of a word, and
 * the population counts of what is before these, tell for each place the rank of its bit among
 * those like it; a vector of each sequence is rearranged by the ranks, and blended by the bits.
 *
 * <p>The loops call next to nothing but the Vector API itself ({@code VectorPackedProducts} says
 * why), and vectors of bytes have this length in all classes that decode and multiply: where one
 * virtual machine sees two lengths of a type, the compiler no longer knows which one it has, puts
 * vectors into objects, and takes four times as long.
 */
final class VectorMerge implements Merge {
  private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_256;
  private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_256;
  private static final int LANES = 32;

  /** Each byte of a word of 32 bits for its eight places. */
  private static final VectorShuffle<Byte> EACH = VectorShuffle.fromOp(BYTES, i -> i >> 3);

  /** The place, its bit in its byte, and the first place of its eight. */
  private static final byte[] LANE = new byte[LANES];

  private static final byte[] BIT = new byte[LANES];
  private static final byte[] FIRST = new byte[LANES];

  static {
    for (int i = 0; i < LANES; i++) {
      LANE[i] = (byte) i;
      BIT[i] = (byte) (1 << (i & 7));
      FIRST[i] = (byte) (i & ~7);
    }
  }

  /** The ones of all bytes of a word up to each. */
  private static int onesUpTo(int word) {
    int counts = word - (word >>> 1 & 0x55555555);
    counts = (counts & 0x33333333) + (counts >>> 2 & 0x33333333);
    return (counts + (counts >>> 4) & 0x0F0F0F0F) * 0x01010101;
  }

  @Override
  public boolean pays() {
    return ByteVector.SPECIES_PREFERRED.length() >= LANES;
  }

  @Override
  public void merge(long[] ones, int count, byte[] from, int zero, int one, byte[] to, int at) {
    ByteVector bits = ByteVector.fromArray(BYTES, BIT, 0);
    ByteVector lanes = ByteVector.fromArray(BYTES, LANE, 0);
    ByteVector none = ByteVector.zero(BYTES);
    int zeros = zero;
    int others = one;
    for (int i = 0; i < count; i += LANES) {
      int word = (int) (ones[i >>> 6] >>> i);
      int counts = onesUpTo(word);
      VectorMask<Byte> isOne =
          LongVector.broadcast(LONGS, word)
              .reinterpretAsBytes()
              .rearrange(EACH)
              .and(bits)
              .compare(VectorOperators.NE, (byte) 0);
      // Ones up to each place: of its eight, and before these.
      LongVector upTo = none.blend((byte) 1, isOne).reinterpretAsLongs();
      upTo = upTo.add(upTo.lanewise(VectorOperators.LSHL, 8));
      upTo = upTo.add(upTo.lanewise(VectorOperators.LSHL, 16));
      upTo = upTo.add(upTo.lanewise(VectorOperators.LSHL, 32));
      ByteVector before =
          LongVector.broadcast(LONGS, (long) counts << 8).reinterpretAsBytes().rearrange(EACH);
      ByteVector rank = upTo.reinterpretAsBytes().add(before);
      VectorShuffle<Byte> places = lanes.sub(rank).blend(rank.sub((byte) 1), isOne).toShuffle();
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
          LongVector.broadcast(LONGS, word)
              .reinterpretAsBytes()
              .rearrange(EACH)
              .and(bits)
              .compare(VectorOperators.NE, (byte) 0);
      zeros.blend(others, isOne).intoArray(to, at + i);
    }
  }

  @Override
  public void mergeFour(
      long[] high, long[] low, int count, byte[] from, int[] starts, byte[] to, int at) {
    ByteVector first = ByteVector.fromArray(BYTES, FIRST, 0);
    ByteVector bits = ByteVector.fromArray(BYTES, BIT, 0);
    ByteVector none = ByteVector.zero(BYTES);
    ByteVector even = ByteVector.broadcast(BYTES, (byte) 0x01);
    ByteVector odd = ByteVector.broadcast(BYTES, (byte) 0x10);
    int zeros = starts[0];
    int ones = starts[1];
    int twos = starts[2];
    int threes = starts[3];
    for (int i = 0; i < count; i += LANES) {
      int highs = (int) (high[i >>> 6] >>> i);
      int lows = (int) (low[i >>> 6] >>> i);
      int counts1 = onesUpTo(lows & ~highs);
      int counts2 = onesUpTo(highs & ~lows);
      int counts3 = onesUpTo(highs & lows);
      ByteVector before1 =
          LongVector.broadcast(LONGS, (long) counts1 << 8).reinterpretAsBytes().rearrange(EACH);
      ByteVector before2 =
          LongVector.broadcast(LONGS, (long) counts2 << 8).reinterpretAsBytes().rearrange(EACH);
      ByteVector before3 =
          LongVector.broadcast(LONGS, (long) counts3 << 8).reinterpretAsBytes().rearrange(EACH);
      VectorMask<Byte> isHigh =
          LongVector.broadcast(LONGS, highs)
              .reinterpretAsBytes()
              .rearrange(EACH)
              .and(bits)
              .compare(VectorOperators.NE, (byte) 0);
      VectorMask<Byte> isLow =
          LongVector.broadcast(LONGS, lows)
              .reinterpretAsBytes()
              .rearrange(EACH)
              .and(bits)
              .compare(VectorOperators.NE, (byte) 0);
      ByteVector before0 = first.sub(before1).sub(before2).sub(before3);
      // Digits like it of its eight up to each place, two counts to a byte.
      ByteVector digit = even.blend(odd, isLow);
      LongVector smaller = digit.blend(none, isHigh).reinterpretAsLongs();
      LongVector larger = none.blend(digit, isHigh).reinterpretAsLongs();
      smaller = smaller.add(smaller.lanewise(VectorOperators.LSHL, 8));
      larger = larger.add(larger.lanewise(VectorOperators.LSHL, 8));
      smaller = smaller.add(smaller.lanewise(VectorOperators.LSHL, 16));
      larger = larger.add(larger.lanewise(VectorOperators.LSHL, 16));
      smaller = smaller.add(smaller.lanewise(VectorOperators.LSHL, 32));
      larger = larger.add(larger.lanewise(VectorOperators.LSHL, 32));
      ByteVector both = smaller.reinterpretAsBytes().blend(larger.reinterpretAsBytes(), isHigh);
      ByteVector nibble =
          both.reinterpretAsLongs().lanewise(VectorOperators.LSHR, 4).reinterpretAsBytes();
      ByteVector ranks = both.blend(nibble, isLow).and((byte) 15).sub((byte) 1);
      VectorShuffle<Byte> places =
          ranks
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
          LongVector.broadcast(LONGS, high[i >>> 6] >>> i)
              .reinterpretAsBytes()
              .rearrange(EACH)
              .and(bits)
              .compare(VectorOperators.NE, (byte) 0);
      VectorMask<Byte> isLow =
          LongVector.broadcast(LONGS, low[i >>> 6] >>> i)
              .reinterpretAsBytes()
              .rearrange(EACH)
              .and(bits)
              .compare(VectorOperators.NE, (byte) 0);
      zeros.blend(ones, isLow).blend(twos.blend(threes, isLow), isHigh).intoArray(to, at + i);
    }
  }
}
