package dev.tersor.core.bits;

/**
 * Running counts at the starts of equal blocks, and the search for the block that holds a given
 * occurrence. Where what is counted is spread evenly the block is guessed from the counts at both
 * ends (interpolation search, Perl, Itai and Avni, 1978), and then by how far the guess was off:
 * two or three reads whatever the length. Halving after a few wrong guesses keeps the worst case
 * logarithmic.
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
