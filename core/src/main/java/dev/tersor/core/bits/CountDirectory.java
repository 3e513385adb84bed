package dev.tersor.core.bits;

/**
 * Running counts at the starts of equal blocks, and the search for the block that holds a given
 * occurrence. Where what is counted is spread evenly the block is guessed from the counts at both
 * ends (interpolation search, Perl, Itai and Avni, 1978), two or three reads whatever the length;
 * halving after a few wrong guesses keeps the worst case logarithmic.
 */
public interface CountDirectory {
  /**
   * How many lie before a block.
   *
   * @param what a bit, or a digit
   */
  long before(int what, long block);

  /**
   * The last block with at most {@code k} before it.
   *
   * @param low a block with at most k before it
   * @param high a block behind the one sought, with more than k before it
   */
  static long find(CountDirectory counts, int what, long k, long low, long high) {
    return high - low < 2
        ? low
        : find(counts, what, k, low, high, counts.before(what, low), counts.before(what, high));
  }

  private static long find(
      CountDirectory counts, int what, long k, long from, long to, long atFrom, long atTo) {
    long low = from;
    long high = to;
    long atLow = atFrom;
    long atHigh = atTo;
    for (int guesses = 0; high - low > 1; guesses++) {
      long guess =
          guesses < 6
              ? low + (long) ((double) (k - atLow) / (double) (atHigh - atLow) * (high - low))
              : (low + high) >>> 1;
      guess = Math.max(low + 1, Math.min(high - 1, guess));
      long found = counts.before(what, guess);
      if (found > k) {
        high = guess;
        atHigh = found;
      } else {
        low = guess;
        atLow = found;
      }
    }
    return low;
  }
}
