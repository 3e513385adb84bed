package dev.tersor.core.bits;

/**
 * Running counts at the starts of equal blocks, and the search for the block that holds a given
 * occurrence. It begins with a guess, which is right for the most part if it was interpolated
 * between known places that are not far. Else the block is first fenced in by steps of twice the
 * length, and then interpolated between the counts at both ends (Perl, Itai and Avni,
 * "Interpolation Search", 1978), and then by how far that was off. Halving after a few wrong
 * guesses keeps the worst case logarithmic.
 */
public interface CountDirectory {
  /**
   * How many lie before a block.
   *
   * @param what a bit, or a digit
   * @param block from 0 to {@link #entries}
   */
  long before(int what, long block);

  /** Number of blocks that are counted. */
  long entries();

  /**
   * The last block with at most {@code k} before it.
   *
   * @param k below what is before the end of all blocks
   * @param near where it is looked for first, any number
   */
  static long find(CountDirectory counts, int what, long k, long near) {
    long end = counts.entries();
    long low = Math.max(0, Math.min(end - 1, near));
    long high = low + 1;
    if (counts.before(what, low) > k) {
      for (long step = 1; counts.before(what, low) > k; step *= 2) {
        high = low;
        low = Math.max(0, low - step);
      }
    } else {
      for (long step = 1; counts.before(what, high) <= k; step *= 2) {
        low = high;
        high = Math.min(end, high + step);
      }
    }
    return high - low < 2
        ? low
        : find(counts, what, k, low, high, counts.before(what, low), counts.before(what, high));
  }

  private static long find(
      CountDirectory counts, int what, long k, long from, long to, long atFrom, long atTo) {
    long low = from;
    long high = to;
    double blocks = (double) (to - from) / (double) (atTo - atFrom);
    long guess = low + (long) ((double) (k - atFrom) * blocks);
    for (int guesses = 0; high - low > 1; guesses++) {
      guess = Math.max(low, Math.min(high - 1, guess));
      long found = counts.before(what, guess);
      if (found > k) {
        high = guess;
        guess += (long) ((double) (k - found) * blocks) - 1;
      } else {
        low = guess;
        long after = counts.before(what, guess + 1);
        if (after > k) {
          return guess;
        }
        low = guess + 1;
        guess = low + (long) ((double) (k - after) * blocks);
      }
      guess = guesses < 6 ? guess : (low + high) >>> 1;
    }
    return low;
  }
}
