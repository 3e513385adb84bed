package dev.tersor.core.index;

/**
 * How many zeros lie before each non-zero, since the non-zero before or the start: the distinct
 * lengths of these gaps and how often each occurs. Distinct lengths add up to less than the tensor,
 * so there are at most {@code sqrt(2N)} of them, and what a code of the gaps would take is found by
 * trying.
 */
final class Gaps {
  private final int[] lengths;
  private final int[] counts;
  private final int count;

  /**
   * @param positions of the non-zeros, ascending
   */
  Gaps(int[] positions) {
    count = positions.length;
    int longest = -1;
    int last = -1;
    for (int position : positions) {
      longest = Math.max(longest, position - last - 1);
      last = position;
    }
    int[] histogram = new int[longest + 1];
    last = -1;
    for (int position : positions) {
      histogram[position - last - 1]++;
      last = position;
    }
    int distinct = 0;
    for (int times : histogram) {
      distinct += times == 0 ? 0 : 1;
    }
    lengths = new int[distinct];
    counts = new int[distinct];
    int n = 0;
    for (int length = 0; length < histogram.length; length++) {
      if (histogram[length] != 0) {
        lengths[n] = length;
        counts[n++] = histogram[length];
      }
    }
  }

  /** How many gaps there are: one for each non-zero. */
  int count() {
    return count;
  }

  /** The longest gap, 0 if there is none. */
  int longest() {
    return lengths.length == 0 ? 0 : lengths[lengths.length - 1];
  }

  /** The sum of the quotients of all gaps. */
  long quotients(int divisor) {
    long sum = 0;
    for (int i = 0; i < lengths.length; i++) {
      sum += (long) counts[i] * (lengths[i] / divisor);
    }
    return sum;
  }

  /** How many gaps leave a remainder of {@code least} or more. */
  long remaindersFrom(int least, int divisor) {
    long sum = 0;
    for (int i = 0; i < lengths.length; i++) {
      sum += lengths[i] % divisor >= least ? counts[i] : 0;
    }
    return sum;
  }
}
