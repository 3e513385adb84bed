package dev.tersor.core.bits;

import java.util.Objects;

/**
 * Bits in blocks of 512, each behind one word of counts, so that a rank reads one place in memory:
 * Vigna's interleaved rank9 ("Broadword Implementation of Rank/Select Queries", 2008) with its two
 * count words made one. A rank is the sum of two counts and two population counts, without a
 * branch; a select guesses the block from the counts. 12.5 % beside the bits.
 *
 * <p>{@code length div 512 + 1} blocks of 72 bytes, each nine little-endian words. The first has
 * the ones before the block in its bits 0 to 37, and those among the block's first 384, 256 and 128
 * bits in bits 38 to 46, 47 to 55 and 56 to 63. Bit {@code i} of a block is bit {@code i mod 64} of
 * the word {@code 1 + i div 64}. Bits after the last one are zero.
 *
 * <p>Example: the bits 0 1 1 are one block of two ones, all among the first 128: {@code 00 00 00 00
 * 80 00 01 02}, then {@code 06} and 63 bytes {@code 00}.
 */
final class BlockBitVector implements BitVector, CountDirectory {
  private static final int WORDS = 8;
  private static final int BYTES = 8 * (1 + WORDS);
  private static final long ABSOLUTE = (1L << 38) - 1;

  private final byte[] stored;
  private final int at;
  private final long length;
  private final long ones;

  private BlockBitVector(byte[] stored, int at, long length, long ones) {
    this.stored = stored;
    this.at = at;
    this.length = length;
    this.ones = ones;
  }

  private static long bytes(long length) {
    return ((length >>> 9) + 1) * BYTES;
  }

  static byte[] store(long[] words, long length) {
    if (bytes(length) > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(length + " bits are too many for one array");
    }
    byte[] out = new byte[(int) bytes(length)];
    long ones = 0;
    int from = 0;
    int used = (int) ((length + 63) >>> 6);
    for (int block = 0; block < out.length; block += BYTES) {
      for (int w = 0; w < WORDS && from < used; w++) {
        LittleEndian.putLong(out, block + 8 + 8 * w, words[from++]);
      }
      LittleEndian.putLong(out, block, counts(out, block, ones));
      ones += onesOf(out, block, WORDS);
    }
    return out;
  }

  private static long counts(byte[] bytes, int block, long before) {
    return before
        | (long) onesOf(bytes, block, 6) << 38
        | (long) onesOf(bytes, block, 4) << 47
        | (long) onesOf(bytes, block, 2) << 56;
  }

  private static int onesOf(byte[] bytes, int block, int words) {
    int ones = 0;
    for (int w = 1; w <= words; w++) {
      ones += Long.bitCount(LittleEndian.getLong(bytes, block + 8 * w));
    }
    return ones;
  }

  static BlockBitVector open(byte[] stored, int at, int size, long length) {
    if (size != bytes(length)) {
      throw new MalformedInputException(
          length + " bits in blocks take " + bytes(length) + " bytes, not " + size, size);
    }
    long ones = 0;
    for (int block = at; block < at + size; block += BYTES) {
      if (LittleEndian.getLong(stored, block) != counts(stored, block, ones)) {
        throw new MalformedInputException(
            "the counts of a block are not those of its bits", (long) block - at);
      }
      ones += onesOf(stored, block, WORDS);
    }
    BlockBitVector bits = new BlockBitVector(stored, at, length, ones);
    for (long w = length >>> 6; w < (long) size / BYTES * WORDS; w++) {
      long rest = bits.word(w);
      if ((w == length >>> 6 ? rest >>> length : rest) != 0) {
        throw new MalformedInputException("a bit is set after the last one", size - 1L);
      }
    }
    return bits;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public long ones() {
    return ones;
  }

  @Override
  public long rank1(long i) {
    // There is a block behind the last bit, be it an empty one.
    return rank(Objects.checkIndex(i, length + 1));
  }

  @Override
  public long rankAndBit(long i) {
    return rank(i) << 1 | bit(i);
  }

  private long rank(long i) {
    long block = (i >>> 9) * BYTES;
    long counts = LittleEndian.getLong(stored, (int) (at + block));
    int quarter = (int) (i >>> 7) & 3;
    int pair = (int) (block + (at + 8 + (i >>> 3 & 48)));
    // All ones if the bit is in the second word: then all of the first one counts.
    long inSecond = -(i >>> 6 & 1);
    long below = (1L << i) - 1;
    // Two shifts, so that nothing is left for the first quarter.
    return (counts & ABSOLUTE)
        + (counts >>> 2 >>> (63 - 9 * quarter) & 0x1FF)
        + Long.bitCount(LittleEndian.getLong(stored, pair) & (below | inSecond))
        + Long.bitCount(LittleEndian.getLong(stored, pair + 8) & below & inSecond);
  }

  private long word(long w) {
    return LittleEndian.getLong(
        stored, (int) ((w >>> 3) * BYTES + (at + Long.BYTES + (w << 3 & 56))));
  }

  @Override
  public int bit(long i) {
    return (int) (word(i >>> 6) >>> i) & 1;
  }

  @Override
  public long window(long i) {
    long w = i >>> 6;
    long low = word(w) >>> i;
    return (w + 1) << 6 >= length ? low : low | word(w + 1) << 1 << ~i;
  }

  @Override
  public long before(int bit, long block) {
    if (block > length >>> 9) {
      return bit != 0 ? ones : length - ones;
    }
    long count = LittleEndian.getLong(stored, at + (int) block * BYTES) & ABSOLUTE;
    return bit != 0 ? count : (block << 9) - count;
  }

  @Override
  public long entries() {
    return (length >>> 9) + 1;
  }

  @Override
  public long select(int bit, long k, long near) {
    long block = CountDirectory.find(this, bit, k, near >>> 9);
    int base = at + (int) block * BYTES;
    long counts = LittleEndian.getLong(stored, base);
    long flip = bit - 1L;
    int left = (int) (k - before(bit, block));
    // The quarter: the number of partial counts that are not above what is left.
    int inFirst = partial(counts, 1, flip);
    int inSecond = partial(counts, 2, flip);
    int inThird = partial(counts, 3, flip);
    int quarter =
        ((inFirst - left - 1) >>> 31)
            + ((inSecond - left - 1) >>> 31)
            + ((inThird - left - 1) >>> 31);
    left -= quarter == 0 ? 0 : partial(counts, quarter, flip);
    int place = base + 8 + 16 * quarter;
    long first = LittleEndian.getLong(stored, place) ^ flip;
    long second = LittleEndian.getLong(stored, place + 8) ^ flip;
    int inWord = Long.bitCount(first);
    // All ones if it is in the second word.
    int isSecond = (inWord - left - 1) >> 31;
    long word = first ^ ((first ^ second) & isSecond);
    long start = (block << 9) + 128L * quarter + (64 & isSecond);
    return start + WordSelect.select(word, left - (inWord & isSecond));
  }

  /** Ones, or zeros, among the block's first quarters, of which there are one to three. */
  private static int partial(long counts, int quarters, long flip) {
    int ones = (int) (counts >>> (65 - 9 * quarters) & 0x1FF);
    return flip == 0 ? ones : 128 * quarters - ones;
  }
}
