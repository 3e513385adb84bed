package dev.tersor.core.symbol;

import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Symbol frequencies scaled to the sum 2^{@code bits} that {@link Rans} codes with: at least 1 for
 * every symbol that occurs, 0 for the others.
 *
 * @param scaled a frequency for each symbol up to the largest that occurs
 * @param bits 8 to 16
 */
@SuppressWarnings("ArrayRecordComponent") // handed from table to coder, never compared
record RansFrequencies(int[] scaled, int bits) {
  static final int MIN_BITS = 8;
  static final int MAX_BITS = 16;

  /** Share of the order-0 entropy that rounding the frequencies may cost. */
  private static final double MAX_LOSS = 0.001;

  /** What adding one to a symbol's frequency saves, or taking one away costs. */
  private record Step(double worth, int symbol) {}

  private static final Comparator<Step> BY_WORTH =
      Comparator.comparingDouble(Step::worth).thenComparingInt(Step::symbol);

  int total() {
    return 1 << bits;
  }

  /**
   * The scaling of the fewest bits that costs less than a thousandth of the entropy: a smaller
   * table, and a decoding table that stays in the cache.
   *
   * @param counts how often each symbol occurs; not all 0
   */
  static RansFrequencies of(int[] counts) {
    int last = counts.length - 1;
    while (counts[last] == 0) {
      last--;
    }
    int[] used = Arrays.copyOf(counts, last + 1);
    long total = 0;
    int distinct = 0;
    for (int count : used) {
      total += count;
      distinct += count > 0 ? 1 : 0;
    }
    for (int bits = MIN_BITS; ; bits++) {
      if (distinct <= 1 << bits) {
        RansFrequencies scaled = scale(used, total, bits);
        if (bits == MAX_BITS || scaled.isCloseTo(used, total)) {
          return scaled;
        }
      }
    }
  }

  private static RansFrequencies scale(int[] counts, long total, int bits) {
    int[] scaled = new int[counts.length];
    int missing = 1 << bits;
    for (int s = 0; s < counts.length; s++) {
      if (counts[s] > 0) {
        scaled[s] = (int) Math.max(1, ((long) counts[s] << bits) / total);
        missing -= scaled[s];
      }
    }
    adjust(scaled, counts, missing);
    return new RansFrequencies(scaled, bits);
  }

  /**
   * Gives or takes the missing units one by one where the payload gains most or loses least. A
   * symbol's share of the payload is count log(1/f). The difference of two logarithms is taken from
   * the first terms of its series, ln((f + 1) / f) = 2 (1/m + 1/(3 m^3) + ..) with m = 2 f + 1: the
   * same on every machine.
   */
  private static void adjust(int[] scaled, int[] counts, int missing) {
    int sign = missing > 0 ? 1 : -1;
    PriorityQueue<Step> steps = new PriorityQueue<>(sign > 0 ? BY_WORTH.reversed() : BY_WORTH);
    for (int s = 0; s < scaled.length; s++) {
      offer(steps, scaled, counts, s, sign);
    }
    for (int left = Math.abs(missing); left > 0; left--) {
      int symbol = steps.remove().symbol();
      scaled[symbol] += sign;
      offer(steps, scaled, counts, symbol, sign);
    }
  }

  private static void offer(
      PriorityQueue<Step> steps, int[] scaled, int[] counts, int symbol, int sign) {
    if (scaled[symbol] > (sign > 0 ? 0 : 1)) {
      double middle = 2.0 * scaled[symbol] + sign;
      steps.add(new Step(counts[symbol] / middle * (1 + 1 / (3 * middle * middle)), symbol));
    }
  }

  /** Bytes that symbols of these counts take, but for states. */
  double bytes(int[] counts) {
    double bits = 0;
    for (int s = 0; s < scaled.length; s++) {
      if (counts[s] > 0) {
        // StrictMath, so that every machine cuts payloads alike.
        bits += counts[s] * StrictMath.log((double) total() / scaled[s]);
      }
    }
    return bits / StrictMath.log(2) / Byte.SIZE;
  }

  /** Whether codes of these frequencies are hardly longer than the entropy of the counts. */
  private boolean isCloseTo(int[] counts, long total) {
    double entropy = 0;
    double loss = 0;
    for (int s = 0; s < counts.length; s++) {
      if (counts[s] > 0) {
        // StrictMath, so that every machine chooses the same bits.
        double ideal = StrictMath.log((double) total / counts[s]);
        entropy += counts[s] * ideal;
        loss += counts[s] * (StrictMath.log((double) total() / scaled[s]) - ideal);
      }
    }
    return loss <= MAX_LOSS * entropy;
  }
}
