package dev.tersor.core.bits;

/**
 * Blocks of B = 15, 31 or 63 bits as their number of ones and their rank among the blocks of as
 * many (Cover, "Enumerative Source Encoding", 1973). Blocks of as many ones are ranked as the
 * numbers that have position p as bit p: the rank is the sum of {@code C(p_j, j)} over the
 * positions {@code p_1 < p_2 < ...} of the ones.
 */
public final class Combinations {
  private static final int ROW = 64;

  /** C(p, k) at {@code ROW*p + k}: a decoder goes down the rows and to the left. */
  private static final long[] BINOMIALS = binomials();

  private final int block;

  /** Bits of a rank by the number of ones. */
  private final int[] rankBits;

  /**
   * @param block 15, 31 or 63 bits, so that a number of ones takes 4, 5 or 6
   */
  public Combinations(int block) {
    if (block != 15 && block != 31 && block != 63) {
      throw new IllegalArgumentException("blocks of " + block + " bits, not 15, 31 or 63");
    }
    this.block = block;
    this.rankBits = new int[block + 1];
    for (int ones = 0; ones <= block; ones++) {
      rankBits[ones] = 64 - Long.numberOfLeadingZeros(count(ones) - 1);
    }
  }

  private static long[] binomials() {
    long[] table = new long[ROW * ROW];
    for (int p = 0; p < ROW; p++) {
      table[ROW * p] = 1;
      for (int k = 1; k <= p; k++) {
        table[ROW * p + k] = table[ROW * (p - 1) + k - 1] + table[ROW * (p - 1) + k];
      }
    }
    return table;
  }

  /** Bits of a block. */
  public int block() {
    return block;
  }

  /** Bits of a number of ones. */
  public int classBits() {
    return Integer.bitCount(block);
  }

  /** Bits of the rank of a block with so many ones, at most 60. */
  public int rankBits(int ones) {
    return rankBits[ones];
  }

  /** How many blocks there are with so many ones. */
  public long count(int ones) {
    return BINOMIALS[ROW * block + ones];
  }

  /** What a one at position {@code p} with {@code k - 1} ones below it adds to the rank. */
  public static long term(int p, int k) {
    return BINOMIALS[ROW * p + k];
  }

  /** The rank of a block. */
  public static long rank(long bits) {
    long rank = 0;
    int k = 0;
    for (long left = bits; left != 0; left &= left - 1) {
      rank += term(Long.numberOfTrailingZeros(left), ++k);
    }
    return rank;
  }

  /**
   * The block of a rank: from the top, a position has a one if the blocks that have all their ones
   * below it are no more than the rank. Whether it has cannot be foreseen, so there is no branch.
   *
   * @param rank below {@link #count}
   */
  public long bits(long rank, int ones) {
    long bits = 0;
    long left = rank;
    int k = ones;
    for (int p = block - 1; k > 0; p--) {
      long below = BINOMIALS[ROW * p + k];
      long taken = ~((left - below) >> 63);
      left -= below & taken;
      k += (int) taken;
      bits |= (taken & 1) << p;
    }
    return bits;
  }
}
