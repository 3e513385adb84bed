package dev.tersor.core.wavelet;

import dev.tersor.core.bits.BitVector;
import dev.tersor.core.bits.CountDirectory;
import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.bits.WordSelect;

/**
 * A string of digits 0 to 3 with rank and select of each, 2.25 bits a digit: blocks of 256 digits
 * in 64 bytes behind the counts of the four digits, so that a rank reads one place in memory beside
 * a small table. It counts from the nearer end of the block, so in two of its four pairs of words.
 *
 * <p>Let {@code b = length div 256 + 1} be the number of blocks, the last one filled up with zeros.
 * First {@code b div 256 + 1} times four {@code u32}: how often each digit occurs before block 256
 * k. Then the blocks, nine little-endian words each, and one word more. The first word of a block,
 * and the one behind the last block, has four counts of 16 bits, the lowest for digit 0: how often
 * each occurs from the last multiple of 65,536 to there. Then four pairs of words: bit i of the
 * first of pair w is the higher bit of the block's digit 64 w + i, of the second the lower one. At
 * most 2^32 - 1 digits.
 *
 * <p>Example: 3 1 2 is 16 bytes and a word of zeros, then {@code 05} and {@code 03}, each followed
 * by seven bytes {@code 00}, 48 bytes {@code 00}, and {@code FD 00 01 00 01 00 01 00}.
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
    this.blocks = at + (int) larges(length) * 16;
    this.length = length;
  }

  private static long larges(long length) {
    return (((length >>> LOG) + 1) >>> (LOG_LARGE - LOG)) + 1;
  }

  private static long bytes(long length) {
    return larges(length) * 16 + ((length >>> LOG) + 1) * BYTES + 8;
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
    long count = (length >>> LOG) + 1;
    for (int block = 0; block <= count; block++) {
      int base = digits.blocks + block * BYTES;
      if ((block & 255) == 0) {
        for (int d = 0; d < 4; d++) {
          large[d] = digits.total[d];
          LittleEndian.putInt(out, (block >>> 8) * 16 + 4 * d, (int) large[d]);
        }
      }
      LittleEndian.putLong(out, base, digits.small(large));
      if (block < count) {
        for (int w = 0; w < 4 && 4 * block + w < high.length; w++) {
          LittleEndian.putLong(out, base + 8 + 16 * w, high[4 * block + w]);
          LittleEndian.putLong(out, base + 16 + 16 * w, low[4 * block + w]);
        }
        digits.count(base);
      }
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
    long count = (length >>> LOG) + 1;
    for (int block = 0; block <= count; block++) {
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
            "the counts of a block are not those of the digits before it", (long) base - at);
      }
      if (block < count) {
        digits.count(base);
      }
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

  /** Where the pair of words of a digit is; the digit is bit {@code i mod 64} of both. */
  int place(long i) {
    return (int) ((i >>> LOG) * BYTES + (blocks + 8 + (i >>> 2 & 48)));
  }

  /** Digit i, which is not checked. */
  int digit(long i) {
    int place = place(i);
    int high = (int) (LittleEndian.getLong(stored, place) >>> i) & 1;
    return 2 * high + ((int) (LittleEndian.getLong(stored, place + 8) >>> i) & 1);
  }

  /** {@code 4 rank + digit} of digit i, which is not checked. */
  long rankAndDigit(long i) {
    int place = place(i);
    long high = LittleEndian.getLong(stored, place) >>> i & 1;
    long low = LittleEndian.getLong(stored, place + 8) >>> i & 1;
    long digit = 2 * high + low;
    return rank(high - 1, low - 1, digit, i) << 2 | digit;
  }

  /** How many of the first {@code i} digits are that one; i is at most the length. */
  long rank(int digit, long i) {
    return rank((digit >>> 1) - 1L, (digit & 1) - 1L, digit, i);
  }

  /**
   * @param notHigh all ones where the digit's higher bit is 0
   */
  private long rank(long notHigh, long notLow, long digit, long i) {
    int place = (int) ((i >>> LOG) * BYTES + (blocks + 8 + (i >>> 2 & 32)));
    // All ones if the digit is in the second pair of its half.
    long inSecond = -(i >>> 6 & 1);
    long below = (1L << i) - 1;
    // From the block's start to i, or from i to the block's end and then less.
    long back = -(i >>> 7 & 1);
    int counted =
        Long.bitCount(match(place, notHigh, notLow) & ((below | inSecond) ^ back))
            + Long.bitCount(match(place + 16, notHigh, notLow) & ((below & inSecond) ^ back));
    // The nearer end.
    long before = before((int) digit, (i + 128) >>> LOG);
    return before + ((counted ^ back) - back);
  }

  /** {@link #rank} of all four digits at once. */
  void ranks(long i, long[] ranks) {
    int block = (int) (i >>> LOG);
    int ones = 0;
    int twos = 0;
    int threes = 0;
    int place = place(i & (-1L << LOG));
    for (long left = i & ((1 << LOG) - 1); left > 0; left -= 64, place += 16) {
      long below = left < 64 ? (1L << left) - 1 : -1;
      long high = LittleEndian.getLong(stored, place) & below;
      long low = LittleEndian.getLong(stored, place + 8) & below;
      ones += Long.bitCount(low & ~high);
      twos += Long.bitCount(high & ~low);
      threes += Long.bitCount(high & low);
    }
    ranks[1] = before(1, block) + ones;
    ranks[2] = before(2, block) + twos;
    ranks[3] = before(3, block) + threes;
    ranks[0] = i - ranks[1] - ranks[2] - ranks[3];
  }

  /** Ones where the digits of a pair of words are the one that is asked for. */
  private long match(int place, long notHigh, long notLow) {
    return (LittleEndian.getLong(stored, place) ^ notHigh)
        & (LittleEndian.getLong(stored, place + 8) ^ notLow);
  }

  @Override
  public long before(int digit, long block) {
    int place = (int) (large + (block >>> (LOG_LARGE - LOG)) * 16 + (digit << 2));
    long here = LittleEndian.getLong(stored, (int) (blocks + block * BYTES)) >>> (digit << 4);
    return (LittleEndian.getInt(stored, place) & 0xFFFFFFFFL) + (here & 0xFFFF);
  }

  @Override
  public long entries() {
    return (length >>> LOG) + 1;
  }

  /** Where the digit lies that has {@code k} like it before it; see {@link BitVector#select}. */
  long select(int digit, long k, long near) {
    long block = CountDirectory.find(this, digit, k, near >>> LOG);
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

  /**
   * Bits of 64 digits from one on. Behind the last digit anything may follow.
   *
   * @param place of the first of them
   * @param after {@link #place} of the first one of the next words, or of any if there are none
   * @param plane 0 for the higher bits, 8 for the lower ones
   */
  long window(int place, int after, int plane, long i) {
    return LittleEndian.getLong(stored, place + plane) >>> i
        | LittleEndian.getLong(stored, after + plane) << 1 << ~i;
  }
}
