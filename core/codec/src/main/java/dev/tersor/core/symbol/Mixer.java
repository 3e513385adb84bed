package dev.tersor.core.symbol;

import java.util.Arrays;

/**
 * Predicts bits by mixing what several contexts have seen (Mahoney, "Adaptive weighing of context
 * models for lossless data compression", 2005): the logits of their predictions are multiplied by
 * weights and added, and after each bit every weight moves by the product of its logit and the
 * error. What comes out is refined by what came of such mixtures before (secondary symbol
 * estimation). A bit may have several sets of weights, whose mixtures are averaged as logits; each
 * learns from its own error. All in integers.
 *
 * <p>A counter is an int: 22 bits of the probability of a 1 above 10 bits that count what was seen,
 * up to 1023; the probability is the mean of it, and forgets with that window later. A counter that
 * has seen nothing begins with the probability of the first context.
 */
final class Mixer {
  /** Logits between which refined probabilities are interpolated. */
  private static final int KNOTS = 33;

  private static final int COUNT_BITS = 10;
  private static final int COUNT = (1 << COUNT_BITS) - 1;
  private static final int HALF = 1 << 31;

  /** What a counter counts as seen that begins with the probability of the first context. */
  private static final int FIRST = 1;

  /** What one counts as seen that begins with a given probability. */
  private static final int PRIOR = 4;

  /** A set's first rate. */
  private static final int RATE = 224;

  /** Counters keep this far from 0 and from 1, which is 2^22. */
  private static final int LEAST = 1 << 10;

  private static final int MOST = (1 << 22) - LEAST;

  /** Probabilities that bits are coded with. */
  private static final int LEAST_CODED = 16;

  private static final int MOST_CODED = (1 << 16) - LEAST_CODED;

  /** By what was seen 1 / (n + 1.5) in units of 2^-16: how far a counter moves. */
  private static final int[] STEPS = new int[COUNT + 1];

  static {
    Arrays.setAll(STEPS, n -> (1 << 17) / (2 * n + 3));
  }

  /** Where knots come to stand still: they move by 2^-9 at least. */
  private static final int LEAST_KNOT_STEP = 1 << 7;

  /**
   * How fast a mixer learns.
   *
   * @param lead the first weight of the first context, in units of 2^-16; the others share the rest
   *     of 1
   * @param half a set's rate falls as half / (half + n)
   * @param leastRate how far weights move at least: more follows faster, less is calmer
   * @param knots what a knot counts as seen at first: it moves by 1 / (n + knots)
   */
  record Pace(int lead, int half, int leastRate, int knots) {}

  /** By context the counter of the next bit; set by whoever knows the contexts. */
  final int[] slots;

  /** The sets of weights of the next bit, whose mixtures are averaged; set likewise. */
  final int[] sets;

  /** Logits by counters, and after them those that are given. */
  final int[] logits;

  private final int[] counters;
  private final int[] weights;
  private final int[] seen;

  /** By knot 16 bits of the probability above 10 bits that count what was seen. */
  private final int[] refined;

  /** By what a set of weights has seen: how far weights move. */
  private final int[] rates = new int[COUNT + 1];

  /** By what a knot has seen: how far it moves, in units of 2^-16. */
  private final int[] knotSteps = new int[COUNT + 1];

  /** By set what it alone predicted. */
  private final int[] mixed;

  private int knot;

  /**
   * @param counters of all contexts together
   * @param contexts how many of them predict a bit
   * @param given how many logits are given beside them
   * @param chosen how many sets of weights each bit has
   * @param sets of weights, all together
   * @param refinements how many kinds of bits are refined apart
   */
  Mixer(int counters, int contexts, int given, int chosen, int sets, int refinements, Pace pace) {
    int inputs = contexts + given;
    this.slots = new int[contexts];
    this.sets = new int[chosen];
    this.mixed = new int[chosen];
    this.logits = new int[inputs];
    this.counters = new int[counters];
    this.weights = new int[sets * inputs];
    this.seen = new int[sets];
    this.refined = new int[refinements * KNOTS];
    Arrays.fill(this.counters, HALF);
    Arrays.fill(weights, ((1 << 16) - pace.lead()) / (inputs - 1));
    for (int i = 0; i < weights.length; i += inputs) {
      weights[i] = pace.lead();
    }
    for (int i = 0; i < KNOTS; i++) {
      int logit = (i - KNOTS / 2) * 128;
      refined[i] = Math.min(65535, Logistic.squash(logit)) << COUNT_BITS;
    }
    for (int filled = KNOTS; filled < refined.length; filled *= 2) {
      System.arraycopy(refined, 0, refined, filled, Math.min(filled, refined.length - filled));
    }
    Arrays.setAll(rates, n -> Math.max(pace.leastRate(), RATE * pace.half() / (pace.half() + n)));
    Arrays.setAll(knotSteps, n -> Math.max(LEAST_KNOT_STEP, (1 << 16) / (n + pace.knots())));
  }

  /** Gives a counter a probability to begin with, in units of 2^-16. */
  void begin(int counter, int probability) {
    counters[counter] = probability << 16 | PRIOR;
  }

  /** The probability of a 1 in units of 2^-16, from 16 to 65520. */
  int predict(int kind) {
    int[] slots = this.slots;
    int[] logits = this.logits;
    int[] counters = this.counters;
    int[] weights = this.weights;
    int contexts = slots.length;
    int inputs = logits.length;
    int at = sets[0] * inputs;
    long sum = 0;
    for (int i = 0; i < contexts; i++) {
      int counter = counters[slots[i]];
      if ((counter & COUNT) == 0) {
        counter = (counters[slots[0]] & ~COUNT) + FIRST;
        counters[slots[i]] = counter;
      }
      int logit = Logistic.stretch(counter >>> 16);
      logits[i] = logit;
      sum += (long) logit * weights[at + i];
    }
    for (int i = contexts; i < inputs; i++) {
      sum += (long) logits[i] * weights[at + i];
    }
    int total = mixture(0, sum);
    for (int k = 1; k < sets.length; k++) {
      at = sets[k] * inputs;
      sum = 0;
      for (int i = 0; i < inputs; i++) {
        sum += (long) logits[i] * weights[at + i];
      }
      total += mixture(k, sum);
    }
    int logit = sets.length == 1 ? total : Math.floorDiv(total, sets.length);
    int place = logit + Logistic.MOST + 1;
    int part = place & 127;
    int from = kind * KNOTS + (place >> 7);
    knot = from + (part >> 6);
    int below = refined[from] >>> COUNT_BITS;
    int above = refined[from + 1] >>> COUNT_BITS;
    int past = (below * (128 - part) + above * part) >> 7;
    return Math.max(LEAST_CODED, Math.min(MOST_CODED, (Logistic.squash(logit) + past) >> 1));
  }

  /** The logit of a set's mixture. */
  private int mixture(int ofSet, long sum) {
    int logit = (int) Math.max(-Logistic.MOST, Math.min(Logistic.MOST, sum >> 16));
    mixed[ofSet] = Logistic.squash(logit);
    return logit;
  }

  /** Learns what the bit was that was predicted. */
  void learn(int bit) {
    int[] slots = this.slots;
    int[] logits = this.logits;
    int[] counters = this.counters;
    int[] weights = this.weights;
    int contexts = slots.length;
    int inputs = logits.length;
    int target = bit != 0 ? MOST : LEAST;
    int at = sets[0] * inputs;
    int error = error(0, bit);
    for (int i = 0; i < contexts; i++) {
      weights[at + i] += (logits[i] * error + (1 << 15)) >> 16;
      int slot = slots[i];
      int counter = counters[slot];
      int value = counter >>> COUNT_BITS;
      int n = counter & COUNT;
      value += (int) (((long) (target - value) * STEPS[n]) >> 16);
      counters[slot] = value << COUNT_BITS | (n + ((n - COUNT) >>> 31));
    }
    for (int i = contexts; i < inputs; i++) {
      weights[at + i] += (logits[i] * error + (1 << 15)) >> 16;
    }
    for (int k = 1; k < sets.length; k++) {
      at = sets[k] * inputs;
      error = error(k, bit);
      for (int i = 0; i < inputs; i++) {
        weights[at + i] += (logits[i] * error + (1 << 15)) >> 16;
      }
    }
    int past = refined[knot] >>> COUNT_BITS;
    int n = refined[knot] & COUNT;
    past += (int) (((long) ((bit << 16) - bit - past) * knotSteps[n]) >> 16);
    refined[knot] = past << COUNT_BITS | (n + ((n - COUNT) >>> 31));
  }

  /** How wrong a set was, times its rate, which falls. */
  private int error(int ofSet, int bit) {
    int set = sets[ofSet];
    int count = seen[set];
    seen[set] = Math.min(COUNT, count + 1);
    return (((bit << 16) - mixed[ofSet]) * rates[count]) >> 6;
  }
}
