package dev.tersor.core.symbol;

import java.util.Arrays;

/**
 * The adaptive probability of a context in {@link Cabac}, as an int: 22 bits of the probability
 * that the next bit is 1, above 10 bits that count the bits seen, up to 255. The probability is the
 * mean of what was seen at first, and forgets with a window of 256 bits later: the estimator of
 * context mixing compressors (Mahoney, "Adaptive weighing of context models", 2005) in place of the
 * fixed windows of video coding, since networks have contexts that are seen ten times only.
 */
final class BinaryState {
  private static final int COUNT_BITS = 10;
  private static final int LIMIT = 255;
  private static final int PROBABILITY_BITS = Integer.SIZE - COUNT_BITS;

  /** Bits of the probability that the range is divided by: the upper ones of the state. */
  static final int SCALE_BITS = 16;

  /** Neither bit becomes less probable than 2^-12, so that no bit takes more than two bytes. */
  private static final int LEAST = 1 << (PROBABILITY_BITS - 12);

  private static final int MOST = (1 << PROBABILITY_BITS) - LEAST;

  private static final int[] RATES = rates();

  private BinaryState() {}

  /** 1 / (n + 1.5) in units of 2^-16. */
  private static int[] rates() {
    int[] rates = new int[LIMIT + 1];
    Arrays.setAll(rates, n -> (1 << 17) / (2 * n + 3));
    return rates;
  }

  /** Contexts that have seen nothing: both bits are equally probable. */
  static int[] contexts(int count) {
    int[] contexts = new int[count];
    Arrays.fill(contexts, 1 << (Integer.SIZE - 1));
    return contexts;
  }

  /** The probability of a 1 in units of 2^-16. */
  static int probability(int state) {
    return state >>> SCALE_BITS;
  }

  /**
   * The state after a bit.
   *
   * @param ones -1 if the bit is 1, 0 if it is 0
   */
  static int next(int state, int ones) {
    int probability = state >>> COUNT_BITS;
    int count = state & ((1 << COUNT_BITS) - 1);
    int target = LEAST + (ones & (MOST - LEAST));
    int step = (int) (((long) (target - probability) * RATES[count]) >> 16);
    return (probability + step) << COUNT_BITS | (count + ((count - LIMIT) >>> 31));
  }
}
