package dev.tersor.core.symbol;

import java.util.Arrays;

/**
 * How probable a negative number is by the signs of its neighbours in the kernel and the place in
 * it: weights of one filter change slowly. Of matrices nothing is known.
 */
final class SignContexts {
  static final int BITS = 12;
  private static final int COUNT_BITS = 10;
  private static final int COUNT = (1 << COUNT_BITS) - 1;
  private static final int MOST = (1 << 22) - 1;
  private static final int LIMIT = 255;
  private static final int LEAST = 32;

  private static final int[] STEPS = new int[LIMIT + 1];

  static {
    Arrays.setAll(STEPS, n -> (1 << 17) / (2 * n + 3));
  }

  private final int columns;
  private final int second;
  private final int third;
  private final byte[] signs;
  private final int[] counters;
  private final byte[] positionOf;
  private int at;
  private int column;
  private int context;

  SignContexts(Axes axes, int size) {
    this.columns = axes.columns();
    this.second = axes.kernelStride();
    this.third = axes.upperStride();
    this.at = Math.max(second, third);
    this.signs = new byte[at + size];
    this.positionOf = axes.positions();
    this.counters = new int[27 * Axes.MOST_POSITIONS];
    Arrays.fill(counters, 1 << 31 | 2);
  }

  /** The probability of a negative number in units of 2^-12. */
  int negative() {
    context =
        ((positionOf[column] * 3 + signs[at - 1]) * 3 + signs[at - second]) * 3 + signs[at - third];
    return Math.max(LEAST, Math.min((1 << BITS) - LEAST, counters[context] >>> 20));
  }

  /** Goes on to the next weight, and learns of its sign if it has one. */
  void add(int number) {
    int sign = Integer.signum(number);
    if (sign != 0) {
      negative();
      int counter = counters[context];
      int value = counter >>> COUNT_BITS;
      int seen = counter & COUNT;
      value += (int) (((long) ((sign >>> 31) * MOST - value) * STEPS[seen]) >> 16);
      counters[context] = value << COUNT_BITS | Math.min(LIMIT, seen + 1);
    }
    signs[at++] = (byte) (sign == 0 ? 0 : 1 + (sign >>> 31));
    column = column + 1 == columns ? 0 : column + 1;
  }
}
