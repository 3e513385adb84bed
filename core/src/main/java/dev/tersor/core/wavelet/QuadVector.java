package dev.tersor.core.wavelet;

import dev.tersor.core.bits.CountDirectory;
import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.bits.WordSelect;

/**
 * A string of digits 0 to 3 with rank and select of each, 2.25 bits a digit: blocks of 256 digits
 * in 64 bytes behind the counts of the four digits, so that a rank reads one place in memory beside
 * a small table.
 *
 * <p>First {@code length div 65536 + 1} times four {@code u32}, how often each digit occurs before
 * digit 65536 k. Then {@code length div 256 + 1} blocks of nine little-endian words. The first has
 * four counts of 16 bits, the lowest for digit 0: how often each occurs from the last multiple of
 * 65,536 to the block. Then four pairs of words: bit i of the first of pair w is the higher bit of
 * the block's digit 64 w + i, of the second the lower one. At most 2^32 - 1 digits.
 *
 * <p>Example: 3 1 2 is 16 bytes and a word of zeros, then {@code 05} and {@code 03}, each followed
 * by seven bytes {@code 00}, and 48 bytes {@code 00}.
 */
final class QuadVector implements CountDirectory {
  private static final int LOG_LARGE = 16;
  private static final int LOG = 8;
  private static final int BYTES = 72;
  private static final long LONGEST = (1L << 32) - 1;

  private final byte[] stored;
  private final int large;
  private final int blocks;
  private final long length;
  private final long[] total = new long[4];

  private QuadVector(byte[] stored, int at, long length) {
    this.stored = stored;
    this.large = at;
    this.blocks = at + (int) ((length >>> LOG_LARGE) + 1) * 16;
    this.length = length;
  }

  private static long bytes(long length) {
    return ((length >>> LOG_LARGE) + 1) * 16 + ((length >>> LOG) + 1) * BYTES;
  }

  /**
   * @param high the higher bits of the digits
   * @param low the lower ones
   */
  static byte[] store(long[] high, long[] low, long length) {
    if (length > LONGEST || bytes(length) > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(length + " digits are too many");
    }
    byte[] out = new byte[(int) bytes(length)];
    QuadVector digits = new QuadVector(out, 0, length);
    long[] large = new long[4];
    for (int block = 0; block <= length >>> LOG; block++) {
      int base = digits.blocks + block * BYTES;
      for (int w = 0; w < 4 && 4 * block + w < high.length; w++) {
        LittleEndian.putLong(out, base + 8 + 16 * w, high[4 * block + w]);
        LittleEndian.putLong(out, base + 16 + 16 * w, low[4 * block + w]);
      }
      if ((block & 255) == 0) {
        for (int d = 0; d < 4; d++) {
          large[d] = digits.total[d];
          LittleEndian.putInt(out, (block >>> 8) * 16 + 4 * d, (int) large[d]);
        }
      }
      LittleEndian.putLong(out, base, digits.small(large));
      digits.count(base);
    }
    return out;
  }

  /** Counts from the last multiple of 65,536, each in 16 bits. */
  private long small(long[] large) {
    return (total[0] - large[0])
        | (total[1] - large[1]) << 16
        | (total[2] - large[2]) << 32
        | (total[3] - large[3]) << 48;
  }

  private void count(int base) {
    for (int w = 0; w < 4; w++) {
      long high = LittleEndian.getLong(stored, base + 8 + 16 * w);
      long low = LittleEndian.getLong(stored, base + 16 + 16 * w);
      total[0] += Long.bitCount(~(high | low));
      total[1] += Long.bitCount(~high & low);
      total[2] += Long.bitCount(high & ~low);
      total[3] += Long.bitCount(high & low);
    }
  }

  /**
   * @throws MalformedInputException if they are not the bytes of so many digits, or the counts not
   *     those of the digits
   */
  static QuadVector open(byte[] stored, int at, int size, long length) {
    if (length > LONGEST || size != bytes(length)) {
      throw new MalformedInputException(
          length + " digits take " + bytes(length) + " bytes, not " + size, size);
    }
    QuadVector digits = new QuadVector(stored, at, length);
    long[] large = new long[4];
    for (int block = 0; block <= length >>> LOG; block++) {
      int base = digits.blocks + block * BYTES;
      if ((block & 255) == 0) {
        for (int d = 0; d < 4; d++) {
          large[d] = digits.total[d];
          int place = at + (block >>> 8) * 16 + 4 * d;
          if (LittleEndian.getInt(stored, place) != (int) large[d]) {
            throw new MalformedInputException(
                "digit " + d + " occurs " + large[d] + " times before", (long) place - at);
          }
        }
      }
      if (LittleEndian.getLong(stored, base) != digits.small(large)) {
        throw new MalformedInputException(
            "the counts of a block are not those of its digits", (long) base - at);
      }
      digits.count(base);
    }
    // What fills the last block counts as zeros, and must be zeros.
    long filled = (((length >>> LOG) + 1) << LOG) - length;
    for (long i = length; i < length + filled; ) {
      int place = digits.place(i);
      long rest = LittleEndian.getLong(stored, place) | LittleEndian.getLong(stored, place + 8);
      if (rest >>> i != 0) {
        throw new MalformedInputException("a digit is set after the last one", (long) place - at);
      }
      i = (i | 63) + 1;
    }
    digits.total[0] -= filled;
    return digits;
  }

  long length() {
    return length;
  }

  /** The pair of words of a digit. */
  private int place(long i) {
    return blocks + (int) (i >>> LOG) * BYTES + 8 + ((int) (i >>> 6) & 3) * 16;
  }

  /** {@code 4 rank + digit} of digit i, which is not checked. */
  long rankAndDigit(long i) {
    int place = place(i);
    int digit =
        (int) (LittleEndian.getLong(stored, place) >>> i & 1) << 1
            | (int) (LittleEndian.getLong(stored, place + 8) >>> i & 1);
    return rank(digit, i) << 2 | digit;
  }

  /** How many of the first {@code i} digits are that one; i is at most the length. */
  long rank(int digit, long i) {
    int base = blocks + (int) (i >>> LOG) * BYTES;
    long rank =
        (LittleEndian.getInt(stored, large + (int) (i >>> LOG_LARGE) * 16 + 4 * digit)
                & 0xFFFFFFFFL)
            + (LittleEndian.getLong(stored, base) >>> 16 * digit & 0xFFFF);
    // All ones where the digit's bit is 0.
    long notHigh = (digit >>> 1) - 1L;
    long notLow = (digit & 1) - 1L;
    int in = (int) i & 255;
    return rank
        + Long.bitCount(match(base + 8, notHigh, notLow) & below(in))
        + Long.bitCount(match(base + 24, notHigh, notLow) & below(in - 64))
        + Long.bitCount(match(base + 40, notHigh, notLow) & below(in - 128))
        + Long.bitCount(match(base + 56, notHigh, notLow) & below(in - 192));
  }

  /** Ones where the digits of a pair of words are the one that is asked for. */
  private long match(int place, long notHigh, long notLow) {
    return (LittleEndian.getLong(stored, place) ^ notHigh)
        & (LittleEndian.getLong(stored, place + 8) ^ notLow);
  }

  /** The lowest bits, none or all if the number is outside 0 to 64, without a branch. */
  private static long below(int bits) {
    int n = Math.max(0, Math.min(64, bits));
    // Two shifts, since one by 64 is one by 0.
    return ~(-1L << (n >>> 1) << n - (n >>> 1));
  }

  @Override
  public long before(int digit, long block) {
    if (block > length >>> LOG) {
      return total[digit];
    }
    return (LittleEndian.getInt(stored, large + (int) (block >>> 8) * 16 + 4 * digit) & 0xFFFFFFFFL)
        + (LittleEndian.getLong(stored, blocks + (int) block * BYTES) >>> 16 * digit & 0xFFFF);
  }

  /** Where the digit lies that has {@code k} like it before it, if it is in [from, to). */
  long select(int digit, long k, long from, long to) {
    long block = CountDirectory.find(this, digit, k, from >>> LOG, ((to - 1) >>> LOG) + 1);
    int left = (int) (k - before(digit, block));
    long notHigh = (digit >>> 1) - 1L;
    long notLow = (digit & 1) - 1L;
    int place = blocks + (int) block * BYTES + 8;
    int w = 0;
    long word = match(place, notHigh, notLow);
    for (int inWord = Long.bitCount(word); left >= inWord; inWord = Long.bitCount(word)) {
      left -= inWord;
      word = match(place + 16 * ++w, notHigh, notLow);
    }
    return (block << LOG) + 64L * w + WordSelect.select(word, left);
  }

  /** The higher bits of 64 digits from one on, zeros beyond the end. */
  long highs(long i) {
    return window(i, 0);
  }

  /** The lower bits of 64 digits from one on, zeros beyond the end. */
  long lows(long i) {
    return window(i, 8);
  }

  private long window(long i, int plane) {
    long low = LittleEndian.getLong(stored, place(i) + plane) >>> i;
    long next = (i | 63) + 1;
    return (i & 63) == 0 || next >= length
        ? low
        : low | LittleEndian.getLong(stored, place(next) + plane) << -i;
  }
}
