package dev.tersor.core.quantize;

/**
 * What an adaptive coder with contexts is going to charge for the magnitudes of levels, in bits: a
 * flag that one is not 0, flags that it is greater than 1, 2, .. in each class of neighbourhood and
 * each quantiser, and the sign. A class begins with the probabilities of a normal distribution of
 * its spread, and learns from what it has seen, so that costs follow the tensor as those of the
 * coder do.
 */
final class CodeCosts {
  /** Magnitudes from here on share a flag. */
  private static final int FLAGS = 15;

  /** A class counts as having seen so many weights at the beginning. */
  private static final double PRIOR = 6;

  /** Weights that it looks back on. */
  private static final int WINDOW = 300;

  private static final float LEAST = 1f / 4096;

  /** Bits of probabilities in units of 2^-{@value #COST_BITS}. */
  private static final int COST_BITS = 12;

  private static final float[] COSTS = costs();

  private final int magnitudes;
  private final float[] bits;
  private final float[] ones;
  private final float[] seen;
  private final boolean[] isStale;

  /**
   * @param limit the largest magnitude
   */
  CodeCosts(int limit) {
    int rows = 2 * Neighbourhood.CLASSES;
    this.magnitudes = limit + 1;
    this.bits = new float[rows * magnitudes];
    this.ones = new float[rows * FLAGS];
    this.seen = new float[rows * FLAGS];
    this.isStale = new boolean[rows];
    for (int of = 0; of < rows; of++) {
      begin(of);
      refresh(of);
    }
  }

  private static float[] costs() {
    float[] costs = new float[(1 << COST_BITS) + 1];
    for (int i = 0; i < costs.length; i++) {
      costs[i] = (float) (COST_BITS - StrictMath.log(Math.max(i, 0.5)) / StrictMath.log(2));
    }
    return costs;
  }

  private static float cost(float probability) {
    return COSTS[(int) (probability * (1 << COST_BITS) + 0.5f)];
  }

  /** The row of a class and a quantiser. */
  static int row(int neighbourhood, int quantiser) {
    return 2 * neighbourhood + quantiser;
  }

  /** Levels of quantiser 0 meet at 0.5, 1.5, .. times two steps, those of the other at 0.25, 1. */
  private void begin(int of) {
    double spread = 1.25 * Neighbourhood.mean(of / 2);
    boolean isOdd = (of & 1) == 1;
    double atLeast = 1;
    for (int flag = 0; flag < FLAGS; flag++) {
      double border = isOdd ? (flag == 0 ? 0.25 : flag) : flag + 0.5;
      double more = Math.max(1e-12, beyond(border / spread));
      ones[of * FLAGS + flag] = clamped((float) (more / atLeast));
      seen[of * FLAGS + flag] = (float) (PRIOR / (1 + flag));
      atLeast = more;
    }
  }

  private static float clamped(float probability) {
    return Math.max(LEAST, Math.min(1 - LEAST, probability));
  }

  /** Share of a normal distribution beyond so many standard deviations (Abramowitz, 7.1.26). */
  private static double beyond(double deviations) {
    double x = deviations / StrictMath.sqrt(2);
    double t = 1 / (1 + 0.3275911 * x);
    double series =
        t
            * (0.254829592
                + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
    return series * StrictMath.exp(-x * x);
  }

  /** Costs of all rows as they are now, {@link #magnitudes} a row. */
  float[] table() {
    return bits;
  }

  /** Numbers of {@link #table} for a row. */
  int magnitudes() {
    return magnitudes;
  }

  /** Learns of a magnitude; costs change with {@link #refresh()}. */
  void add(int row, int magnitude) {
    int base = row * FLAGS;
    for (int m = 0; m <= magnitude; m++) {
      int flag = base + Math.min(m, FLAGS - 1);
      float target = m < magnitude ? 1 - LEAST : LEAST;
      ones[flag] += (target - ones[flag]) / (seen[flag] + 1.6f);
      seen[flag] += seen[flag] < WINDOW ? 1 : 0;
    }
    isStale[row] = true;
  }

  /** Costs from all that was learnt. */
  void refresh() {
    for (int row = 0; row < isStale.length; row++) {
      if (isStale[row]) {
        refresh(row);
        isStale[row] = false;
      }
    }
  }

  private void refresh(int row) {
    float so = 0;
    int base = row * FLAGS;
    int at = row * magnitudes;
    for (int m = 0; m < magnitudes; m++) {
      float one = ones[base + Math.min(m, FLAGS - 1)];
      bits[at + m] = so + (m == magnitudes - 1 ? 0 : cost(1 - one));
      so += cost(one) + (m == 0 ? 1 : 0);
    }
  }
}
