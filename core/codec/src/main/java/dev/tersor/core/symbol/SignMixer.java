package dev.tersor.core.symbol;

import java.util.Arrays;

/**
 * How probable a negative number is. Weights of one kernel change slowly, and columns of embeddings
 * have means that are not zero: the numbers of four neighbours in the kernel and the mean of the
 * column, each multiplied by the magnitude and divided by the square of the expected one, are the
 * logits of a mixture, with that of a counter of the magnitude's size. So it is where a number is
 * normal around a sum of neighbours: the logit of its sign is that sum times the magnitude, over
 * half the variance. Each place in the kernel has weights of its own, which begin with a guess for
 * those neighbours that lie in the same kernel, and learn as those of {@link Mixer}.
 */
final class SignMixer {
  private static final int KERNEL = 0;
  private static final int UPPER = 1;
  private static final int DIAGONAL = 2;
  private static final int UPPER2 = 3;
  private static final int COLUMN = 4;
  private static final int COUNTER = 5;
  private static final int INPUTS = 6;

  /** First weights, in units of 2^-16: negative, since what is predicted is a negative number. */
  private static final int FIRST_NEIGHBOUR = -20_000;

  private static final int FIRST_DIAGONAL = 8_000;
  private static final int FIRST_UPPER2 = 4_000;
  private static final int FIRST_COLUMN = -16_000;
  private static final int FIRST_COUNTER = 16_000;

  private static final int SIZES = 4;
  private static final int COUNT_BITS = 10;
  private static final int COUNT = (1 << COUNT_BITS) - 1;
  private static final int HALF = 1 << 31;

  /** What a counter and a column count as seen at first. */
  private static final int FIRST_COUNT = 1;

  private static final int FIRST_ROWS = 3;

  private static final int LEAST = 1 << 10;
  private static final int MOST = (1 << 22) - LEAST;
  private static final int LEAST_CODED = 64;
  private static final int MOST_CODED = (1 << 16) - LEAST_CODED;

  /** A place's first rate, which falls as half / (half + n). */
  private static final int RATE = 144;

  private static final int RATE_HALF = 192;
  private static final int LEAST_RATE = 5;

  /** From here on a rate falls no more. */
  private static final int MOST_SEEN = (1 << 16) - 1;

  private static final int LEAST_MEAN = 256;
  private static final int MOST_EXPECTED = 1 << 28;
  private static final long MOST_SCALE = 1L << 34;

  private static final int[] STEPS = new int[COUNT + 2];

  static {
    Arrays.setAll(STEPS, n -> (1 << 17) / (2 * n + 3));
  }

  private final Neighbours around;
  private final int kernelStride;
  private final int upperStride;
  private final int[] logits = new int[INPUTS];
  private final int[] weights;
  private final int[] seen;
  private final int[] counters;

  /** By column the mean of its numbers, signs included, in units of 2^-12. */
  private final int[] ofColumn;

  private int place;
  private int counter;
  private int mixed;

  SignMixer(Axes axes, Neighbours around) {
    this.around = around;
    this.kernelStride = axes.kernelStride();
    this.upperStride = axes.upperStride();
    this.ofColumn = new int[axes.columns()];
    int places = axes.places();
    this.weights = new int[places * INPUTS];
    this.seen = new int[places];
    this.counters = new int[places * SIZES];
    Arrays.fill(counters, HALF | FIRST_COUNT);
    int width = axes.kernelWidth();
    for (int of = 0; of < places; of++) {
      int at = of * INPUTS;
      boolean hasKernel = of > 0 && (of - 1) % width > 0;
      int row = of > 0 ? (of - 1) / width : 0;
      weights[at + KERNEL] = hasKernel ? FIRST_NEIGHBOUR : 0;
      weights[at + UPPER] = row > 0 ? FIRST_NEIGHBOUR : 0;
      weights[at + DIAGONAL] = hasKernel && row > 0 ? FIRST_DIAGONAL : 0;
      weights[at + UPPER2] = row > 1 ? FIRST_UPPER2 : 0;
      weights[at + COLUMN] = places == 1 ? FIRST_COLUMN : 0;
      weights[at + COUNTER] = FIRST_COUNTER;
    }
  }

  /** The number that is expected next, in units of 2^-12. */
  int expected() {
    int at = around.place() * INPUTS;
    long sum =
        (long) around.numberBefore(kernelStride) * weights[at + KERNEL]
            + (long) around.numberBefore(upperStride) * weights[at + UPPER]
            + (long) around.numberBefore(upperStride + kernelStride) * weights[at + DIAGONAL]
            + (long) around.numberBefore(2 * upperStride) * weights[at + UPPER2];
    long all = sum * Neighbours.ONE + (long) ofColumn[around.column()] * weights[at + COLUMN];
    return (int) Math.max(-MOST_EXPECTED, Math.min(MOST_EXPECTED, -all >> 16));
  }

  /**
   * The probability of a negative number in units of 2^-16.
   *
   * @param magnitude of the number
   * @param mean the magnitude that was expected, in units of 2^-12
   */
  int predict(int magnitude, int mean) {
    place = around.place();
    long least = Math.max(mean, LEAST_MEAN);
    long scale = Math.min(MOST_SCALE, ((long) magnitude << 32) / ((least * least) >> 12));
    logits[KERNEL] = logit((around.numberBefore(kernelStride) * scale) >> 12);
    logits[UPPER] = logit((around.numberBefore(upperStride) * scale) >> 12);
    logits[DIAGONAL] = logit((around.numberBefore(upperStride + kernelStride) * scale) >> 12);
    logits[UPPER2] = logit((around.numberBefore(2 * upperStride) * scale) >> 12);
    logits[COLUMN] = logit((ofColumn[around.column()] * scale) >> 24);
    counter = place * SIZES + Math.min(SIZES - 1, NumberContexts.size(magnitude));
    logits[COUNTER] = Logistic.stretch(counters[counter] >>> 16);
    int at = place * INPUTS;
    long sum = 0;
    for (int i = 0; i < INPUTS; i++) {
      sum += (long) logits[i] * weights[at + i];
    }
    mixed = Logistic.squash(logit(sum >> 16));
    return Math.max(LEAST_CODED, Math.min(MOST_CODED, mixed));
  }

  private static int logit(long of) {
    return (int) Math.max(-Logistic.MOST, Math.min(Logistic.MOST, of));
  }

  /** Learns whether the number was negative, 1 or 0, that was predicted. */
  void learn(int negative) {
    int count = seen[place];
    int rate = Math.max(LEAST_RATE, RATE * RATE_HALF / (RATE_HALF + count));
    int error = (((negative << 16) - mixed) * rate) >> 6;
    seen[place] = Math.min(MOST_SEEN, count + 1);
    int at = place * INPUTS;
    for (int i = 0; i < INPUTS; i++) {
      weights[at + i] += (logits[i] * error + (1 << 15)) >> 16;
    }
    int value = counters[counter] >>> COUNT_BITS;
    int n = counters[counter] & COUNT;
    int target = negative != 0 ? MOST : LEAST;
    value += (int) (((long) (target - value) * STEPS[n]) >> 16);
    counters[counter] = value << COUNT_BITS | Math.min(COUNT, n + 1);
  }

  /** Goes on to the next weight; to be called before {@link Neighbours#add}. */
  void add(int number) {
    int column = around.column();
    ofColumn[column] +=
        Neighbours.step(number * Neighbours.ONE - ofColumn[column], around.row() + FIRST_ROWS);
  }
}
