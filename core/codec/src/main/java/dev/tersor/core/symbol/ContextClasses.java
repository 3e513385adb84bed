package dev.tersor.core.symbol;

import java.util.Arrays;

/**
 * The classes of {@link Context} and what they have seen: for each the frequencies of its tokens,
 * which add up to 2^12, and for decoding the token of each slot. Counts begin with a geometric
 * guess; frequencies follow them whenever a class has seen a quarter more than before.
 */
final class ContextClasses {
  static final int BITS = 12;
  static final int SLOTS = 1 << BITS;

  /** Tokens of magnitudes below are their own. */
  static final int PLAIN = 16;

  /** Tokens of each longer bit length. */
  private static final int OF_LENGTH = 4;

  static final int MOST_TOKENS = 64;
  private static final int FIRST = 16;

  private final int tokens;
  private final int[] counts;
  private final int[] totals;

  /** How much a class will have seen when its frequencies change. */
  private final int[] until;

  /** By class and token {@code start << 16 | frequency}. */
  private final int[] ranges;

  /** By class and slot the token; null where nothing is decoded. */
  private final byte[] slots;

  /**
   * @param levels by class the level of magnitudes to begin with
   * @param tokens how many there are
   */
  ContextClasses(int[] levels, int tokens, boolean decodes) {
    int classes = levels.length;
    this.tokens = tokens;
    this.counts = new int[classes * MOST_TOKENS];
    this.totals = new int[classes];
    this.until = new int[classes];
    this.ranges = new int[classes * MOST_TOKENS];
    this.slots = decodes ? new byte[classes * SLOTS] : null;
    for (int c = 0; c < classes; c++) {
      guess(c, Neighbours.mean(levels[c]));
      until[c] = totals[c] + FIRST;
      scale(c);
    }
  }

  /** The token of a magnitude. */
  static int token(int magnitude) {
    if (magnitude < PLAIN) {
      return magnitude;
    }
    int length = Binarisation.length(magnitude);
    return PLAIN + (length - 5) * OF_LENGTH + (magnitude >>> (length - 3) & (OF_LENGTH - 1));
  }

  /** Bits of a magnitude that its token leaves out. */
  static int low(int token) {
    return token < PLAIN ? 0 : 2 + (token - PLAIN) / OF_LENGTH;
  }

  /** The least magnitude of a token. */
  static int least(int token) {
    return token < PLAIN ? token : (OF_LENGTH + token % OF_LENGTH) << low(token);
  }

  /** Counts of thirty-two magnitudes of a mean, shared out as a geometric distribution has it. */
  private void guess(int ofClass, int mean) {
    long left = 32L << 16;
    long more = ((long) mean << 16) / (mean + Neighbours.ONE);
    for (int token = 0; token < tokens; token++) {
      long tail = left;
      for (int i = 0; i < 1 << low(token) && tail > 0; i++) {
        tail = (tail * more) >> 16;
      }
      int count = (int) ((left - tail) >> 16);
      counts[ofClass * MOST_TOKENS + token] = count;
      totals[ofClass] += count;
      left = tail;
    }
  }

  /** Frequencies of what was seen: one for each token, the rest shared out. */
  private void scale(int ofClass) {
    int from = ofClass * MOST_TOKENS;
    int total = Math.max(1, totals[ofClass]);
    int missing = SLOTS;
    int most = 0;
    for (int token = 0; token < tokens; token++) {
      int frequency = 1 + (int) ((long) counts[from + token] * (SLOTS - tokens) / total);
      ranges[from + token] = frequency;
      missing -= frequency;
      most = counts[from + token] > counts[from + most] ? token : most;
    }
    ranges[from + most] += missing;
    int start = 0;
    for (int token = 0; token < tokens; token++) {
      int frequency = ranges[from + token];
      ranges[from + token] = start << 16 | frequency;
      if (slots != null) {
        int slot = ofClass * SLOTS + start;
        Arrays.fill(slots, slot, slot + frequency, (byte) token);
      }
      start += frequency;
    }
  }

  /** {@code start << 16 | frequency} of a token in a class. */
  int range(int ofClass, int token) {
    return ranges[ofClass * MOST_TOKENS + token];
  }

  /** The token of a slot, where something is decoded. */
  int token(int ofClass, int slot) {
    return slots[ofClass * SLOTS + slot];
  }

  /** Counts a token of a class. */
  void saw(int ofClass, int token) {
    counts[ofClass * MOST_TOKENS + token]++;
    if (++totals[ofClass] == until[ofClass]) {
      until[ofClass] = totals[ofClass] + Math.max(8, totals[ofClass] >> 2);
      scale(ofClass);
    }
  }
}
