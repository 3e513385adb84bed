package dev.tersor.core.wavelet;

import dev.tersor.core.bits.LittleEndian;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Merge} with the Vector API, 32 symbols at a time. Tables tell for each place the rank of
 * its bit among those like it of the 32; a vector of each sequence is rearranged by the ranks, and
 * blended by the bits.
 *
 * <p>The loops call nothing but the Vector API itself ({@code VectorPackedProducts} says why).
 */
final class VectorMerge implements Merge {
  private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_256;
  private static final int LANES = 32;
  private static final long EACH_BYTE = 0x0101010101010101L;

  /** The ones of a byte before each of its ones, a byte for each bit; zero for zeros. */
  private static final long[] RANK = ranks();

  /** Bits of a rank in an index. */
  private static final byte RANK_BITS = LANES - 1;

  private static long[] ranks() {
    long[] table = new long[256];
    for (int b = 0; b < table.length; b++) {
      long rank = 0;
      for (int i = 0; i < 8; i++) {
        if ((b >>> i & 1) != 0) {
          table[b] |= rank++ << (8 * i);
        }
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
    for (int i = 0; i < count; i += LANES) {
      rank((int) (ones[i >>> 6] >>> i), index, i);
    }
    int zeros = zero;
    int others = one;
    for (int i = 0; i < count; i += LANES) {
      ByteVector places = ByteVector.fromArray(BYTES, index, i);
      VectorShuffle<Byte> ranks = places.and(RANK_BITS).toShuffle();
      VectorMask<Byte> isOne = places.compare(VectorOperators.LT, (byte) 0);
      ByteVector.fromArray(BYTES, from, zeros)
          .rearrange(ranks)
          .blend(ByteVector.fromArray(BYTES, from, others).rearrange(ranks), isOne)
          .intoArray(to, at + i);
      int taken = Integer.bitCount((int) (ones[i >>> 6] >>> i));
      others += taken;
      zeros += LANES - taken;
    }
  }

  /** Indices of 32 places: ranks, and the highest bit set where there is a one. */
  private static void rank(int ones, byte[] index, int at) {
    long before = 0;
    for (int i = 0; i < LANES; i += 8) {
      int bits = ones >>> i & 0xFF;
      long each = Planes.eachOf(bits);
      long zeros = EACH_BYTE ^ each;
      // No rank passes 31, so that nothing is carried from one byte to the next.
      LittleEndian.putLong(
          index,
          at + i,
          RANK[bits] + RANK[bits ^ 0xFF] + before * each + (i - before) * zeros | each << 7);
      before += Integer.bitCount(bits);
    }
  }
}
