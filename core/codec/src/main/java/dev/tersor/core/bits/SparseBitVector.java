package dev.tersor.core.bits;

/**
 * Plain bits and a count for every 4,096 of them: 0.8 % beside the bits. A rank counts up to 64
 * words.
 *
 * <p>The bits as {@code ceil(length/64)} little-endian words, bit i as bit {@code i mod 64} of word
 * {@code i div 64}, zeros after the last one; then a {@code u32} for each k from 1 to {@code length
 * div 4096}: the ones among the first 4096 k bits. At most 2^32 - 1 bits.
 *
 * <p>Example: 0 1 1 are the bytes {@code 06 00 00 00 00 00 00 00}.
 */
final class SparseBitVector implements BitVector, CountDirectory {
  private static final int LOG = 12;
  private static final long LONGEST = (1L << 32) - 1;

  private final byte[] stored;
  private final int at;
  private final long length;
  private final int words;

  /** Where the count for k = 0 would be. */
  private final int counts;

  private long ones;

  private SparseBitVector(byte[] stored, int at, long length) {
    this.stored = stored;
    this.at = at;
    this.length = length;
    this.words = (int) ((length + 63) >>> 6);
    this.counts = at + 8 * words - 4;
  }

  private static long bytes(long length) {
    return ((length + 63) >>> 6) * 8 + (length >>> LOG) * 4;
  }

  static byte[] store(long[] words, long length) {
    if (length > LONGEST) {
      throw new IllegalArgumentException(length + " bits, at most " + LONGEST);
    }
    byte[] out = new byte[(int) bytes(length)];
    SparseBitVector bits = new SparseBitVector(out, 0, length);
    int ones = 0;
    for (int w = 0; w < bits.words; w++) {
      LittleEndian.putLong(out, 8 * w, words[w]);
      ones += Long.bitCount(words[w]);
      if ((w + 1L) << 6 <= length && (w + 1 & 63) == 0) {
        LittleEndian.putInt(out, bits.counts + (((w + 1) >>> 6) << 2), ones);
      }
    }
    return out;
  }

  static SparseBitVector open(byte[] stored, int at, int size, long length) {
    if (length > LONGEST || size != bytes(length)) {
      throw new MalformedInputException(
          length + " bits take " + bytes(length) + " bytes, not " + size, size);
    }
    SparseBitVector bits = new SparseBitVector(stored, at, length);
    long ones = 0;
    for (int w = 0; w < bits.words; w++) {
      if ((w & 63) == 0 && w > 0) {
        bits.checkCount(w >>> 6, ones);
      }
      ones += Long.bitCount(bits.word(w));
    }
    if ((length & (1L << LOG) - 1) == 0 && length > 0) {
      bits.checkCount((int) (length >>> LOG), ones);
    }
    if ((length & 63) != 0 && bits.word(bits.words - 1) >>> length != 0) {
      throw new MalformedInputException("a bit is set after the last one", 8L * bits.words - 1);
    }
    bits.ones = ones;
    return bits;
  }

  private void checkCount(int k, long expected) {
    if (count(k) != expected) {
      throw new MalformedInputException(
          "the first " + ((long) k << LOG) + " bits have " + expected + " ones, not " + count(k),
          counts + 4L * k - at);
    }
  }

  private long count(int k) {
    return k == 0 ? 0 : LittleEndian.getInt(stored, counts + 4 * k) & 0xFFFFFFFFL;
  }

  private long word(int w) {
    return LittleEndian.getLong(stored, at + 8 * w);
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
  public long rankAndBit(long i) {
    int last = (int) (i >>> 6);
    long rank = count((int) (i >>> LOG));
    for (int w = last & -64; w < last; w++) {
      rank += Long.bitCount(word(w));
    }
    long word = word(last);
    rank += Long.bitCount(word & (1L << i) - 1);
    return rank << 1 | (word >>> i & 1);
  }

  @Override
  public int bit(long i) {
    return (int) (word((int) (i >>> 6)) >>> i) & 1;
  }

  @Override
  public long window(long i) {
    int w = (int) (i >>> 6);
    long low = word(w) >>> i;
    return w + 1 >= words ? low : low | word(w + 1) << 1 << ~i;
  }

  @Override
  public long before(int bit, long block) {
    if (block > length >>> LOG) {
      return bit != 0 ? ones : length - ones;
    }
    long count = count((int) block);
    return bit != 0 ? count : (block << LOG) - count;
  }

  @Override
  public long entries() {
    return (length >>> LOG) + 1;
  }

  @Override
  public long select(int bit, long k, long near) {
    long block = CountDirectory.find(this, bit, k, near >>> LOG);
    long flip = bit - 1L;
    int left = (int) (k - before(bit, block));
    int w = (int) (block << (LOG - 6));
    long word = word(w) ^ flip;
    for (int inWord = Long.bitCount(word); left >= inWord; inWord = Long.bitCount(word)) {
      left -= inWord;
      word = word(++w) ^ flip;
    }
    return ((long) w << 6) + WordSelect.select(word, left);
  }
}
